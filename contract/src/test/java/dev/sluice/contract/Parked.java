package dev.sluice.contract;

import dev.sluice.reactor.Readiness;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Eventually;
import java.util.concurrent.locks.LockSupport;

/// The thread that made it, parked until it is woken.
final class Parked implements Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    /// Waits until `direction` is worth a try.
    static void until(Readiness direction) {
        var parked = new Parked();
        if (direction.await(parked)) {
            parked.park();
        }
    }

    void park() {
        long end = System.nanoTime() + Eventually.PATIENCE.toNanos();
        while (!woken) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("a wake-up was lost: " + this);
            }
            LockSupport.parkNanos(this, left);
        }
    }

    boolean isWoken() {
        return woken;
    }

    @Override
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    @Override
    public String toString() {
        return "parked " + thread.getName();
    }
}
