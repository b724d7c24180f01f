package dev.sluice.futures;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a function makes of the items of a stream; those that it gives null for are left out.
final class MappedStream<T, R> implements PollStream<R> {
    private final PollStream<T> items;
    private final Mapping<T, R> mapping;

    interface Mapping<T, R> {
        @Nullable
        R apply(T item) throws IOException;
    }

    MappedStream(PollStream<T> items, Mapping<T, R> mapping) {
        this.items = items;
        this.mapping = mapping;
    }

    @Override
    public Step<R> pollNext(Context cx) throws IOException {
        while (cx.proceed()) {
            var step = items.pollNext(cx);
            if (!(step instanceof Step.Item<T>(var item))) {
                return step instanceof Step.Done ? Step.done() : Step.pending();
            }
            var mapped = mapping.apply(item);
            if (mapped != null) {
                return Step.item(mapped);
            }
        }
        return Step.pending();
    }

    @Override
    public void abandon() {
        items.abandon();
    }
}
