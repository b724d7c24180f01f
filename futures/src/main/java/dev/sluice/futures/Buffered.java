package dev.sluice.futures;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;

/// Spawns what is made of the items of a stream, some at a time, and gives the results in the order of the items.
final class Buffered<T, R> implements PollStream<R> {
    private final PollStream<T> items;
    private final int most;
    private final IoFunction<? super T, ? extends PollFuture<R>> f;
    private final ArrayDeque<JoinHandle<R>> underWay = new ArrayDeque<>();
    private boolean ended;

    Buffered(PollStream<T> items, int most, IoFunction<? super T, ? extends PollFuture<R>> f) {
        if (most < 1) {
            throw new IllegalArgumentException("at most " + most + " at a time would never begin");
        }
        this.items = items;
        this.most = most;
        this.f = Objects.requireNonNull(f);
    }

    @Override
    public Step<R> pollNext(Context cx) throws IOException {
        while (!ended && underWay.size() < most) {
            var step = items.pollNext(cx);
            if (step instanceof Step.Item<T>(var item)) {
                PollFuture<R> made = f.apply(item);
                underWay.add(made.spawn());
            } else if (step instanceof Step.Done) {
                ended = true;
            } else {
                break;
            }
        }
        var first = underWay.poll(); // taken also if it throws
        if (first == null) {
            return ended ? Step.done() : Step.pending();
        }
        if (first.poll(cx) instanceof Poll.Ready<R>(var value)) {
            return Step.item(value);
        }
        underWay.addFirst(first);
        return Step.pending();
    }

    @Override
    public void abandon() {
        items.abandon();
        underWay.forEach(JoinHandle::cancel);
        underWay.clear();
    }
}
