package dev.sluice.futures.testkit;

import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.Step;
import dev.sluice.futures.Waker;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// A task that polls only when the test says so, and tells whether it has been woken.
///
/// It may poll one future many times, or several futures and streams in turn, with one context. Polling belongs
/// to one thread, the test's; wakes may come from any.
public final class TaskSpy implements Waker {
    private final AtomicInteger wakes = new AtomicInteger();
    private final Context context;

    /// How many wakes there had been when the last poll began.
    private volatile int seen;

    /// A task in real time.
    public TaskSpy() {
        this(System::nanoTime);
    }

    /// A task in the time of a clock, such as [ManualClock], which wakes those that it knows: see
    /// [ManualClock#spy].
    public TaskSpy(LongSupplier clock) {
        this.context = Context.of(this, clock);
    }

    /// Polls once, with a full budget.
    public <T> Poll<T> poll(PollFuture<T> future) throws IOException {
        seen = wakes.get();
        return context.poll(future);
    }

    /// Polls for one item, with a full budget.
    public <T> Step<T> pollNext(PollStream<T> stream) throws IOException {
        seen = wakes.get();
        PollFuture<Step<T>> once = cx -> {
            var step = stream.pollNext(cx);
            return step instanceof Step.Pending ? Poll.pending() : Poll.ready(step);
        };
        return context.poll(once) instanceof Poll.Ready<Step<T>>(var step) ? step : Step.pending();
    }

    @Override
    public void wake() {
        wakes.incrementAndGet();
    }

    /// How many times this task has been woken in all.
    public int wakes() {
        return wakes.get();
    }

    /// Whether this task has been woken since the last poll began: an executor would poll it again.
    public boolean isWoken() {
        return wakes.get() != seen;
    }

    /// What is polled with, for operations of one's own; its budget is that of the last poll.
    public Context context() {
        return context;
    }

    @Override
    public String toString() {
        return "task of a test, woken " + wakes + " times";
    }
}
