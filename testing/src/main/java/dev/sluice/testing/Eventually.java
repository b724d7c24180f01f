package dev.sluice.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for events, with a deadline that only a defect reaches.
public final class Eventually {
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long PAUSE_NANOS = 500_000;

    private Eventually() {}

    /// For what gives no notice of its own.
    public static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in vain: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    public static <T> T get(Future<T> future) throws Exception {
        return future.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    public static void happens(CountDownLatch event) throws InterruptedException {
        if (!event.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("in vain: " + event);
        }
    }

    /// Runs something on a thread of its own.
    public static <T> Future<T> async(Callable<T> work) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return result;
    }
}
