package dev.sluice.futures;

import java.io.IOException;
import java.time.Duration;

/// Tells that a time has gone by, again and again.
final class Interval implements PollStream<Long> {
    private final Deadline next;
    private long count;

    Interval(Duration period) {
        if (period.isZero()) {
            throw new IllegalArgumentException("an interval needs a period that is not zero");
        }
        this.next = new Deadline(period);
    }

    @Override
    public Step<Long> pollNext(Context cx) throws IOException {
        if (!next.isOver(cx)) {
            return Step.pending();
        }
        next.next(cx.nanoTime());
        return Step.item(count++);
    }
}
