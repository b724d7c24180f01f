package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EchoCommandTest {
    private static final int PATIENCE_MILLIS = Program.PATIENCE_SECONDS * 1000;

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void whatIsSentComesBackAndThenTheEnd(String transport) throws Exception {
        assertEchoes("--face", "sockets", "--transport", transport, "--loops", "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--handlers loop",
                "--handlers loop --acks",
                "--handlers pool",
                "--handlers pool --acks",
                "--handlers default",
                "--handlers default --acks"
            })
    void actorsEchoWhereverTheirHandlersRun(String style) throws Exception {
        assertEchoes(("--face actors --loops 1 " + style).split(" "));
    }

    private static void assertEchoes(String... options) throws Exception {
        var sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        var command = Stream.concat(Stream.of("echo"), Stream.of(options)).toArray(String[]::new);
        try (var echo = Program.sluice(command);
                var socket = connect(echo.port())) {
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
            sender.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void signalEndsItWith0AfterConnectionsHaveEnded(String signal) throws Exception {
        try (var echo = Program.sluice("echo")) {
            int port = echo.port();
            try (var socket = connect(port)) {
                send(socket, "before");
                assertThat(socket.getInputStream().readNBytes(6)).asString().isEqualTo("before");
                echo.signal(signal);
                awaitRefusal(port);
                send(socket, "after");
                socket.shutdownOutput();
                assertThat(Program.rest(socket.getInputStream())).isEqualTo("after");
            }
            var end = echo.await();
            assertThat(end.err()).isEmpty();
            assertThat(end.exit()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void portInUseIsToldInOneLine(String transport) throws Exception {
        try (var first = Program.sluice("echo", "--transport", transport)) {
            String port = String.valueOf(first.port());
            try (var second = Program.sluice("echo", "--transport", transport, "--port", port)) {
                var end = second.await();
                assertThat(end.exit()).isEqualTo(1);
                assertThat(end.out()).isEmpty();
                assertThat(end.err())
                        .startsWith("sluice echo: [X-201] port " + port)
                        .hasLineCount(1);
            }
        }
    }

    @Test
    void stackTraceIsShownWhenAskedFor() throws Exception {
        try (var echo = Program.sluice("echo", "--verbose", "--host", "203.0.113.1")) {
            assertThat(echo.await().err()).contains("BindException").contains("\tat dev.sluice.");
        }
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Returns when nobody listens any more. Until then the system may still queue a connection.
    private static void awaitRefusal(int port) throws IOException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (System.nanoTime() < end) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread.onSpinWait();
            } catch (ConnectException _) {
                return;
            } catch (SocketException e) { // it was in the queue when listening ended
                assertThat(e).hasMessageContaining("reset");
            }
        }
        throw new AssertionError("port " + port + " still takes connections");
    }
}
