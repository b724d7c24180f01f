package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Each example in a process of its own, used by clients that know nothing of Sluice.
@Timeout(60)
class ExamplesTest {
    private static final int DEADLINE_MILLIS = 20_000;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void echoServerAnswersLineByLine() throws Exception {
        try (var socket = connect(port(run(EchoServer.class, "0")))) {
            socket.getOutputStream().write(utf8("hello\nwörld\r\n"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(utf8("hello\r\nwörld\r\n"));
        }
    }

    @Test
    void echoServerSurvivesAnEndlessLine() throws Exception {
        int port = port(run(EchoServer.class, "0"));
        try (var rude = connect(port)) {
            rude.getOutputStream().write(new byte[10_000]);
            assertThat(endOf(rude)).isTrue();
        }
        try (var polite = connect(port)) {
            polite.getOutputStream().write(utf8("still there?\n"));
            assertThat(reader(polite).readLine()).isEqualTo("still there?");
        }
    }

    @Test
    void echoClientPrintsTheAnswersToWhatIsTyped() throws Exception {
        int port = port(run(EchoServer.class, "0"));
        var client = run(EchoClient.class, String.valueOf(port));
        try (var typed = client.getOutputStream()) {
            typed.write(utf8("one\ntwo\n"));
        }
        assertThat(client.inputReader().lines()).containsExactly("server: one", "server: two");
        assertThat(client.waitFor()).isZero();
    }

    @Test
    void chatLinesGoToEverybodyElse() throws Exception {
        int port = port(run(ChatServer.class, "0"));
        try (var ann = connect(port);
                var bob = connect(port)) {
            var heard = reader(bob);
            // Bob may not have been let in yet when Ann speaks, so she speaks until he has heard.
            while (!heard.ready()) {
                ann.getOutputStream().write(utf8("hello\n"));
                ann.getOutputStream().flush();
                Thread.onSpinWait();
            }
            assertThat(heard.readLine()).isEqualTo("hello");
        }
    }

    @Test
    void proxyPassesBothDirectionsAndTheirEnds() throws Exception {
        int server = port(run(EchoServer.class, "0"));
        int proxy = port(run(TcpProxy.class, "0", "localhost", String.valueOf(server)));
        try (var socket = connect(proxy)) {
            socket.getOutputStream().write(utf8("through\n"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(utf8("through\r\n"));
        }
    }

    @Test
    void proxyClosesItsClientWhenTheServerIsNotThere() throws Exception {
        int proxy = port(run(TcpProxy.class, "0", "127.0.0.1", String.valueOf(closedPort())));
        try (var socket = connect(proxy)) {
            assertThat(endOf(socket)).isTrue();
        }
    }

    @Test
    void scanFindsThePortsThatAreOpen() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int open = listener.getLocalPort();
            var scan = run(PortScan.class, String.valueOf(open), String.valueOf(closedPort()));
            assertThat(scan.inputReader().readLine()).isEqualTo("open: [" + open + "]");
            assertThat(scan.waitFor()).isZero();
        }
    }

    @Test
    void ncSpeaksWithTheEchoServer() throws Exception {
        assumeTrue(has("nc"), "nc is not installed");
        int port = port(run(EchoServer.class, "0"));
        var nc = start(new ProcessBuilder("nc", "-N", "127.0.0.1", String.valueOf(port)));
        try (OutputStream typed = nc.getOutputStream()) {
            typed.write(utf8("from nc\n"));
        }
        assertThat(nc.inputReader().readLine()).isEqualTo("from nc");
        assertThat(nc.waitFor()).isZero();
    }

    @Test
    void socatSpeaksWithTheEchoServer() throws Exception {
        assumeTrue(has("socat"), "socat is not installed");
        int port = port(run(EchoServer.class, "0"));
        var socat = start(new ProcessBuilder("socat", "-t", "20", "-", "TCP:127.0.0.1:" + port));
        try (OutputStream typed = socat.getOutputStream()) {
            typed.write(utf8("from socat\n"));
        }
        assertThat(socat.inputReader().readLine()).isEqualTo("from socat");
        assertThat(socat.waitFor()).isZero();
    }

    private static boolean has(String tool) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + tool).start().waitFor() == 0;
    }

    private Process run(Class<?> example, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("jdk.module.path", "")
                        + System.getProperty("path.separator")
                        + System.getProperty("java.class.path"),
                example.getName()));
        command.addAll(List.of(arguments));
        return start(new ProcessBuilder(command));
    }

    private Process start(ProcessBuilder builder) throws IOException {
        var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        return process;
    }

    private static int port(Process server) throws IOException {
        String line = server.inputReader().readLine();
        assertThat(line).startsWith("listening on port ");
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static int closedPort() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return listener.getLocalPort();
        }
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    /// Whether the connection ends, orderly or with a reset.
    private static boolean endOf(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
