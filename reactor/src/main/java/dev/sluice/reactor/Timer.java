package dev.sluice.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// An alarm on an event loop: runs one action, on the loop's thread, when its time has come.
///
/// A timer is made once and set as often as its owner likes, from any thread, without allocation. Setting it
/// later than it was costs one write: it stays where it is among the loop's timers and moves on when its old time
/// comes. Setting it earlier tells the loop.
public final class Timer {
    /// The deadline of a timer that is not set.
    static final long NEVER = Long.MAX_VALUE;

    private static final VarHandle DEADLINE;
    private static final VarHandle IN_TRANSIT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            DEADLINE = lookup.findVarHandle(Timer.class, "deadlineNanos", long.class);
            IN_TRANSIT = lookup.findVarHandle(Timer.class, "inTransit", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventLoop loop;
    private final Runnable action;
    private final Runnable move = this::move;

    /// When to run the action, on the scale of [EventLoop#nanoTime]; written by the owner.
    private volatile long deadlineNanos = NEVER;

    /// When the loop will look at this timer next; written by the loop.
    volatile long dueNanos = NEVER;

    /// True while [#move] is on its way to the loop.
    @SuppressWarnings("unused") // through IN_TRANSIT
    private volatile boolean inTransit;

    /// Place in the loop's heap, -1 outside; belongs to the loop's thread.
    int index = -1;

    Timer(EventLoop loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    /// Sets the timer to a point on the scale of [EventLoop#nanoTime], in place of any earlier setting.
    ///
    /// The action runs at that time or, as the loop sleeps in milliseconds and may be busy, a little later; never
    /// before. A setting that is replaced just as its time comes may still run the action.
    public void set(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
        if (deadlineNanos >= dueNanos) {
            return;
        }
        if (loop.inLoop()) {
            loop.timers().place(this, deadlineNanos);
        } else if (IN_TRANSIT.compareAndSet(this, false, true)) {
            loop.execute(move);
        }
    }

    /// Unsets the timer. An action that is about to run may still run.
    public void cancel() {
        if ((long) DEADLINE.getAndSet(this, NEVER) != NEVER) {
            loop.timers().cancelled();
        }
    }

    /// Whether the timer is set and its action has not been run for it yet.
    public boolean isSet() {
        return deadlineNanos != NEVER;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /// Runs the action, unless the timer has been set to a later time than that at which the loop was to look. On
    /// the loop, which has taken the timer out of its heap.
    void due(long placedNanos) {
        long deadline = deadlineNanos;
        if (deadline > placedNanos) {
            if (deadline != NEVER) {
                loop.timers().place(this, deadline);
            }
        } else if (DEADLINE.compareAndSet(this, deadline, NEVER)) {
            loop.run(action);
        } else {
            due(placedNanos);
        }
    }

    private void move() {
        inTransit = false;
        long deadline = deadlineNanos;
        if (deadline < dueNanos) {
            loop.timers().place(this, deadline);
        }
    }
}
