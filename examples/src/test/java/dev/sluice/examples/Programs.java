package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// Runs each example in a process of its own, to be used by clients that know nothing of Sluice.
class Programs {
    static final int DEADLINE_MILLIS = 30_000;

    private final List<Process> started = new ArrayList<>();

    /// Bound but not listening: nobody else can take its port.
    private final Socket bound = new Socket();

    /// Ends the programs, and waits for that: they share the processors with whatever comes next.
    @AfterEach
    void end() throws IOException {
        bound.close();
        for (var process : started) {
            var _ = process.destroyForcibly().onExit().join();
        }
    }

    static boolean has(String tool) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + tool).start().waitFor() == 0;
    }

    Process run(Class<?> example, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", // Pekko
                "-cp",
                System.getProperty("jdk.module.path", "")
                        + System.getProperty("path.separator")
                        + System.getProperty("java.class.path"),
                example.getName()));
        command.addAll(List.of(arguments));
        return start(new ProcessBuilder(command));
    }

    Process start(ProcessBuilder builder) throws IOException {
        var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        return process;
    }

    static int port(Process server) throws IOException {
        String line = server.inputReader().readLine();
        assertThat(line).startsWith("listening on port ");
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    /// A port on which nobody listens until the test is over.
    int closedPort() throws IOException {
        if (!bound.isBound()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        return bound.getLocalPort();
    }

    static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    /// Whether the connection ends, orderly or with a reset.
    static boolean endOf(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
    }

    static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
