package dev.sluice.futures;

import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Goes through a stream, spawns what is made of each item, and asks for no more while too many are under way.
final class ForEachConcurrent<T> implements PollFuture<Void> {
    private final PollStream<T> items;
    private final int most;
    private final IoFunction<? super T, ? extends PollFuture<?>> f;
    private final Set<JoinHandle<?>> underWay = new HashSet<>();
    private boolean ended;
    private boolean over;

    /// Tasks that are over and not looked at; filled by any thread, which then wakes [#waker].
    private final Queue<JoinHandle<?>> finished = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Waker waker;

    ForEachConcurrent(PollStream<T> items, int most, IoFunction<? super T, ? extends PollFuture<?>> f) {
        if (most < 1) {
            throw new IllegalArgumentException("at most " + most + " at a time would never begin");
        }
        this.items = items;
        this.most = most;
        this.f = Objects.requireNonNull(f);
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("forEachConcurrent polled after it was done");
        }
        waker = cx.waker(); // before the look at what has finished
        try {
            while (cx.proceed()) {
                takeFinished(cx);
                if (ended && underWay.isEmpty()) {
                    over = true;
                    return Poll.done();
                }
                if (ended || underWay.size() == most) {
                    break;
                }
                var step = items.pollNext(cx);
                if (step instanceof Step.Item<T>(var item)) {
                    start(f.apply(item));
                } else if (step instanceof Step.Done) {
                    ended = true;
                } else {
                    break;
                }
            }
            return Poll.pending();
        } catch (Throwable t) {
            abandon();
            throw t;
        }
    }

    private void start(PollFuture<?> future) {
        var handle = future.spawn();
        underWay.add(handle);
        var _ = handle.toCompletableFuture().whenComplete((value, failure) -> {
            finished.add(handle);
            if (waker != null) {
                waker.wake();
            }
        });
    }

    private void takeFinished(Context cx) throws IOException {
        JoinHandle<?> handle;
        while ((handle = finished.poll()) != null) {
            underWay.remove(handle);
            var _ = handle.poll(cx); // throws what the task has thrown
        }
    }

    @Override
    public void abandon() {
        if (!over) {
            over = true;
            items.abandon();
            underWay.forEach(JoinHandle::cancel);
            underWay.clear();
        }
    }
}
