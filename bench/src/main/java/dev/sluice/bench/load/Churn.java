package dev.sluice.bench.load;

import dev.sluice.reactor.StreamSocket;
import java.util.concurrent.CompletableFuture;

/// Short connections: connect, echo one message, close, and again. The latency is that of all three but the
/// close.
final class Churn {
    private final Dialer dialer;
    private final Messages messages;
    private final Tally tally;
    private final CompletableFuture<Long> end = new CompletableFuture<>();

    // All below belong to the loop.

    private long most;
    private int running;
    private long begun;

    /// @param most how many connections in all
    Churn(Dialer dialer, Messages messages, Tally tally, long most) {
        this.dialer = dialer;
        this.messages = messages;
        this.tally = tally;
        this.most = most;
    }

    /// Keeps some connections open at a time. Any thread may call.
    ///
    /// @return completed after the last, with how many there were
    CompletableFuture<Long> start(int atATime) {
        dialer.loop().execute(() -> {
            running = atATime;
            for (int i = 0; i < atATime; i++) {
                next();
            }
        });
        return end;
    }

    /// Begins no more. On the loop.
    void finish() {
        most = begun;
    }

    private void next() {
        if (begun == most || tally.errors() >= Tally.TOO_MANY_ERRORS) {
            if (--running == 0) {
                end.complete(begun);
            }
            return;
        }
        begun++;
        long start = System.nanoTime();
        dialer.dial(socket -> echo(socket, start), e -> {
            tally.failed(String.valueOf(e.getMessage()));
            next();
        });
    }

    private void echo(StreamSocket socket, long start) {
        new Connection(socket, 0, messages, new Pace.Once(start), tally, this::look).run();
    }

    private void look(Connection connection) {
        if (connection.answered() > 0) {
            connection.close();
        }
        if (!connection.isOpen()) {
            next();
        }
    }
}
