package dev.sluice.futures;

import static dev.sluice.futures.Net.bytes;
import static dev.sluice.futures.Net.get;
import static dev.sluice.futures.Net.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.Options;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that others have written, at the other end.
@EveryTransport
@Timeout(60)
class RealProgramsTest {
    private static final String TEXT = "first line\nsecond line\nand no end of the third";

    private final Net net;

    @TempDir
    Path directory = Path.of("");

    RealProgramsTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Starts a program, or skips the test and says why.
    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            System.out.println("SKIPPED " + command[0] + ": " + e.getMessage());
            assumeTrue(false, "no " + command[0]);
            throw new AssertionError(e);
        }
    }

    /// What a program prints when it is given the text and no more.
    private static String answerOf(String... command) throws Exception {
        var program = start(command);
        try {
            try (var input = program.getOutputStream()) {
                input.write(TEXT.getBytes(UTF_8));
            }
            var answer = new String(program.getInputStream().readAllBytes(), UTF_8);
            assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return answer;
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void netcatIsEchoed() throws Exception {
        try (var listener = net.listen()) {
            var serving = net.start(
                    listener.accept().andThen(it -> AsyncIo.copy(it, it).closing(it)));
            var port = String.valueOf(listener.localAddress().getPort());
            assertThat(answerOf("nc", "-N", "127.0.0.1", port)).isEqualTo(TEXT);
            assertThat(get(serving).bytes()).isEqualTo(TEXT.length());
        }
    }

    @Test
    void socatIsEchoed() throws Exception {
        try (var listener = net.listen()) {
            var serving = net.start(
                    listener.accept().andThen(it -> AsyncIo.copy(it, it).closing(it)));
            var port = String.valueOf(listener.localAddress().getPort());
            assertThat(answerOf("socat", "-t", "20", "-", "TCP:127.0.0.1:" + port))
                    .isEqualTo(TEXT);
            get(serving);
        }
    }

    @Test
    void socatIsEchoedOverAPath() throws Exception {
        var path = UnixDomainSocketAddress.of(directory.resolve("echo"));
        try (var listener = UnixListener.bind(net.reactor, path, 10, Options.none())) {
            var serving = net.start(
                    listener.accept().andThen(it -> AsyncIo.copy(it, it).closing(it)));
            assertThat(answerOf("socat", "-t", "20", "-", "UNIX-CONNECT:" + path.getPath()))
                    .isEqualTo(TEXT);
            get(serving);
        }
    }

    @Test
    void socatEchoesToAClientOverAPath() throws Exception {
        var path = directory.resolve("cat");
        var program = start("socat", "-t", "20", "UNIX-LISTEN:" + path, "EXEC:cat");
        try {
            var near = get(connected(UnixDomainSocketAddress.of(path)));
            get(Net.write(near, TEXT));
            assertThat(near.pollShutdown(new Polling().cx)).isTrue();
            assertThat(get(Net.readToEnd(near))).asString().isEqualTo(TEXT);
        } finally {
            program.destroyForcibly();
        }
    }

    /// Tries until the program listens, for which the path alone is no sign.
    private PollFuture<UnixStream> connected(UnixDomainSocketAddress address) {
        return UnixStream.connect(net.reactor, address, Options.none())
                .orElse(e -> PollFuture.sleep(Duration.ofMillis(1)).andThen(done -> connected(address)));
    }

    @Test
    void netcatSendsADatagramAndPrintsTheAnswer() throws Exception {
        talksOverUdp("nc", "-u", "-w", "20", "127.0.0.1");
    }

    @Test
    void socatSendsADatagramAndPrintsTheAnswer() throws Exception {
        talksOverUdp("socat", "-", "UDP:127.0.0.1:");
    }

    /// @param client the port comes behind its last word
    private void talksOverUdp(String... client) throws Exception {
        var socket = net.udp();
        var port = String.valueOf(socket.localAddress().getPort());
        var last = client.length - 1;
        var command = client[last].endsWith(":")
                ? Arrays.copyOf(client, client.length)
                : Arrays.copyOf(client, client.length + 1);
        command[command.length - 1] = client[last].endsWith(":") ? client[last] + port : port;
        var program = start(command);
        try {
            program.getOutputStream().write("hello\n".getBytes(UTF_8));
            program.getOutputStream().flush();
            var got = get(socket.recvDgram(ByteBuffer.allocate(100)));
            assertThat(text(got.buf())).isEqualTo("hello\n");
            get(socket.sendDgram(bytes("answer\n"), got.from()));
            assertThat(new String(program.getInputStream().readNBytes(7), UTF_8))
                    .isEqualTo("answer\n");
        } finally {
            program.destroyForcibly();
        }
    }
}
