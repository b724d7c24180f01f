package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Peers that do what no honest peer does, at a server that echoes lines of at most 1,000 bytes. Whatever they do,
/// the error says what it was, nothing is left of them, and an honest client is served.
@EveryTransport
class AbuseTest {
    private static final int LIMIT = 1_000;

    private final Net net;
    private final Setup setup;
    private final Set<String> openBefore;
    private final ServerSocket listener;
    private final Server server;
    private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();

    AbuseTest(Setup setup) throws IOException {
        this.setup = setup;
        net = new Net(setup);
        net.outside().close(); // the JDK makes a socket for itself with its first one
        listener = net.listen();
        openBefore = Net.openSockets();
        server = listener.serve(AbuseTest::echoLines, o -> o.onFailure((_, e) -> failures.add(e)));
    }

    @AfterEach
    void nothingIsLeftAndTheServerLives() throws Exception {
        try (var honest = connect()) {
            honest.getOutputStream().write("honest\n".getBytes(UTF_8));
            assertThat(honest.getInputStream().readNBytes(7)).asString().isEqualTo("honest\n");
        }
        Eventually.until("no handler runs", () -> server.connections() == 0);
        Eventually.until("the descriptors are back", () -> openBefore.containsAll(Net.openSockets()));
        server.close();
        net.close();
    }

    private static void echoLines(Socket socket) throws IOException {
        var in = socket.openReadChannel();
        var out = socket.openWriteChannel(true);
        for (String line; (line = in.readLine(LIMIT)) != null; ) {
            out.writeString(line + "\n");
        }
    }

    private java.net.Socket connect() throws IOException {
        var socket = new java.net.Socket(Net.LOOPBACK, listener.port());
        socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void reset(java.net.Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Test
    void aLineThatNeverEndsIsCutOffAtItsLimit() throws Exception {
        try (var peer = connect()) {
            var endless = new byte[64 * 1024];
            Arrays.fill(endless, (byte) 'x');
            try {
                while (true) {
                    peer.getOutputStream().write(endless); // ends when the server has closed
                }
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
        Eventually.until("it is told", () -> !failures.isEmpty());
        assertThat(failures)
                .singleElement()
                .satisfies(e -> assertThat(e)
                        .isInstanceOf(LimitExceededException.class)
                        .hasMessage("more than 1000 bytes without the end of a line"));
    }

    @Test
    void aLineThatComesByteByByteIsALine() throws Exception {
        var line = "y".repeat(LIMIT) + "\n";
        try (var peer = connect()) {
            for (int i = 0; i < line.length(); i++) {
                peer.getOutputStream().write(line.charAt(i));
            }
            assertThat(peer.getInputStream().readNBytes(line.length()))
                    .asString()
                    .isEqualTo(line);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void garbageIsEchoedOrRefused() throws Exception {
        var random = new Random(1);
        for (int i = 0; i < 100; i++) {
            var garbage = new byte[random.nextInt(5_000)];
            random.nextBytes(garbage);
            try (var peer = connect()) {
                peer.getOutputStream().write(garbage);
                peer.shutdownOutput();
                peer.getInputStream().readAllBytes();
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|not connected|closed).*"); // refused
            }
        }
        Eventually.until("no handler runs", () -> server.connections() == 0);
        assertThat(failures).allSatisfy(e -> assertThat(e).isInstanceOf(IOException.class));
    }

    @Test
    void resetsInTheMiddleOfALineAreToldAsWhatTheyAre() throws Exception {
        for (int i = 0; i < 200; i++) {
            var peer = connect();
            peer.getOutputStream().write("half a li".getBytes(UTF_8));
            reset(peer);
        }
        Eventually.until("all are told", () -> failures.size() == 200);
        assertThat(failures)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset")
                        .hasMessageContaining("read"));
    }

    @Test
    void connectionsThatAreGoneBeforeTheyAreServedDoNoHarm() throws Exception {
        for (int i = 0; i < 500; i++) {
            var peer = connect();
            if (i % 2 == 0) {
                peer.close();
            } else {
                reset(peer);
            }
        }
        Eventually.until("no handler runs", () -> server.connections() == 0);
        assertThat(failures).allSatisfy(e -> assertThat(e).isInstanceOf(SocketException.class));
    }

    @Test
    void aPeerThatAsksAndNeverReadsStopsOnlyItself() throws Exception {
        try (var greedy = connect()) {
            var asking = setup.run(() -> {
                var lines = "z".repeat(LIMIT - 1).concat("\n").repeat(100).getBytes(UTF_8);
                while (true) {
                    greedy.getOutputStream().write(lines);
                }
            });
            try (var other = connect()) {
                other.getOutputStream().write("other\n".getBytes(UTF_8));
                assertThat(other.getInputStream().readNBytes(6)).asString().isEqualTo("other\n");
            }
            reset(greedy);
            assertThat(asking.failure()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void peersThatSayNothingAreClosedWhenTheirTimeIsOver() throws Exception {
        var silence = new ConcurrentLinkedQueue<Exception>();
        var peers = new ArrayList<java.net.Socket>();
        try (var strict = net.tcp().bind("127.0.0.1", 0, o -> o.accepted(a -> a.readTimeout(Duration.ofMillis(30))));
                var served = strict.serve(AbuseTest::echoLines, o -> o.onFailure((_, e) -> silence.add(e)))) {
            for (int i = 0; i < 50; i++) {
                peers.add(new java.net.Socket(Net.LOOPBACK, strict.port()));
            }
            for (var peer : peers) {
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
                peer.close();
            }
            Eventually.until("all have ended", () -> served.connections() == 0);
        }
        assertThat(silence).hasSize(50).allSatisfy(e -> assertThat(e).isInstanceOf(SocketTimeoutException.class));
    }
}
