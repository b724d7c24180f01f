package dev.sluice.futures;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Copies from each of two connections to the other, until both have ended. Where one ends, the output of the
/// other is shut down, and the other direction goes on; a direction that is blocked does not hold the other back.
/// A failure of either is the failure of all. Closes nothing.
///
/// [#firstToSecond] and [#secondToFirst] tell how many bytes the targets have taken; they are for the thread that
/// polls, and for all once this is over, also by a failure. Cancel safe: no, what has been read and not written is
/// lost; the counts tell what has been written.
public final class CopyBidirectional<A extends AsyncRead & AsyncWrite, B extends AsyncRead & AsyncWrite>
        implements PollFuture<CopyBidirectional.Counts> {
    private final Direction<A, B> there;
    private final Direction<B, A> back;
    private @Nullable Duration idleLimit;
    private @Nullable Deadline idle;
    private boolean thereFirst;
    private boolean over;

    /// How many bytes were copied.
    public record Counts(long firstToSecond, long secondToFirst) {}

    CopyBidirectional(A first, B second) {
        this.there = new Direction<>(first, second);
        this.back = new Direction<>(second, first);
    }

    /// Fails with [SocketTimeoutException] when for this time nothing has been written in either direction. To be
    /// set before the first poll.
    ///
    /// @return this
    public CopyBidirectional<A, B> idleLimit(Duration limit) {
        idleLimit = limit;
        idle = new Deadline(limit);
        return this;
    }

    /// How many bytes the second connection has taken so far.
    public long firstToSecond() {
        return there.copy.copied();
    }

    /// How many bytes the first connection has taken so far.
    public long secondToFirst() {
        return back.copy.copied();
    }

    @Override
    public Poll<Counts> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("copyBidirectional polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        long before = firstToSecond() + secondToFirst();
        if (pollBoth(cx)) {
            return Poll.ready(new Counts(firstToSecond(), secondToFirst()));
        }
        checkIdle(cx, firstToSecond() + secondToFirst() > before);
        over = false;
        return Poll.pending();
    }

    /// Takes turns in who is first, as the first one may use all of the budget.
    private boolean pollBoth(Context cx) throws IOException {
        thereFirst = !thereFirst;
        boolean one = thereFirst ? there.poll(cx) : back.poll(cx);
        boolean other = thereFirst ? back.poll(cx) : there.poll(cx);
        return one && other;
    }

    private void checkIdle(Context cx, boolean moved) throws IOException {
        if (idle == null || idleLimit == null) {
            return;
        }
        if (moved) {
            idle.restart(cx.nanoTime());
        }
        if (idle.isOver(cx)) {
            throw new SocketTimeoutException("nothing was copied for " + idleLimit.toMillis() + " ms, after "
                    + firstToSecond() + " bytes one way and " + secondToFirst() + " the other");
        }
    }

    /// A copy, then the end of the output.
    private static final class Direction<R extends AsyncRead, W extends AsyncWrite> {
        private final Copy<R, W> copy;
        private final W target;
        private boolean copied;
        private boolean shutDown;

        Direction(R source, W target) {
            this.copy = new Copy<>(source, target);
            this.target = target;
        }

        boolean poll(Context cx) throws IOException {
            if (!copied) {
                copied = copy.poll(cx).isReady();
            }
            if (copied && !shutDown) {
                shutDown = target.pollShutdown(cx);
            }
            return shutDown;
        }
    }
}
