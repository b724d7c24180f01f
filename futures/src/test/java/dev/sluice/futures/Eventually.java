package dev.sluice.futures;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for events, with a deadline that only a defect reaches.
final class Eventually {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long PAUSE_NANOS = 200_000;

    private Eventually() {}

    /// For what gives no notice of its own.
    static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in vain: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    static void happens(CountDownLatch event) throws InterruptedException {
        if (!event.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("in vain: " + event);
        }
    }
}
