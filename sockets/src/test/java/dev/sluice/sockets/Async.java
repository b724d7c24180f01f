package dev.sluice.sockets;

import dev.sluice.testing.Eventually;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Something under way on a thread of its own.
record Async<T>(Thread thread, Future<T> result) {
    /// Waits until it is parked in an operation of a socket.
    Async<T> awaitBlocked() {
        Eventually.until(
                thread + " is blocked, or has ended",
                () -> result.isDone() || LockSupport.getBlocker(thread) instanceof ParkingWaiter);
        if (result.isDone()) {
            throw new AssertionError("did not block, but ended: " + result);
        }
        return this;
    }

    Async<T> interrupt() {
        thread.interrupt();
        return this;
    }

    /// What it returned.
    T get() throws Exception {
        try {
            return result.get(Eventually.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception told ? told : e;
        }
    }

    /// What it threw.
    Throwable failure() throws Exception {
        try {
            throw new AssertionError("returned " + result.get(Eventually.PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }
}
