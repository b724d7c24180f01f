package dev.sluice.futures;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;

/// A stream that goes on after a failure, which somebody is told of. One whose source was closed has nothing to go on
/// with.
final class MendedStream<T> implements PollStream<T> {
    private final PollStream<T> items;
    private final IoConsumer<? super IOException> told;
    private boolean ended;

    MendedStream(PollStream<T> items, IoConsumer<? super IOException> told) {
        this.items = items;
        this.told = Objects.requireNonNull(told);
    }

    @Override
    public Step<T> pollNext(Context cx) throws IOException {
        while (!ended && cx.proceed()) { // else a stream that fails each time would be asked for ever
            try {
                return items.pollNext(cx);
            } catch (IOException e) {
                ended = e instanceof ClosedChannelException;
                told.accept(e);
            }
        }
        return ended ? Step.done() : Step.pending();
    }

    @Override
    public void abandon() {
        items.abandon();
    }
}
