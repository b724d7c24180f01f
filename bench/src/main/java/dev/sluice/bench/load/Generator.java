package dev.sluice.bench.load;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Puts load on one server, from one event loop that has a thread of its own. The thread that calls only begins
/// things and waits.
final class Generator implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final int SMALL_BYTES = 64;
    private static final int CHURN_AT_A_TIME = 16;

    /// Until then the connections of an open loop stand.
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// So long a server has for what it does later: give memory back, say. Nothing tells that it has.
    private static final double REST_SECONDS = 2;

    private final Reactor reactor;
    private final EventLoop loop;
    private final Dialer dialer;

    /// Belongs to the loop.
    private final Tally tally = new Tally();

    /// Those that were idle, have answered once, and are open.
    private List<Connection> idle = List.of();

    /// When the first message of an open loop is due; no warm-up begins before.
    private long firstMessageNanos = System.nanoTime();

    private CountDownLatch idleOpen = new CountDownLatch(0);

    /// @param transport by name, or `auto`
    /// @param paced whether messages will be sent at a fixed rate: the loop then polls without sleeping, to be
    ///     on time
    Generator(InetSocketAddress server, String transport, boolean paced) throws IOException {
        reactor = Reactor.builder()
                .name("load")
                .transport(transport)
                .loops(1)
                .blockedAfter(Duration.ZERO)
                .spin(paced ? Duration.ofDays(1) : Duration.ZERO)
                .open();
        loop = reactor.loops().getFirst();
        dialer = new Dialer(reactor, server);
    }

    /// Opens and closes short connections, so that the server has seen what is to come.
    void prepare(int connections) throws IOException {
        if (connections > 0) {
            get(new Churn(dialer, new Messages(SMALL_BYTES), tally, connections).start(CHURN_AT_A_TIME));
        }
    }

    /// Opens connections that do nothing.
    List<StreamSocket> connect(int connections) throws IOException {
        return get(dialer.dialAll(connections));
    }

    /// Begins a closed loop.
    void startClosed(Shape shape) throws IOException {
        for (var connection : connections(shape.connections(), shape.bytes(), _ -> new Pace.Closed(shape.depth()))) {
            loop.execute(connection);
        }
    }

    /// Begins an open loop: connections send in turn, each at the same distance from the one before.
    ///
    /// @param perSecond messages, on all connections together
    void startOpen(int connections, int bytes, double perSecond) throws IOException {
        firstMessageNanos = System.nanoTime() + START_NANOS;
        var beat = new Beat(firstMessageNanos, 1e9 / perSecond);
        loop.execute(
                new Metronome(loop, connections(connections, bytes, id -> new Pace.Open(beat, id, connections)), beat));
    }

    /// Begins to open and close short connections.
    void startChurn(int atATime, int bytes) {
        var _ = new Churn(dialer, new Messages(bytes), tally, Long.MAX_VALUE).start(atATime);
    }

    /// Measures what goes on, after a warm-up.
    Measured measure(double warmup, double seconds, long serverPid) throws IOException {
        return get(measuring(warmup, seconds, serverPid), warmup + seconds);
    }

    /// The same, without waiting for the end.
    CompletableFuture<Measured> measuring(double warmup, double seconds, long serverPid) {
        double wait = Math.max(0, (firstMessageNanos - System.nanoTime()) / 1e9);
        return new Window(loop, tally, wait + warmup, seconds, serverPid).start();
    }

    /// Opens connections, and measures what each takes of the server's memory before anything is sent on it. Then
    /// each must answer once.
    Measured measureIdle(int connections, long serverPid) throws IOException, InterruptedException {
        measure(0, REST_SECONDS, serverPid);
        long start = System.nanoTime();
        long before = Usage.residentBytes(serverPid);
        var sockets = connect(connections);
        measure(0, REST_SECONDS, serverPid);
        double each = (double) (Usage.residentBytes(serverPid) - before) / connections;
        long unanswered = askEach(sockets);
        return Measured.idle((System.nanoTime() - start) / 1e9, each, unanswered);
    }

    /// @return how many have failed, or have not answered in time
    private long askEach(List<StreamSocket> sockets) throws InterruptedException {
        var messages = new Messages(SMALL_BYTES);
        var unanswered = new CountDownLatch(sockets.size());
        var open = new CountDownLatch(sockets.size());
        var all = new ArrayList<Connection>();
        for (int id = 0; id < sockets.size(); id++) {
            all.add(new Connection(
                    sockets.get(id), id, messages, new Pace.Once(System.nanoTime()), tally, connection -> {
                        if (!connection.isOpen()) {
                            open.countDown();
                        } else if (connection.answered() > 0) {
                            unanswered.countDown();
                        }
                    }));
        }
        loop.execute(() -> all.forEach(Connection::run));
        var _ = unanswered.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        idle = all;
        idleOpen = open;
        return unanswered.getCount();
    }

    /// Closes the connections that were idle, and waits until the server has closed them, too.
    void endIdle() throws IOException, InterruptedException {
        var all = idle;
        loop.execute(() -> all.forEach(Connection::finish));
        if (!idleOpen.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the server does not close " + idleOpen.getCount() + " connections that have ended");
        }
    }

    /// How many messages have come back since the measurement began.
    long messages() {
        return onLoop(tally::messages);
    }

    private List<Connection> connections(int count, int bytes, IntFunction<Pace> paceOf) throws IOException {
        var messages = new Messages(bytes);
        var sockets = connect(count);
        var all = new ArrayList<Connection>();
        for (int id = 0; id < count; id++) {
            all.add(new Connection(sockets.get(id), id, messages, paceOf.apply(id), tally, _ -> {}));
        }
        return all;
    }

    private <T> T onLoop(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, loop).join();
    }

    private static <T> T get(CompletableFuture<T> result) throws IOException {
        return get(result, 0);
    }

    private static <T> T get(CompletableFuture<T> result, double seconds) throws IOException {
        long patience = PATIENCE_SECONDS + (long) seconds;
        try {
            return result.orTimeout(patience, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            var cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(
                    cause instanceof TimeoutException ? "not done within " + patience + " s" : cause.getMessage(), e);
        }
    }

    @Override
    public void close() {
        reactor.close();
    }
}
