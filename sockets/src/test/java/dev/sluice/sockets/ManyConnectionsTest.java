package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Thousands of connections at once, both ends in this process, each with a thread on each end.
@EveryTransport
class ManyConnectionsTest {
    /// Two descriptors each.
    private static final int CONNECTIONS = 5_000;

    /// So that the queue of the listener is not asked for more than it has.
    private static final int CONNECTING_AT_ONCE = 200;

    private final Net net;

    ManyConnectionsTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void eachOfFiveThousandConnectionsIsServedAndNothingIsLeft() throws Exception {
        var before = Net.openSockets();
        var allConnected = new CountDownLatch(CONNECTIONS);
        var mayConnect = new Semaphore(CONNECTING_AT_ONCE);
        var clients = new ArrayList<Async<Long>>();
        try (var listener = net.tcp().bind("127.0.0.1", 0, o -> o.backlog(1024));
                var server = listener.serve(socket -> socket.openReadChannel().copyTo(socket.openWriteChannel()))) {
            for (int i = 0; i < CONNECTIONS; i++) {
                long number = i;
                clients.add(net.setup.async(() -> echo(listener, number, allConnected, mayConnect)));
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(clients.get(i).get()).isEqualTo(i);
            }
            Eventually.until("all handlers have ended", () -> server.connections() == 0);
        }
        try {
            Eventually.until("the descriptors are back", () -> before.containsAll(Net.openSockets()));
        } catch (AssertionError e) {
            var left = Net.openSockets();
            left.removeAll(before);
            throw new AssertionError(
                    e.getMessage() + "; left are " + describe(left) + "; open on the selector: "
                            + net.selector.reactor().openSockets(),
                    e);
        }
    }

    /// Each with its line in the system's tables, which has its addresses and state.
    private static String describe(Set<String> sockets) throws IOException {
        var told = new StringBuilder();
        for (var socket : sockets) {
            var inode = socket.replaceAll("\\D", "");
            told.append("\n").append(socket);
            for (var table : List.of("tcp", "tcp6", "udp", "udp6", "unix")) {
                for (var line : Files.readAllLines(Path.of("/proc/self/net/" + table))) {
                    if (List.of(line.trim().split("\\s+")).contains(inode)) {
                        told.append(' ').append(table).append(": ").append(line.trim());
                    }
                }
            }
        }
        return told.toString();
    }

    private long echo(ServerSocket listener, long number, CountDownLatch allConnected, Semaphore mayConnect)
            throws Exception {
        mayConnect.acquire();
        try (var socket = net.connect(listener)) {
            var both = socket.connection();
            both.output().writeLong(-1); // the server has accepted when this comes back
            both.output().flush();
            requireEqual(-1, both.input().readLong());
            mayConnect.release();
            allConnected.countDown();
            Eventually.happens(allConnected);
            both.output().writeLong(number);
            both.output().flushAndClose();
            long answer = both.input().readLong();
            if (!both.input().exhausted()) {
                throw new IOException("more came back than was sent");
            }
            return answer;
        }
    }

    private static void requireEqual(long expected, long actual) throws IOException {
        if (expected != actual) {
            throw new IOException("expected " + expected + ", but got " + actual);
        }
    }
}
