package dev.sluice.futures;

import java.io.IOException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// The items of a publisher, some of which are asked for ahead.
///
/// The publisher's threads fill the queue, then wake; the poller stores its waker, then looks at the queue.
final class FromPublisher<T> implements PollStream<T>, Flow.Subscriber<T> {
    private final Flow.Publisher<? extends T> publisher;
    private final int ahead;

    /// Filled by the publisher, at most as many as were asked for.
    private final Queue<T> items = new ConcurrentLinkedQueue<>();

    private volatile Flow.@Nullable Subscription subscription;
    private volatile @Nullable Throwable failure;

    /// Set after the last item and the failure.
    private volatile boolean ended;

    private volatile boolean abandoned;
    private volatile @Nullable Waker waker;

    // What follows belongs to the poller.

    private boolean subscribed;
    private boolean failureTold;

    /// How many items were asked for and not taken.
    private int outstanding;

    FromPublisher(Flow.Publisher<? extends T> publisher, int ahead) {
        if (ahead < 1) {
            throw new IllegalArgumentException(ahead + " items ahead would never come");
        }
        this.publisher = Objects.requireNonNull(publisher);
        this.ahead = ahead;
    }

    @Override
    public Step<T> pollNext(Context cx) throws IOException {
        if (!cx.proceed()) {
            return Step.pending();
        }
        waker = cx.waker(); // before the look at what there is
        if (!subscribed) {
            subscribed = true;
            publisher.subscribe(this);
        }
        while (true) {
            boolean last = ended; // before the look at the queue, which is filled no more after it
            var item = items.poll();
            if (item != null) {
                outstanding--;
                return Step.item(item);
            }
            if (last || abandoned) {
                return end();
            }
            var source = subscription;
            if (source == null || outstanding > 0) {
                cx.giveBack();
                return Step.pending();
            }
            outstanding = ahead;
            source.request(ahead); // which may give an item at once
        }
    }

    private Step<T> end() throws IOException {
        waker = null;
        var why = failure;
        if (why == null || failureTold) {
            return Step.done();
        }
        failureTold = true;
        throw FromStage.thrown(why);
    }

    @Override
    public void abandon() {
        abandoned = true;
        waker = null;
        var source = subscription;
        if (source != null) {
            source.cancel();
        }
    }

    // What the publisher calls.

    @Override
    public void onSubscribe(Flow.Subscription given) {
        Objects.requireNonNull(given);
        if (subscription != null) {
            given.cancel();
            return;
        }
        subscription = given;
        if (abandoned) {
            given.cancel();
        }
        wake();
    }

    @Override
    public void onNext(T item) {
        items.add(Objects.requireNonNull(item));
        wake();
    }

    @Override
    public void onError(Throwable why) {
        failure = Objects.requireNonNull(why);
        ended = true;
        wake();
    }

    @Override
    public void onComplete() {
        ended = true;
        wake();
    }

    private void wake() {
        var task = waker;
        if (task != null) {
            task.wake();
        }
    }
}
