package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Eventually;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ranges of files.
@EveryTransport
class FileTest {
    private final Net net;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    FileTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("a file"), content);
    }

    private static void send(StreamSocket socket, FileChannel file, long position, long count) throws IOException {
        long sent = 0;
        while (sent < count) {
            long n = socket.transferFrom(file, position + sent, count - sent);
            if (n == WOULD_BLOCK) {
                Parked.until(socket.output());
            } else {
                sent += n;
            }
        }
    }

    @Test
    void aRangeOfAFileArrives() throws Exception {
        var pair = net.pair();
        var content = Net.noise(10_000);
        try (var file = FileChannel.open(file(content))) {
            file.position(77);
            for (int[] range : new int[][] {{0, 10_000}, {0, 1}, {9_999, 1}, {4_095, 4_098}, {1, 9_999}}) {
                send(pair.near(), file, range[0], range[1]);
                assertThat(Blocking.readExactly(pair.far(), range[1]))
                        .isEqualTo(Arrays.copyOfRange(content, range[0], range[0] + range[1]));
            }
            assertThat(pair.near().transferFrom(file, 5, 0)).isZero();
            assertThat(pair.near().transferFrom(file, 9_990, Long.MAX_VALUE)).isEqualTo(10);
            assertThat(Blocking.readExactly(pair.far(), 10)).isEqualTo(Arrays.copyOfRange(content, 9_990, 10_000));
            assertThat(file.position()).isEqualTo(77);
        }
    }

    @Test
    void aFileLargerThanAllBuffersGoesOnWhereItWouldBlock() throws Exception {
        var pair = net.pair();
        var content = Net.noise(20 << 20);
        try (var file = FileChannel.open(file(content))) {
            long taken = 0;
            long n;
            while ((n = pair.near().transferFrom(file, taken, content.length - taken)) != WOULD_BLOCK) {
                taken += n;
                assertThat(taken).as("what a peer that does not read can take").isLessThan(content.length);
            }
            var received = Eventually.async(() -> Blocking.readToEnd(pair.far()));
            send(pair.near(), file, taken, content.length - taken);
            pair.near().shutdownOutput();
            assertThat(Eventually.get(received)).isEqualTo(content);
        }
    }

    @Test
    void filesAndBytesMixInOrder() throws Exception {
        var pair = net.pair();
        try (var file = FileChannel.open(file("file".getBytes(UTF_8)))) {
            Blocking.write(pair.near(), ByteBuffer.wrap(new byte[] {'<'}));
            send(pair.near(), file, 0, 4);
            Blocking.write(pair.near(), ByteBuffer.wrap(new byte[] {'>'}));
        }
        assertThat(Blocking.readExactly(pair.far(), 6)).asString().isEqualTo("<file>");
    }

    /// F48.
    @Test
    void aFileThatIsCutShorterFailsAndDoesNotLoop() throws Exception {
        var pair = net.pair();
        var path = file(Net.noise(10_000));
        try (var file = FileChannel.open(path)) {
            send(pair.near(), file, 0, 5_000);
            try (var writer = FileChannel.open(path, StandardOpenOption.WRITE)) {
                writer.truncate(5_000);
            }
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> send(pair.near(), file, 5_000, 5_000))
                    .withMessageContainingAll("5000");
            assertThat(Blocking.readExactly(pair.far(), 5_000)).hasSize(5_000);
            assertThat(pair.near().isOpen()).isTrue();
            Blocking.write(pair.near(), new byte[1]);
            assertThat(Blocking.readExactly(pair.far(), 1)).hasSize(1);
        }
    }

    @Test
    void beyondTheEndOfTheFileThereIsNothing() throws Exception {
        var pair = net.pair();
        try (var file = FileChannel.open(file(new byte[10]))) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> pair.near().transferFrom(file, 10, 1));
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> pair.near().transferFrom(file, 1L << 40, 1));
        }
        Files.delete(directory.resolve("a file"));
        try (var empty = FileChannel.open(file(new byte[0]))) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> pair.near().transferFrom(empty, 0, 1));
        }
    }

    /// F49: exactly the file that was opened, and what it has by then.
    @Test
    void aFileThatGrowsOrIsReplacedIsTheOneThatWasOpened() throws Exception {
        var pair = net.pair();
        var content = Net.noise(10_000);
        var path = file(Arrays.copyOf(content, 5_000));
        try (var file = FileChannel.open(path)) {
            send(pair.near(), file, 0, 1_000);
            Files.write(path, Arrays.copyOfRange(content, 5_000, 10_000), StandardOpenOption.APPEND);
            send(pair.near(), file, 1_000, 9_000);
            assertThat(Blocking.readExactly(pair.far(), 10_000)).isEqualTo(content);

            var other = Files.write(directory.resolve("other"), new byte[10_000]);
            Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
            send(pair.near(), file, 0, 10_000);
            assertThat(Blocking.readExactly(pair.far(), 10_000)).isEqualTo(content);
        }
        // A socket that has sent nothing of it yet.
        var path2 = file(content);
        try (var file = FileChannel.open(path2)) {
            var other = Files.write(directory.resolve("other"), new byte[10_000]);
            Files.move(other, path2, StandardCopyOption.REPLACE_EXISTING);
            var fresh = net.pair();
            send(fresh.near(), file, 0, 10_000);
            assertThat(Blocking.readExactly(fresh.far(), 10_000)).isEqualTo(content);
        }
    }

    /// F50: before a byte is sent.
    @Test
    void aFileThatCannotBeReadFailsAndTheConnectionLives() throws Exception {
        var pair = net.pair();
        var path = file(new byte[10]);
        try (var writeOnly = FileChannel.open(path, StandardOpenOption.WRITE)) {
            assertThatExceptionOfType(NonReadableChannelException.class)
                    .isThrownBy(() -> pair.near().transferFrom(writeOnly, 0, 10));
        }
        try (var file = FileChannel.open(path)) {
            assertThatIllegalArgumentException().isThrownBy(() -> pair.near().transferFrom(file, -1, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> pair.near().transferFrom(file, 0, -1));
        }
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        Blocking.write(pair.near(), new byte[1]);
        assertThat(Blocking.readExactly(pair.far(), 1)).hasSize(1);
    }

    @Test
    void aFileThatIsClosedIsToldAndTheConnectionLives() throws Exception {
        var pair = net.pair();
        var file = FileChannel.open(file(new byte[10]));
        send(pair.near(), file, 0, 5);
        file.close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> pair.near().transferFrom(file, 5, 5))
                .isNotInstanceOf(ClosedChannelException.class)
                .withMessageContainingAll("send file on 127.0.0.1:", "the file is closed");
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        Blocking.write(pair.near(), new byte[1]);
        assertThat(Blocking.readExactly(pair.far(), 6)).hasSize(6);
    }

    @Test
    void sendingFilesLeavesNothingOpen() throws Exception {
        var path = file(new byte[10]);
        var warm = net.pair();
        try (var file = FileChannel.open(path)) {
            send(warm.near(), file, 0, 10);
        }
        warm.near().close();
        warm.far().close();
        Eventually.until("closed", () -> net.reactor.openSockets() == 0);
        int before = Descriptors.open();
        for (int i = 0; i < 100; i++) {
            var pair = net.pair();
            try (var file = FileChannel.open(path)) {
                send(pair.near(), file, 0, 10);
            }
            pair.near().close();
            pair.far().close();
        }
        Descriptors.areBackTo(before);
    }
}
