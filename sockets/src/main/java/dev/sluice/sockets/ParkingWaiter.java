package dev.sluice.sockets;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Readiness;
import dev.sluice.reactor.Timer;
import dev.sluice.reactor.Waiter;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Parks the thread that calls until one direction of a socket is worth another try. There is one for each
/// direction, and one thread at a time uses it.
///
/// It also keeps the peace among virtual threads: one that always finds something to do gives way after a budget,
/// for the others wait on the same carriers.
final class ParkingWaiter implements Waiter {
    /// How many bytes a thread may move before it gives way, and what an operation counts at least.
    private static final int BUDGET = 256 * 1024;

    private static final int LEAST_COST = BUDGET / 32;

    private final EventLoop loop;
    private final Readiness readiness;
    private final String what;

    /// Null while nobody waits.
    private volatile @Nullable Thread parked;

    private volatile boolean woken;

    /// Made for the first wait with a deadline. When it fires, the thread looks at the clock.
    private volatile @Nullable Timer timer;

    private int budget = BUDGET;

    /// @param what names the operation for messages
    ParkingWaiter(EventLoop loop, Readiness readiness, String what) {
        this.loop = loop;
        this.readiness = readiness;
        this.what = what;
    }

    /// Waits until another try is worth while.
    ///
    /// @param deadlineNanos on the scale of [System#nanoTime], or [Deadline#NEVER]
    /// @param transferred how many bytes the operation has moved so far, for the exceptions
    /// @throws SocketTimeoutException if the time is up
    /// @throws InterruptedIOException if the thread is interrupted; its flag stays set
    void await(long deadlineNanos, int transferred) throws InterruptedIOException {
        requireNotOnLoop();
        var thread = Thread.currentThread();
        woken = false;
        parked = thread;
        try {
            if (!readiness.await(this)) {
                return;
            }
            budget = BUDGET;
            if (deadlineNanos != Deadline.NEVER) {
                timer().set(deadlineNanos);
            }
            while (!woken) {
                if (thread.isInterrupted()) {
                    throw interrupted(transferred);
                }
                if (deadlineNanos != Deadline.NEVER && System.nanoTime() - deadlineNanos >= 0) {
                    throw timedOut(transferred);
                }
                LockSupport.park(this);
            }
        } finally {
            parked = null;
            if (!woken) {
                readiness.forget(this);
            }
            // The timer stays set: most waits end long before, and the next one only moves it on.
        }
    }

    /// Lets the loop forget this waiter: there will be no more waits.
    void close() {
        var mine = timer;
        if (mine != null) {
            mine.cancel();
        }
    }

    /// Counts what an operation has moved, and gives way if that was much since the last wait.
    void moved(int bytes) {
        budget -= Math.max(bytes, LEAST_COST);
        if (budget <= 0) {
            budget = BUDGET;
            if (Thread.currentThread().isVirtual()) {
                Thread.yield();
            }
        }
    }

    /// Refuses to begin an operation on a thread whose flag is set: nothing is tried.
    void requireNotInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(0);
        }
    }

    private void requireNotOnLoop() {
        if (loop.inLoop() || loop.reactor().currentLoop() != null) {
            throw new IllegalStateException(
                    what + " would block " + Thread.currentThread().getName()
                            + ", a thread of the event loop that has to wake it. Use a virtual thread");
        }
    }

    private Timer timer() {
        var mine = timer;
        if (mine == null) {
            mine = loop.timer(() -> LockSupport.unpark(parked));
            timer = mine;
        }
        return mine;
    }

    private InterruptedIOException interrupted(int transferred) {
        var e = new InterruptedIOException(what + " interrupted after " + transferred + " bytes");
        e.bytesTransferred = transferred;
        return e;
    }

    private SocketTimeoutException timedOut(int transferred) {
        var e = new SocketTimeoutException(what + " timed out after " + transferred + " bytes");
        e.bytesTransferred = transferred;
        return e;
    }

    @Override
    public void wake() {
        woken = true;
        LockSupport.unpark(parked);
    }

    @Override
    public String toString() {
        var thread = parked;
        return what + (thread == null ? "" : " by " + thread);
    }
}
