package dev.sluice.futures;

import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Readiness;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What a future is polled with: who to wake, how much it may do in one go, and what it waits for.
///
/// There is one for each task, used again for each poll; it belongs to whoever polls, and is not to be kept.
/// Every poll says anew what it waits for. What a poll does not wait for any more is taken back after it: a future
/// that is dropped by the one around it, such as the loser of a race, leaves nothing behind, without any doing of
/// its own.
public final class Context {
    /// How many operations may succeed in one poll before the others have a turn.
    public static final int BUDGET = 128;

    private static final int BYTES_PER_UNIT = 16 * 1024;

    /// For those that poll on threads of their own, which have no reactor; ADR 7 says why it is static.
    private static final BufferPool THREADS_BUFFERS = new BufferPool(BufferPool.LARGE_BYTES, true, 4);

    private static final long NEVER = Long.MAX_VALUE;

    private final Waker waker;
    private final LongSupplier clock;
    private int budget = BUDGET;

    /// Counts the polls.
    private int poll;

    /// What the waker has been handed to, and in which poll last.
    private @Nullable Readiness[] waits = new Readiness[2];

    private int[] waitPolls = new int[2];
    private int waitCount;

    private long deadlineNanos = NEVER;

    /// Where what this poll waits for lives, if that is known; the first wait of a poll counts.
    private @Nullable EventLoop waitLoop;

    /// The loop that the task lives on; null when that is not an event loop.
    private @Nullable EventLoop home;

    private Context(Waker waker, LongSupplier clock) {
        this.waker = Objects.requireNonNull(waker);
        this.clock = clock;
    }

    /// A context for an executor of one's own, or for a test.
    public static Context of(Waker waker) {
        return new Context(waker, System::nanoTime);
    }

    /// A context with a clock of one's own, on the scale of [#nanoTime].
    public static Context of(Waker waker, LongSupplier clock) {
        return new Context(waker, clock);
    }

    /// Who is woken when polling again is worth while.
    public Waker waker() {
        return waker;
    }

    /// Takes one unit of what may be done in this poll. A loop that may go on for long asks before each round.
    ///
    /// @return false if the budget is used up; then the waker has been woken, and the future says that it is
    ///     pending
    public boolean proceed() {
        if (budget > 0) {
            budget--;
            return true;
        }
        waker.wake();
        return false;
    }

    /// Gives the last unit back: nothing came of it.
    public void giveBack() {
        budget++;
    }

    /// Counts what an operation has moved: many bytes use up more of the budget than few, so that no connection
    /// keeps the others waiting for long.
    public void moved(long bytes) {
        budget = (int) Math.max(0, budget - bytes / BYTES_PER_UNIT);
    }

    /// Large buffers, to be borrowed within a poll.
    public BufferPool buffers() {
        var loop = home;
        return loop != null ? loop.reactor().buffers() : THREADS_BUFFERS;
    }

    /// Has the waker woken when moving data is worth while; one task at a time may wait for that.
    ///
    /// @param loop the loop that tells of it, null if it is none in particular
    /// @return false if it is worth while right now
    /// @throws IllegalStateException if another task waits for the same; the text names both
    public boolean await(Readiness readiness, @Nullable EventLoop loop) {
        return readiness.await(waker) && waiting(readiness, loop);
    }

    /// Has the waker woken when something has happened; any number of tasks may wait for it.
    ///
    /// @param loop the loop that tells of it, null if it is none in particular
    /// @return false if it has happened
    public boolean observe(Readiness readiness, @Nullable EventLoop loop) {
        return readiness.observe(waker) && waiting(readiness, loop);
    }

    private boolean waiting(Readiness readiness, @Nullable EventLoop loop) {
        if (waitLoop == null) {
            waitLoop = loop;
        }
        for (int i = 0; i < waitCount; i++) {
            if (waits[i] == readiness) {
                waitPolls[i] = poll;
                return true;
            }
        }
        if (waitCount == waits.length) {
            waits = Arrays.copyOf(waits, 2 * waitCount);
            waitPolls = Arrays.copyOf(waitPolls, 2 * waitCount);
        }
        waits[waitCount] = readiness;
        waitPolls[waitCount++] = poll;
        return true;
    }

    /// The clock of [#wakeAt]: nanoseconds since an arbitrary point, only good for differences.
    public long nanoTime() {
        return clock.getAsLong();
    }

    /// Has the waker woken at a time on the scale of [#nanoTime] or soon after, if it is not woken before. Holds
    /// until the next poll.
    ///
    /// @throws ClosedChannelException if the task's loop is ending, and will wake nobody
    public void wakeAt(long deadlineNanos) throws ClosedChannelException {
        var loop = home;
        if (loop != null && loop.isClosing()) {
            throw loop.closedException();
        }
        this.deadlineNanos = Math.min(this.deadlineNanos, deadlineNanos);
    }

    // What an executor does.

    /// Polls a future once. This is how an executor polls; a future polls those inside it directly.
    public <T> Poll<T> poll(PollFuture<T> future) throws IOException {
        budget = BUDGET;
        poll++;
        deadlineNanos = NEVER;
        waitLoop = null;
        var result = future.poll(this);
        if (result instanceof Poll.Ready) {
            release();
        } else {
            forgetUntil(poll);
        }
        return result;
    }

    /// Takes back all that the waker has been handed to: nothing will be polled any more.
    public void release() {
        forgetUntil(poll + 1);
        deadlineNanos = NEVER;
    }

    private void forgetUntil(int kept) {
        int left = 0;
        for (int i = 0; i < waitCount; i++) {
            var readiness = waits[i];
            if (readiness == null) {
                continue;
            }
            if (waitPolls[i] == kept) {
                waits[left] = readiness;
                waitPolls[left++] = kept;
            } else {
                readiness.forget(waker);
            }
        }
        Arrays.fill(waits, left, waitCount, null);
        waitCount = left;
    }

    /// Until when the last poll wanted to be woken at the latest, on the scale of [#nanoTime];
    /// [Long#MAX_VALUE] if it did not say.
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Nullable
    EventLoop waitLoop() {
        return waitLoop;
    }

    void livesOn(EventLoop loop) {
        home = loop;
    }

    @Override
    public String toString() {
        return "context of " + waker;
    }
}
