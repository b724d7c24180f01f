package dev.sluice.cli;

import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Sockets;
import dev.sluice.sockets.TcpOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Puts a load on an echo server and verifies what comes back: a virtual thread, or two, per connection. A server
/// that does not answer for five seconds has failed; of datagrams some may be lost, but not all.
final class VerifyingClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// How long a burst of datagrams waits for more of itself.
    static final Duration BURST_PATIENCE = Duration.ofMillis(500);

    private final InetSocketAddress server;
    private final SelectorManager selector;
    private final Load load;
    private final Duration burstPatience;
    private final long seed;
    private final Tally tally;
    private final CountDownLatch running;

    VerifyingClient(InetSocketAddress server, String transport, Load load, long seed, Tally tally) {
        this(server, transport, load, BURST_PATIENCE, seed, tally);
    }

    VerifyingClient(
            InetSocketAddress server, String transport, Load load, Duration burstPatience, long seed, Tally tally) {
        this.server = server;
        this.selector = SelectorManager.create(r -> r.transport(transport).blockedAfter(Duration.ZERO));
        this.load = load;
        this.burstPatience = burstPatience;
        this.seed = seed;
        this.tally = tally;
        this.running = new CountDownLatch(load.connections());
    }

    /// Opens the connections, which send for the given time.
    void start(Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        for (int i = 0; i < load.connections(); i++) {
            int id = i;
            Thread.ofVirtual().name("client-" + id).start(() -> run(id, endNanos));
        }
    }

    private void run(int id, long endNanos) {
        try {
            if (load.datagrams()) {
                exchange(id, endNanos);
            } else {
                connect(id, endNanos);
            }
        } catch (IOException | InterruptedException e) {
            tally.failed("connection " + id + ": " + e.getMessage());
        } catch (RuntimeException | Error e) { // a defect; without this the row would look as if all were well
            tally.failed("connection " + id + " threw " + e);
            throw e;
        } finally {
            running.countDown();
        }
    }

    private void connect(int id, long endNanos) throws IOException, InterruptedException {
        try (var socket = Sockets.tcp(selector).connect(server, VerifyingClient::patient)) {
            new VerifyingConnection(id, socket, load, seed, endNanos, tally).run();
        }
    }

    private void exchange(int id, long endNanos) throws IOException {
        try (var socket = Sockets.udp(selector).connect(server)) {
            new VerifyingExchange(id, socket, load, burstPatience, seed, endNanos, tally).run();
        }
    }

    private static TcpOptions patient(TcpOptions options) {
        return options.connectTimeout(PATIENCE).readTimeout(PATIENCE).writeTimeout(PATIENCE);
    }

    /// Waits for the connections to end.
    ///
    /// @return false if some still run after the limit
    boolean await(Duration limit) throws InterruptedException {
        boolean ended = running.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (ended) {
            tally.end();
            if (tally.messages() == 0 && tally.errors() == 0) {
                tally.failed("not one message has been verified");
            }
        }
        return ended;
    }

    @Override
    public void close() {
        selector.close();
    }
}
