package dev.sluice.futures.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A clock that stands still until the test moves it, and then wakes the tasks whose time has come.
public final class ManualClock implements LongSupplier {
    private final AtomicLong nanos = new AtomicLong();
    private final List<TaskSpy> spies = new CopyOnWriteArrayList<>();

    /// A clock at 0.
    public ManualClock() {}

    /// A task that lives in the time of this clock.
    public TaskSpy spy() {
        var spy = new TaskSpy(this);
        spies.add(spy);
        return spy;
    }

    /// Moves the clock, and wakes each task that wanted to be woken by then.
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not go back by " + time);
        }
        long now = nanos.addAndGet(time.toNanos());
        for (var spy : spies) {
            long deadline = spy.context().deadlineNanos();
            if (deadline != Long.MAX_VALUE && deadline - now <= 0) {
                spy.wake();
            }
        }
    }

    /// The nanoseconds that the clock has been moved by.
    @Override
    public long getAsLong() {
        return nanos.get();
    }
}
