package dev.sluice.bench.peers;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The servers of others: each as a process of its own, as the benchmark runs it.
class PeersTest {
    private static final int DEADLINE_SECONDS = 60;
    private static final int UNAVAILABLE = 3;
    private static final int TERMINATED = 128 + 15;
    private static final String READY = "READY 127.0.0.1:";
    private static final int CONNECTIONS = 4;
    private static final int FILE_BYTES = 3_000_000;
    private static final int[] SIZES = {1, 2, 1000, 64 * 1024, 1024 * 1024, 3};

    private final List<Process> started = new ArrayList<>();
    private final long seed = Long.getLong("sluice.seed", System.nanoTime());

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NettyEcho 0 nio",
                "NettyEcho 0 epoll",
                "NettyEcho 0 io_uring",
                "VertxEcho 0 nio",
                "VertxEcho 0 epoll",
                "KtorEcho 0",
                "SelectorEcho 0",
                "ReactorEcho 0 1 hand-over",
                "ReactorEcho 0 2 hand-over",
                "ReactorEcho 0 2 reuse-port",
                "ReactorEcho 0 1 fork-join",
                "ThreadsEcho 0 socket",
                "ThreadsEcho 0 channel",
                "PekkoEcho 0",
                "PekkoEcho 0 acks"
            })
    void everyPeerEchoesUntilItIsTerminated(String peer) throws Exception {
        var server = start(java(peer.split(" ")));
        int port = port(server);
        var echoes = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                var random = new Random(seed + i);
                echoes.add(threads.submit(() -> {
                    exchange(port, random, threads);
                    return true;
                }));
            }
            for (var echo : echoes) {
                echo.get();
            }
        }
        terminate(server);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void peerThatIsNotAvailableSaysWhyInOneLine(String transport) throws Exception {
        var command = java("NettyEcho", "0", transport);
        command.add(1, "-Dio.netty.transport.noNative=true");
        var server = start(new ProcessBuilder(command));
        assertThat(server.errorReader().readAllLines())
                .singleElement()
                .asString()
                .startsWith("no " + transport + " here: ")
                .contains("noNative");
        assertThat(server.waitFor()).isEqualTo(UNAVAILABLE);
    }

    @Test
    void handingOverGivesEachLoopTheSameNumberOfConnections() throws Exception {
        var server = start(java("ReactorEcho", "0", "2", "hand-over"));
        int port = port(server);
        for (int i = 0; i < CONNECTIONS; i++) {
            try (var socket = connect(port)) {
                socket.getOutputStream().write(1);
                assertThat(socket.getInputStream().read()).isOne();
            }
        }
        server.outputWriter().append("accepted\n").flush();
        assertThat(server.inputReader().readLine()).isEqualTo(CONNECTIONS / 2 + " " + CONNECTIONS / 2);
    }

    private void exchange(int port, Random random, ExecutorService threads) throws Exception {
        try (var socket = connect(port)) {
            for (int size : SIZES) {
                var sent = new byte[size];
                random.nextBytes(sent);
                var writing = threads.submit(() -> {
                    socket.getOutputStream().write(sent);
                    return true;
                });
                var received = socket.getInputStream().readNBytes(size);
                assertThat(received).as("%s bytes, seed %s", size, seed).isEqualTo(sent);
                writing.get();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sluice", "pekko"})
    void fileServersSendAllOfTheFile(String actors, @TempDir Path directory) throws Exception {
        var file = file(directory);
        sendsAllOf(file, start(java("FileServer", "0", actors, file.toString())));
    }

    @Test
    void fileServerInCSendsAllOfTheFile(@TempDir Path directory) throws Exception {
        if (new ProcessBuilder("sh", "-c", "command -v cc").start().waitFor() != 0) {
            abort("no C compiler here");
        }
        var program = directory.resolve("sendfile").toString();
        assertThat(start(List.of("cc", "-O2", "-Wall", "-o", program, "src/main/c/sendfile.c"))
                        .waitFor())
                .isZero();
        var file = file(directory);
        sendsAllOf(file, start(List.of(program, "0", file.toString())));
    }

    private Path file(Path directory) throws IOException {
        var bytes = new byte[FILE_BYTES];
        new Random(seed).nextBytes(bytes);
        return Files.write(directory.resolve("file"), bytes);
    }

    private static void sendsAllOf(Path file, Process server) throws Exception {
        int port = port(server);
        for (int i = 0; i < CONNECTIONS; i++) {
            try (var socket = connect(port)) {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(Files.readAllBytes(file));
            }
        }
        terminate(server);
    }

    private Process start(List<String> command) throws IOException {
        return start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    private Process start(ProcessBuilder builder) throws IOException {
        var process = builder.start();
        started.add(process);
        return process;
    }

    private static List<String> java(String... peer) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmn16m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
        command.add("dev.sluice.bench.peers." + peer[0]);
        command.addAll(List.of(peer).subList(1, peer.length));
        return command;
    }

    private static int port(Process server) throws Exception {
        String line = server.inputReader().readLine();
        if (line == null && server.waitFor(DEADLINE_SECONDS, SECONDS) && server.exitValue() == UNAVAILABLE) {
            abort("not available here, see above");
        }
        assertThat(line).startsWith(READY);
        return Integer.parseInt(line.substring(READY.length()));
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(DEADLINE_SECONDS * 1000);
        return socket;
    }

    private static void terminate(Process server) throws Exception {
        server.toHandle().destroy(); // which leaves its output to be read
        assertThat(server.waitFor(DEADLINE_SECONDS, SECONDS))
                .as("ends at SIGTERM")
                .isTrue();
        assertThat(server.exitValue()).isEqualTo(TERMINATED);
        assertThat(server.inputReader().readLine())
                .as("what it prints after READY")
                .isNull();
    }
}
