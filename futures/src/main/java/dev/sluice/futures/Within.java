package dev.sluice.futures;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A future with a time limit.
final class Within<T> implements PollFuture<T> {
    private final PollFuture<T> inner;
    private final Duration limit;
    private final Deadline deadline;
    private boolean over;

    Within(PollFuture<T> inner, Duration limit) {
        this.inner = inner;
        this.limit = limit;
        this.deadline = new Deadline(limit);
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("within polled after the time was up");
        }
        // The time is looked at however much the inner future had to do, so that a greedy one cannot hide it.
        var poll = inner.poll(cx);
        if (poll.isReady()) {
            return poll;
        }
        try {
            if (deadline.isOver(cx)) {
                throw new SocketTimeoutException("not done within " + limit.toMillis() + " ms");
            }
        } catch (IOException e) {
            abandon();
            throw e;
        }
        return poll;
    }

    @Override
    public void abandon() {
        if (!over) {
            over = true;
            inner.abandon();
        }
    }
}
