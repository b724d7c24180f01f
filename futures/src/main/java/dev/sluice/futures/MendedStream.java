package dev.sluice.futures;

import java.io.IOException;
import java.util.Objects;

/// A stream that goes on after a failure, which somebody is told of.
final class MendedStream<T> implements PollStream<T> {
    private final PollStream<T> items;
    private final IoConsumer<? super IOException> told;

    MendedStream(PollStream<T> items, IoConsumer<? super IOException> told) {
        this.items = items;
        this.told = Objects.requireNonNull(told);
    }

    @Override
    public Step<T> pollNext(Context cx) throws IOException {
        while (cx.proceed()) { // else a stream that fails each time would be asked for ever
            try {
                return items.pollNext(cx);
            } catch (IOException e) {
                told.accept(e);
            }
        }
        return Step.pending();
    }

    @Override
    public void abandon() {
        items.abandon();
    }
}
