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
import java.util.function.Consumer;
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

    /// When the first message of an open loop is due; no warm-up begins before.
    private long firstMessageNanos = System.nanoTime();

    /// What makes the present load end, on the loop; and what is at zero when it has.
    private Runnable finish = () -> {};

    private CountDownLatch going = new CountDownLatch(0);

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
        var all = connections(connections, bytes, id -> new Pace.Open(beat, id, connections));
        var metronome = new Metronome(loop, all, beat);
        finish = () -> {
            metronome.stop();
            all.forEach(Connection::finish);
        };
        loop.execute(metronome);
    }

    /// Begins to open and close short connections.
    void startChurn(int atATime, int bytes) {
        var churn = new Churn(dialer, new Messages(bytes), tally, Long.MAX_VALUE);
        var ended = new CountDownLatch(1);
        var _ = churn.start(atATime).thenRun(ended::countDown);
        going = ended;
        finish = churn::finish;
    }

    /// Ends the load: waits for all answers that are due, and until the server has closed its side, too.
    void end() throws IOException, InterruptedException {
        loop.execute(finish);
        if (!going.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the server does not close " + going.getCount() + " connections that have ended");
        }
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
        var unanswered = new CountDownLatch(sockets.size());
        var all = connections(sockets, SMALL_BYTES, _ -> new Pace.Once(System.nanoTime()), connection -> {
            if (connection.isOpen() && connection.answered() > 0) {
                unanswered.countDown();
            }
        });
        loop.execute(() -> all.forEach(Connection::run));
        var _ = unanswered.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return unanswered.getCount();
    }

    /// How many messages have come back since the measurement began.
    long messages() {
        return onLoop(tally::messages);
    }

    private List<Connection> connections(int count, int bytes, IntFunction<Pace> paceOf) throws IOException {
        return connections(connect(count), bytes, paceOf, _ -> {});
    }

    /// @param look at each, as [Connection] has it
    private List<Connection> connections(
            List<StreamSocket> sockets, int bytes, IntFunction<Pace> paceOf, Consumer<Connection> look) {
        var messages = new Messages(bytes);
        var open = new CountDownLatch(sockets.size());
        var all = new ArrayList<Connection>();
        for (int id = 0; id < sockets.size(); id++) {
            all.add(new Connection(sockets.get(id), id, messages, paceOf.apply(id), tally, connection -> {
                look.accept(connection);
                if (!connection.isOpen()) {
                    open.countDown();
                }
            }));
        }
        going = open;
        finish = () -> all.forEach(Connection::finish);
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
