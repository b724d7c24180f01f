package dev.sluice.futures;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A stream for one subscriber, which a task polls only while items are asked for.
///
/// Demand and cancelling come from any thread, and wake the task; the task alone calls the subscriber.
final class Publishing<T> implements Flow.Publisher<T> {
    private final PollStream<T> items;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    Publishing(PollStream<T> items) {
        this.items = items;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber);
        if (!subscribed.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Nobody());
            subscriber.onError(new IllegalStateException("this stream has a subscriber already, and is for one"));
            return;
        }
        var subscription = new Subscribed<T>(items, subscriber);
        subscriber.onSubscribe(subscription);
        var _ = subscription.spawn().toCompletableFuture().whenComplete((done, why) -> {
            if (why != null) {
                subscription.fail(why);
            }
        });
    }

    /// For a subscriber that was refused.
    private static final class Nobody implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    private static final class Subscribed<T> implements Flow.Subscription, PollFuture<Void> {
        private final PollStream<T> items;

        /// Null once it must not be called any more.
        private volatile Flow.@Nullable Subscriber<? super T> subscriber;

        private volatile boolean cancelled;

        /// What was wrong with a demand.
        private volatile @Nullable IllegalArgumentException refused;

        /// Items that were asked for and not given.
        private final AtomicLong demand = new AtomicLong();

        private volatile @Nullable Waker waker;

        /// Whether the stream has ended or been abandoned. Belongs to the task.
        private boolean over;

        Subscribed(PollStream<T> items, Flow.Subscriber<? super T> subscriber) {
            this.items = items;
            this.subscriber = subscriber;
        }

        // Any thread.

        @Override
        public void request(long n) {
            if (n > 0) {
                demand.accumulateAndGet(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
            } else {
                refused = new IllegalArgumentException("a request for " + n + " items (rule 3.9)");
            }
            wake();
        }

        @Override
        public void cancel() {
            cancelled = true;
            wake();
        }

        private void wake() {
            var task = waker;
            if (task != null) {
                task.wake();
            }
        }

        // The task.

        @Override
        public Poll<Void> poll(Context cx) {
            waker = cx.waker(); // before the looks at what others change
            while (cx.proceed()) {
                var to = subscriber;
                if (cancelled || to == null) {
                    subscriber = null;
                    abandon();
                    return Poll.done();
                }
                if (refused != null) {
                    fail(refused);
                    return Poll.done();
                }
                if (demand.get() == 0) {
                    return Poll.pending();
                }
                if (give(cx, to)) {
                    return subscriber != null ? Poll.pending() : Poll.done();
                }
            }
            return Poll.pending();
        }

        /// Asks for one item and passes on what it gets.
        ///
        /// @return whether there is no more to do now
        private boolean give(Context cx, Flow.Subscriber<? super T> to) {
            Step<T> step;
            try {
                step = items.pollNext(cx);
            } catch (IOException | RuntimeException e) {
                fail(e);
                return true;
            }
            switch (step) {
                case Step.Item<T>(var item) -> {
                    if (demand.get() != Long.MAX_VALUE) {
                        demand.decrementAndGet();
                    }
                    give(item, to);
                    return false;
                }
                case Step.Done<T> _ -> {
                    over = true;
                    subscriber = null;
                    to.onComplete();
                    return true;
                }
                case Step.Pending<T> _ -> {
                    return true;
                }
            }
        }

        /// A subscriber must not throw; one that does gets no more.
        private void give(T item, Flow.Subscriber<? super T> to) {
            try {
                to.onNext(item);
            } catch (RuntimeException | Error e) {
                cancelled = true;
                Task.report("a subscriber to a stream", e);
            }
        }

        /// Also when the task has come to its end in another way.
        void fail(Throwable why) {
            var to = subscriber;
            subscriber = null;
            abandon();
            if (to != null && !cancelled) {
                to.onError(why);
            }
        }

        @Override
        public void abandon() {
            waker = null;
            if (!over) {
                over = true;
                items.abandon();
            }
        }
    }
}
