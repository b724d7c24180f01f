package dev.sluice.actors;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for events, with a deadline that only a defect reaches.
final class Eventually {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long PAUSE_NANOS = 500_000;

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
}
