package dev.sluice.futures;

import java.io.IOException;

/// The beginning of a stream, which is abandoned when that is over.
final class TakenStream<T> implements PollStream<T> {
    private final PollStream<T> items;
    private long left;

    TakenStream(PollStream<T> items, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("cannot take " + count + " items");
        }
        this.items = items;
        this.left = count;
    }

    @Override
    public Step<T> pollNext(Context cx) throws IOException {
        if (left == 0) {
            return Step.done();
        }
        var step = items.pollNext(cx);
        if (step instanceof Step.Item && --left == 0) {
            items.abandon();
        } else if (step instanceof Step.Done) {
            left = 0;
        }
        return step;
    }

    @Override
    public void abandon() {
        if (left > 0) {
            left = 0;
            items.abandon();
        }
    }
}
