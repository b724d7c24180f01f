package dev.sluice.sockets;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Readiness;
import dev.sluice.reactor.Timer;
import dev.sluice.reactor.Waiter;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketTimeoutException;
import java.util.concurrent.RejectedExecutionException;
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

    private static final int SLICES_BEFORE_LEAVING = 32;

    private static final VarHandle WOKEN;

    static {
        try {
            WOKEN = MethodHandles.lookup().findVarHandle(ParkingWaiter.class, "woken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventLoop loop;
    private final Readiness readiness;
    private final String operation;
    private final Object socket;
    private final boolean observing;

    /// Null while nobody waits. Not volatile: it is written before the readiness takes this waiter, and read
    /// after the readiness has given it back.
    private @Nullable Thread parked;

    /// Read and written through WOKEN: what follows a wake-up sees what went before it, and that is enough.
    @SuppressWarnings("unused")
    private boolean woken;

    /// Made for the first wait with a deadline. When it fires, the thread looks at the clock.
    private volatile @Nullable Timer timer;

    private int budget = BUDGET;

    /// How often this thread has given way since it last waited.
    private int slices;

    /// @param operation names what is tried, and `socket` on what, for messages
    ParkingWaiter(EventLoop loop, Readiness readiness, String operation, Object socket) {
        this(loop, readiness, operation, socket, false);
    }

    private ParkingWaiter(EventLoop loop, Readiness readiness, String operation, Object socket, boolean observing) {
        this.loop = loop;
        this.readiness = readiness;
        this.operation = operation;
        this.socket = socket;
        this.observing = observing;
    }

    /// One of any number that wait for the same without moving data.
    static ParkingWaiter observing(EventLoop loop, Readiness readiness, String operation, Object socket) {
        return new ParkingWaiter(loop, readiness, operation, socket, true);
    }

    /// Waits until another try is worth while.
    ///
    /// @param deadlineNanos on the scale of [System#nanoTime], or [Deadline#NEVER]
    /// @param transferred how many bytes the operation has moved so far, for the exceptions
    /// @throws SocketTimeoutException if the time is up
    /// @throws InterruptedIOException if the thread is interrupted; its flag stays set
    void await(long deadlineNanos, int transferred) throws InterruptedIOException {
        if (EventLoop.current() != null) {
            requireNotOnLoop(what());
        }
        var thread = Thread.currentThread();
        WOKEN.setOpaque(this, false);
        parked = thread;
        try {
            if (!(observing ? readiness.observe(this) : readiness.await(this))) {
                return;
            }
            budget = BUDGET;
            slices = 0;
            if (deadlineNanos != Deadline.NEVER) {
                setTimer(deadlineNanos);
            }
            while (!isWoken()) {
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
            if (!isWoken()) {
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
                giveWay();
            }
        }
    }

    /// Yielding lets those run that wait on the same carrier. Those that a platform thread has woken, such as a
    /// loop, wait elsewhere, and a carrier looks there only when it has nothing of its own: so at times a thread
    /// must really leave.
    private void giveWay() {
        slices++;
        if (slices % SLICES_BEFORE_LEAVING != 0) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(1);
        }
    }

    /// Refuses to begin an operation on a thread whose flag is set: nothing is tried.
    void requireNotInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(0);
        }
    }

    /// Refuses what would block a loop.
    static void requireNotOnLoop(String what) {
        var blocked = EventLoop.current();
        if (blocked != null) {
            throw new IllegalStateException(
                    what + " would block " + blocked + ", an event loop that others wait for. Use a virtual thread");
        }
    }

    private void setTimer(long deadlineNanos) {
        var mine = timer;
        if (mine == null) {
            mine = loop.timer(() -> LockSupport.unpark(parked));
            timer = mine;
        }
        try {
            mine.set(deadlineNanos);
        } catch (RejectedExecutionException _) {
            return; // the loop has ended just now, and has woken this waiter
        }
    }

    private InterruptedIOException interrupted(int transferred) {
        var e = new InterruptedIOException(what() + " interrupted" + after(transferred));
        e.bytesTransferred = transferred;
        return e;
    }

    private SocketTimeoutException timedOut(int transferred) {
        var e = new SocketTimeoutException(what() + " timed out" + after(transferred));
        e.bytesTransferred = transferred;
        return e;
    }

    private static String after(int transferred) {
        return transferred == 0 ? "" : " after " + transferred + " bytes";
    }

    @Override
    public void wake() {
        WOKEN.setRelease(this, true);
        LockSupport.unpark(parked);
    }

    private boolean isWoken() {
        return (boolean) WOKEN.getAcquire(this);
    }

    private String what() {
        return operation + " " + socket;
    }

    @Override
    public String toString() {
        var thread = parked;
        return what() + (thread == null ? "" : " by " + thread);
    }
}
