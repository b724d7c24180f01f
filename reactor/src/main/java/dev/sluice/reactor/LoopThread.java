package dev.sluice.reactor;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The thread of one loop, of one of two kinds.
///
/// - *Dedicated*: a platform thread that sleeps in the poller.
/// - *Hosted*: a virtual thread on the JDK's scheduler. It polls without waiting, so that waking a virtual thread
///   is a push on its carrier's own queue, and yields so that those it woke can run. When a few polls found
///   nothing it lends its poller to the sentinel, a platform thread that waits in it, and parks until the
///   sentinel gives it back. One that is never idle does the same now and then, without a wait: yielding alone
///   lets those run that its carrier has in hand, but a carrier that always has somebody in hand looks for no
///   others.
///
/// ```
///   hosted:   POLLING ── idle ──▶ LENT (the sentinel waits in select) ── news, wakeup, timer ──▶ POLLING
/// ```
final class LoopThread {
    private static final System.Logger LOG = System.getLogger(LoopThread.class.getName());

    /// How often a hosted loop polls in vain, yielding in between, before it lends its poller.
    private static final int IDLE_TURNS = 2;

    /// How long a hosted loop is busy before it parks, and how many turns it makes between two looks at the clock.
    private static final long LONGEST_BUSY_NANOS = Duration.ofMillis(10).toNanos();

    private static final int TURNS_PER_LOOK = 64;

    private final EventLoop loop;
    private final long spinNanos;

    /// Set by the loop when it lends its poller, cleared by the sentinel when it gives it back.
    private volatile boolean lent;

    /// While lent: how long the sentinel may wait. Then: what it found. Guarded by the hand-over of [#lent].
    private long waitNanos;

    private int news;
    private @Nullable IOException failure;

    /// Null for a dedicated loop.
    private @Nullable Thread sentinel;

    private int idleTurns;
    private long idleSinceNanos;
    private int busyTurns;
    private long busySinceNanos;

    private LoopThread(EventLoop loop, long spinNanos) {
        this.loop = loop;
        this.spinNanos = spinNanos;
    }

    static void startDedicated(EventLoop loop, long spinNanos) {
        var it = new LoopThread(loop, spinNanos);
        Thread.ofPlatform().name(loop.toString()).daemon().start(() -> loop.live(() -> it.run(it::selectDedicated)));
    }

    static void startHosted(EventLoop loop, long spinNanos) {
        var it = new LoopThread(loop, spinNanos);
        it.sentinel = Thread.ofPlatform().name(loop + "-sentinel").daemon().start(it::standBy);
        Thread.ofVirtual().name(loop.toString()).start(() -> loop.live(() -> it.run(it::selectHosted)));
    }

    /// Finds out what is ready, waiting if there is nothing to do.
    private interface Select {
        int select(boolean busy) throws IOException;
    }

    private void run(Select select) {
        IOException cause = null;
        try {
            boolean busy = true;
            while (!loop.isClosing()) {
                busy = loop.turn(select.select(busy));
            }
        } catch (IOException | RuntimeException | Error e) {
            cause = new IOException(loop + " has failed: " + e.getMessage(), e);
            LOG.log(Level.ERROR, loop + " has failed and closes its sockets; the other loops go on", e);
        } finally {
            try {
                loop.finish(cause);
            } finally {
                LockSupport.unpark(sentinel);
            }
        }
    }

    private int selectDedicated(boolean busy) throws IOException {
        if (spins(busy)) {
            Thread.onSpinWait();
            return loop.poller().select(0);
        }
        long nanos = loop.fallAsleep();
        try {
            return loop.poller().select(nanos);
        } finally {
            loop.awake();
        }
    }

    private int selectHosted(boolean busy) throws IOException {
        // Those that were woken run now; what they write may bring the next news.
        Thread.yield();
        idleTurns = busy ? 0 : idleTurns + 1;
        if (idleTurns <= IDLE_TURNS || spins(busy)) {
            return isBusyForLong() ? lend(0) : loop.poller().select(0);
        }
        long nanos = loop.fallAsleep();
        try {
            return nanos == 0 ? loop.poller().select(0) : lend(nanos);
        } finally {
            loop.awake();
        }
    }

    /// Whether it is too early to sleep, as the last turn was busy or the spin time is not over.
    private boolean spins(boolean busy) {
        if (spinNanos == 0) {
            return false;
        }
        long now = loop.nanoTime();
        if (busy) {
            idleSinceNanos = now;
        }
        return now - idleSinceNanos < spinNanos;
    }

    /// Whether it is time to park, after many turns without.
    private boolean isBusyForLong() {
        if (++busyTurns % TURNS_PER_LOOK != 0) {
            return false;
        }
        long now = loop.nanoTime();
        if (busyTurns == TURNS_PER_LOOK) {
            busySinceNanos = now;
        }
        return now - busySinceNanos >= LONGEST_BUSY_NANOS;
    }

    private int lend(long nanos) throws IOException {
        busyTurns = 0;
        waitNanos = nanos;
        lent = true;
        LockSupport.unpark(sentinel);
        while (lent) {
            LockSupport.park(this);
        }
        if (failure != null) {
            throw failure;
        }
        return news;
    }

    private void standBy() {
        while (!loop.hasEnded()) {
            if (!lent) {
                LockSupport.park(this);
                continue;
            }
            try {
                news = loop.poller().select(waitNanos);
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                failure = new IOException("the poller threw: " + e, e);
            }
            lent = false;
            LockSupport.unpark(loop.thread());
        }
    }
}
