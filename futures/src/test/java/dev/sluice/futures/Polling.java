package dev.sluice.futures;

import dev.sluice.testing.Eventually;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A task whose polls are made by the test, which counts how often it is woken.
final class Polling implements Waker {
    final Context cx = Context.of(this);
    private final Semaphore wakes = new Semaphore(0);
    private final String name;

    Polling(String name) {
        this.name = name;
    }

    Polling() {
        this("test");
    }

    @Override
    public void wake() {
        wakes.release();
    }

    /// How often it has been woken since the last [#awaitWake].
    int wakes() {
        return wakes.availablePermits();
    }

    void awaitWake() throws InterruptedException {
        if (!wakes.tryAcquire(Eventually.PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("in vain: a wake-up of " + name);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
