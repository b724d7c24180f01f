package dev.sluice.actors;

import static dev.sluice.actors.Net.MUCH;
import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteFile;
import dev.sluice.actors.Tcp.WritePath;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files, alone and among other writes.
@EveryProfile
class FileWriteTest {
    private static final int LARGE = 10_000_000;

    private final Setup setup;
    private final Net net;

    @TempDir
    Path directory;

    FileWriteTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private Path file(String name, int size) throws IOException {
        var path = directory.resolve(name);
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(bytes(size).asByteBuffer());
        }
        return path;
    }

    /// B106, B113, B104.
    @Test
    void aFileArrivesWholeAndIsAckedAtTheEnd() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new WritePath(file("large", LARGE), 0, LARGE, "file"));
        assertThat(link.peer().read(1_000)).isEqualTo(bytes(LARGE).take(1_000));
        link.handler().send(link.connection(), new Tcp.Unbind()); // served between the slices
        link.handler().expect(CommandFailed.class);
        link.handler().expectNothing();
        assertThat(link.peer().read(LARGE - 1_000)).isEqualTo(bytes(LARGE).drop(1_000));
        link.handler().expectThis("file");
    }

    /// B106.
    @Test
    void aRangeOfAFileIsExact() throws Exception {
        var link = net.link();
        var path = file("some", 100_000);
        link.handler().send(link.connection(), new WriteFile(path.toString(), 777, 50_000, "file"));
        link.handler().expectThis("file");
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll()).isEqualTo(bytes(100_000).slice(777, 50_777));
    }

    /// B107.
    @Test
    void moreThanTwoGigabytesCanBeAskedFor() throws Exception {
        var path = directory.resolve("sparse");
        long size = (5L << 30) + 3;
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteString.fromUtf8("end").asByteBuffer(), size - 3);
        }
        var link = net.link();
        link.handler().send(link.connection(), new WritePath(path, size - 3, 3, "file"));
        link.handler().expectThis("file");
        assertThat(link.peer().readText(3)).isEqualTo("end");
        link.handler().send(link.connection(), new WritePath(path, 0, size, "never"));
        link.peer().read(1_000_000);
        link.handler().send(link.connection(), new Abort());
        link.handler().expect(Aborted.class);
    }

    /// B108, B109, B005, D07.
    @Test
    void aFileThatIsMissingFailsTheCommandAndTheConnectionGoesOn() throws Exception {
        var link = net.link();
        var missing = new WritePath(directory.resolve("missing"), 0, 1, "no");
        link.handler().send(link.connection(), missing);
        var failed = link.handler().expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(missing);
        assertThat(failed.exception()).isInstanceOf(NoSuchFileException.class).hasMessageContaining("missing");
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("next"), "next"));
        link.handler().expectThis("next");
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll().utf8()).isEqualTo("next");
    }

    /// B110, B100, D01.
    @Test
    void aMissingFileInACompoundFailsAllOfItBeforeAnythingIsSent() throws Exception {
        var link = net.link();
        var compound = new Write(ByteString.fromUtf8("no"), "no")
                .append(new WritePath(file("there", 100), 0, 100, "no"))
                .append(new WritePath(directory.resolve("missing"), 0, 1, "no"));
        link.handler().send(link.connection(), compound);
        assertThat(link.handler().expect(CommandFailed.class).cmd()).isSameAs(compound);
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll().isEmpty()).isTrue();
        link.handler().expect(Closed.class);
        assertThat(openFiles(directory)).isZero();
    }

    /// B110, B100.
    @Test
    void aMissingFileInACompoundThatWaitsFailsItBeforeAnythingOfItIsSent() throws Exception {
        assumeTrue(!setup.isOneWrite(), "nothing waits in front of it");
        var link = net.link();
        link.makeBusy("first");
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("small"), "small"));
        var compound = new Write(ByteString.fromUtf8("no"), "no")
                .append(new WritePath(directory.resolve("missing"), 0, 1, "no"));
        link.handler().send(link.connection(), compound);
        assertThat(link.peer().read(MUCH + 5).drop(MUCH).utf8()).isEqualTo("small");
        link.handler().expectThis("first");
        link.handler().expectThis("small");
        assertThat(link.handler().expect(CommandFailed.class).cmd()).isSameAs(compound);
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll().isEmpty()).isTrue();
    }

    /// B111, D04.
    @Test
    void aFileThatIsTooShortFailsTheCommand() throws Exception {
        var link = net.link();
        var path = file("short", 100);
        for (var write : new WritePath[] {
            new WritePath(path, 0, 101, "no"),
            new WritePath(path, 1_000, 1, "no"),
            new WritePath(path, Long.MAX_VALUE, Long.MAX_VALUE, "no")
        }) {
            link.handler().send(link.connection(), write);
            var failed = link.handler().expect(CommandFailed.class);
            assertThat(failed.cmd()).isSameAs(write);
            assertThat(failed.exception()).isInstanceOf(EOFException.class).hasMessageContaining("100 bytes");
        }
        link.handler().send(link.connection(), new WritePath(path, 0, 100, "yes"));
        link.handler().expectThis("yes");
    }

    /// B111, B112, B172.
    @Test
    void aFileThatBecomesShorterMeanwhileEndsTheConnection() throws Exception {
        var link = net.link();
        var writer = net.probe();
        var path = file("shrinking", LARGE);
        writer.send(link.connection(), new WritePath(path, 0, LARGE, "never"));
        link.peer().read(100_000);
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(200_000);
        }
        link.peer().findsAReset();
        assertThat(writer.expect(ErrorClosed.class).cause()).contains("shorter", "missing");
        link.handler().expect(ErrorClosed.class);
        writer.expectNothing();
    }

    /// B114.
    @Test
    void aFileInAnotherFileSystemArrives() throws Exception {
        var archive = URI.create("jar:" + directory.resolve("archive.zip").toUri());
        try (var files = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Files.write(files.getPath("entry"), bytes(1_000_000).toByteArray());
        }
        try (var files = FileSystems.newFileSystem(archive, Map.of())) {
            var link = net.link();
            link.handler().send(link.connection(), new WritePath(files.getPath("entry"), 1_000, 900_000, "file"));
            assertThat(link.peer().read(900_000)).isEqualTo(bytes(1_000_000).slice(1_000, 901_000));
            link.handler().expectThis("file");
        }
    }

    /// B109, D10.
    @Test
    void anyFailureToOpenAFileFailsTheCommand() throws Exception {
        var archive = URI.create("jar:" + directory.resolve("archive.zip").toUri());
        var files = FileSystems.newFileSystem(archive, Map.of("create", "true"));
        var entry = files.getPath("entry");
        files.close();
        var link = net.link();
        link.handler().send(link.connection(), new WritePath(entry, 0, 1, "no"));
        assertThat(link.handler().expect(CommandFailed.class).exception())
                .isInstanceOf(ClosedFileSystemException.class);
    }

    /// B115, B143, D11, D12.
    @Test
    void theEndOfAConnectionClosesItsFiles() throws Exception {
        var path = file("large", LARGE);
        for (int i = 0; i < 10; i++) {
            var link = net.link();
            var write = new WritePath(path, 0, LARGE, "never");
            link.handler().watch(link.connection());
            link.handler().send(link.connection(), i % 2 == 0 ? write : write.append(write));
            if (i % 3 != 0) {
                link.peer().read(100_000);
            }
            link.handler().send(link.connection(), new Abort());
            link.handler().expect(Aborted.class);
            link.handler().expectTerminated(link.connection());
        }
        Eventually.until("the files are closed", () -> openFiles(directory) == 0);
    }

    /// How many files of a directory are open in this process.
    static int openFiles(Path directory) {
        var numbers = Objects.requireNonNull(new File("/proc/self/fd").listFiles());
        return (int) Arrays.stream(numbers)
                .filter(number -> {
                    try {
                        return number.toPath().toRealPath().startsWith(directory.toRealPath());
                    } catch (IOException _) {
                        return false; // a socket, or closed by now
                    }
                })
                .count();
    }

    /// B090, B097, D02.
    @Test
    void writingIsResumedAfterAFile() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new WritePath(file("large", LARGE), 0, LARGE, "file"));
        link.handler().send(link.connection(), new ResumeWriting());
        link.peer().read(LARGE);
        link.handler().expectThis("file");
        link.handler().expect(WritingResumed.class);
    }

    /// B008, B105, D03.
    @Test
    void acksKeepTheOrderOfThePartsFilesOrNot() throws Exception {
        var link = net.link();
        var path = file("some", MUCH);
        var compound = new Write(ByteString.fromUtf8("<"), 1)
                .append(new WritePath(path, 0, MUCH, 2))
                .append(new Write(ByteString.empty(), 3))
                .append(new WritePath(path, 5, 10, 4))
                .append(new Write(ByteString.fromUtf8(">"), 5))
                .append(new Write(ByteString.empty(), 6));
        link.handler().send(link.connection(), compound);
        assertThat(link.peer().read(1)).isEqualTo(ByteString.fromUtf8("<"));
        assertThat(link.peer().read(MUCH)).isEqualTo(bytes(MUCH));
        assertThat(link.peer().read(10)).isEqualTo(bytes(MUCH).slice(5, 15));
        assertThat(link.peer().readText(1)).isEqualTo(">");
        for (int i = 1; i <= 6; i++) {
            assertThat(link.handler().next()).isEqualTo(i);
        }
    }

    /// B102, B141.
    @Test
    void closeFlushesAFile() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new WritePath(file("large", LARGE), 0, LARGE, "file"));
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll()).isEqualTo(bytes(LARGE));
        link.handler().expectThis("file");
        link.handler().expect(Closed.class);
    }

    /// B009.
    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new WritePath(directory, -1, 1, "ack")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WritePath(directory, 0, 0, "ack")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WriteFile("file", 0, -1, "ack")).isInstanceOf(IllegalArgumentException.class);
    }
}
