package dev.sluice.bench.load;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Timer;
import java.util.concurrent.CompletableFuture;

/// The time in which is measured: it begins after a warm-up, and looks at server and tally at both of its ends,
/// on the loop, between two messages.
final class Window {
    private final EventLoop loop;
    private final Tally tally;
    private final long warmupNanos;
    private final long nanos;
    private final long serverPid;
    private final Timer begin;
    private final Timer end;
    private final CompletableFuture<Measured> measured = new CompletableFuture<>();

    /// What was used before; belongs to the loop.
    private Usage before = new Usage(0, 0, 0);

    Window(EventLoop loop, Tally tally, double warmup, double seconds, long serverPid) {
        this.loop = loop;
        this.tally = tally;
        this.warmupNanos = (long) (warmup * 1e9);
        this.nanos = (long) (seconds * 1e9);
        this.serverPid = serverPid;
        this.begin = loop.timer(this::begin);
        this.end = loop.timer(this::end);
    }

    CompletableFuture<Measured> start() {
        begin.set(loop.nanoTime() + warmupNanos);
        return measured;
    }

    private void begin() {
        try {
            before = Usage.now(serverPid);
            tally.reset();
            end.set(loop.nanoTime() + nanos);
        } catch (IllegalStateException e) {
            measured.completeExceptionally(e);
        }
    }

    private void end() {
        try {
            measured.complete(Usage.now(serverPid).since(before, tally));
        } catch (IllegalStateException e) {
            measured.completeExceptionally(e);
        }
    }
}
