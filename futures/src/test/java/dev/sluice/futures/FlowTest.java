package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.futures.testkit.TaskSpy;
import dev.sluice.reactor.EventLoop;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Streams as publishers, publishers as streams, and streams as iterators.
@Timeout(60)
class FlowTest {
    /// Numbers from 0 on, which tell how many of them were asked for.
    private static final class Counted implements PollStream<Integer> {
        final AtomicInteger polls = new AtomicInteger();
        final CompletableFuture<Void> abandoned = new CompletableFuture<>();

        @Override
        public Step<Integer> pollNext(Context cx) {
            return Step.item(polls.getAndIncrement());
        }

        @Override
        public void abandon() {
            abandoned.complete(null);
        }
    }

    /// Keeps what it is told.
    private static class Told<T> implements Flow.Subscriber<T> {
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        final CompletableFuture<Void> fifth = new CompletableFuture<>();
        final List<T> items = new ArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(T item) {
            items.add(item);
            if (items.size() == 5) {
                fifth.complete(null);
            }
        }

        @Override
        public void onError(Throwable why) {
            failure.complete(why);
        }

        @Override
        public void onComplete() {
            failure.completeExceptionally(new AssertionError("it has ended"));
        }
    }

    @Test
    void onlyAsManyItemsArePolledAsWereRequested() throws Exception {
        var items = new Counted();
        var told = new Told<Integer>();
        items.toPublisher().subscribe(told);
        told.subscription.get().request(2);
        told.subscription.get().request(3);
        told.fifth.get();
        told.subscription.get().cancel();
        items.abandoned.get();
        assertThat(told.items).containsExactly(0, 1, 2, 3, 4);
        assertThat(items.polls).hasValue(5);
    }

    @Test
    void theSecondSubscriberIsRefused() throws Exception {
        var publisher = new Counted().toPublisher();
        var first = new Told<Integer>();
        publisher.subscribe(first);
        var second = new Told<Integer>();
        publisher.subscribe(second);
        assertThat(second.failure.get()).isInstanceOf(IllegalStateException.class);
        first.subscription.get().request(5);
        first.fifth.get();
        first.subscription.get().cancel();
    }

    @Test
    void aFailureOfTheStreamIsTold() throws Exception {
        PollStream<Integer> failing = cx -> {
            throw new EOFException("broken");
        };
        var told = new Told<Integer>();
        failing.toPublisher().subscribe(told);
        told.subscription.get().request(1);
        assertThat(told.failure.get()).isInstanceOf(EOFException.class).hasMessage("broken");
    }

    @Test
    void aSubscriberThatThrowsGetsNoMore() throws Exception {
        var items = new Counted();
        items.toPublisher().subscribe(new Told<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                given.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Integer item) {
                throw new IllegalStateException("mine");
            }
        });
        items.abandoned.get();
        assertThat(items.polls).hasValue(1);
    }

    @Test
    void aPublisherIsReadItemByItem() throws Exception {
        try (var publisher = new SubmissionPublisher<Integer>()) {
            var items = PollStream.from(publisher).take(3).toList().spawn();

            while (publisher.getNumberOfSubscribers() < 1) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 3; i++) {
                publisher.submit(i);
            }
            assertThat(items.await()).isEqualTo(List.of(0, 1, 2));
        }
    }

    @Test
    void requestsAheadAreMadeWhenAllWereTaken() throws Exception {
        var requests = new ArrayList<Long>();
        Flow.Publisher<Integer> eager = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                requests.add(n);
                for (int i = 0; i < n; i++) {
                    subscriber.onNext(i);
                }
            }

            @Override
            public void cancel() {
                requests.add(0L);
            }
        });
        var task = new TaskSpy();
        var items = PollStream.from(eager, 2);
        for (int i = 0; i < 4; i++) {
            assertThat(task.pollNext(items)).isEqualTo(Step.item(i % 2));
        }
        items.abandon();
        assertThat(requests).containsExactly(2L, 2L, 0L);
        assertThat(task.pollNext(items)).isInstanceOf(Step.Done.class);
    }

    @Test
    void aFailureOfThePublisherComesAfterItsItems() throws Exception {
        Flow.Publisher<Integer> failing = subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                subscriber.onNext(1);
                subscriber.onError(new EOFException("broken"));
            }

            @Override
            public void cancel() {}
        });
        var task = new TaskSpy();
        var items = PollStream.from(failing);
        assertThat(task.pollNext(items)).isEqualTo(Step.item(1));
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> task.pollNext(items));
        assertThat(task.pollNext(items)).isInstanceOf(Step.Done.class);
    }

    @Test
    void thereAndBackAgainItIsTheSameStream() throws Exception {
        var there = PollStream.of(List.of(1, 2, 3)).toPublisher();
        assertThat(PollStream.from(there, 2).map(n -> n * n).toList().await()).isEqualTo(List.of(1, 4, 9));
    }

    @Test
    void aVirtualThreadGoesThroughAStream() throws Exception {
        var seen = new CompletableFuture<List<Integer>>();
        var items = new Counted();
        Thread.startVirtualThread(() -> {
            var all = new ArrayList<Integer>();
            try (var numbers = items.blocking()) {
                for (var n : numbers) {
                    all.add(n);
                    if (n == 2) {
                        break;
                    }
                }
            }
            seen.complete(all);
        });
        assertThat(seen.get()).containsExactly(0, 1, 2);
        items.abandoned.get();
    }

    @Test
    void theIteratorEndsWithTheStreamAndTellsFailures() {
        var two = PollStream.of(List.of(1, 2)).blocking().iterator();
        assertThat(List.of(two.next(), two.next())).containsExactly(1, 2);
        assertThat(two.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(two::next);
        PollStream<Integer> failing = cx -> {
            throw new EOFException("broken");
        };
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> failing.blocking().iterator().hasNext())
                .withCauseInstanceOf(EOFException.class);
    }

    @Test
    void anInterruptLosesNoItem() {
        var numbers = new Counted().blocking().iterator();
        assertThat(numbers.next()).isZero();
        PollStream<Integer> never = cx -> Step.pending();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> never.blocking().iterator().hasNext())
                .withCauseInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(numbers.next()).isOne();
    }

    @Test
    void theIteratorIsRefusedOnALoop() throws IOException, InterruptedException {
        var refused = PollFuture.lazy(() -> {
                    assertThat(EventLoop.current()).isNotNull();
                    var _ = PollStream.of(List.of(1)).blocking().iterator().hasNext();
                    return PollFuture.ready("not refused");
                })
                .spawn();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(refused::await)
                .withMessageContaining("await would block");
    }
}
