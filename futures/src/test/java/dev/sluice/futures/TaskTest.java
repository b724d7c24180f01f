package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.testing.Eventually;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tasks and the time; checklist items 92-96.
@EveryTransport
@Timeout(60)
class TaskTest {
    private final Setup setup;
    private final Reactor reactor;

    TaskTest(Setup setup) {
        this.setup = setup;
        this.reactor = setup.reactor();
    }

    @AfterEach
    void close() {
        reactor.close();
    }

    private EventLoop loop() {
        return reactor.nextLoop();
    }

    private static <T> PollFuture<T> never() {
        return cx -> Poll.pending();
    }

    @Test
    void nothingHappensBeforeTheFirstPoll() throws Exception {
        var made = new AtomicInteger();
        var future = PollFuture.lazy(() -> PollFuture.ready(made.incrementAndGet()));
        assertThat(made).hasValue(0);
        assertThat(future.await()).isOne();
    }

    /// Item 93.
    @Test
    void pollingAfterTheEndIsRefusedByName() throws Exception {
        var cx = Context.of(() -> {});
        var future = PollFuture.ready(1);
        assertThat(future.poll(cx)).isEqualTo(Poll.ready(1));
        assertThatIllegalStateException().isThrownBy(() -> future.poll(cx)).withMessageContaining("ready polled after");
        var chain = PollFuture.ready(1).map(n -> n + 1);
        assertThat(chain.poll(cx)).isEqualTo(Poll.ready(2));
        assertThatIllegalStateException().isThrownBy(() -> chain.poll(cx)).withMessageContaining("chain of futures");
    }

    @Test
    void aLoopOfAMillionRoundsLetsOthersRun() throws Exception {
        var loop = loop();
        var rounds = new AtomicInteger();
        PollFuture<Integer> spinning = PollFuture.loop(0, n -> {
            if (n == 1_000_000) {
                throw new EOFException("enough");
            }
            rounds.incrementAndGet();
            return PollFuture.ready(n + 1);
        });
        var spin = new CompletableFuture<JoinHandle<Integer>>();
        var other = PollFuture.lazy(
                () -> { // on the loop, so that both begin at once
                    spin.complete(spinning.spawnOn(loop));
                    return PollFuture.sleep(Duration.ofMillis(1)).map(done -> rounds.get());
                });
        var seen = other.spawnOn(loop).await();
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> spin.get().await())
                .withMessage("enough");
        assertThat(seen).isLessThan(1_000_000);
    }

    /// Item 94.
    @Test
    void aValueWinsOverATimeThatIsUp() throws Exception {
        assertThat(PollFuture.ready(1).within(Duration.ZERO).await()).isOne();
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> never().within(Duration.ZERO).await())
                .withMessageContaining("not done within 0 ms");
        assertThat(PollFuture.sleep(Duration.ofMillis(1))
                        .map(done -> 2)
                        .within(Duration.ofSeconds(Long.MAX_VALUE))
                        .await())
                .isEqualTo(2);
    }

    /// Item 94.
    @Test
    void aGreedyFutureDoesNotHideTheDeadline() {
        PollFuture<Integer> greedy = cx -> {
            while (cx.proceed()) {
                Thread.onSpinWait();
            }
            return Poll.pending();
        };
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() ->
                        greedy.within(Duration.ofMillis(5)).spawnOn(loop()).await());
    }

    @Test
    void whoLosesARaceIsAbandoned() throws Exception {
        var abandoned = new AtomicInteger();
        var loser = new PollFuture<Integer>() {
            @Override
            public Poll<Integer> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void abandon() {
                abandoned.incrementAndGet();
            }
        };
        assertThat(PollFuture.race(loser, PollFuture.sleep(Duration.ofMillis(1)).map(done -> 5))
                        .await())
                .isEqualTo(5);
        assertThat(abandoned).hasValue(1);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> PollFuture.join(loser, PollFuture.failed(new EOFException()))
                        .await());
        assertThat(abandoned).hasValue(2);
    }

    @Test
    void aBusyFutureDoesNotStarveTheOneBesideIt() throws Exception {
        PollFuture<Integer> busy = cx -> {
            while (cx.proceed()) {
                Thread.onSpinWait();
            }
            return Poll.pending();
        };
        PollFuture<Integer> modest = cx -> cx.proceed() ? Poll.ready(1) : Poll.pending();
        var cx = Context.of(() -> {});
        var race = PollFuture.race(busy, modest);
        assertThat(cx.poll(race).isReady()).isFalse();
        assertThat(cx.poll(race)).isEqualTo(Poll.ready(1));
        var told = new AtomicInteger();
        var join = PollFuture.join(List.of(busy, busy, modest.map(n -> told.incrementAndGet())));
        for (int i = 0; i < 3; i++) {
            assertThat(cx.poll(join).isReady()).isFalse();
        }
        assertThat(told).hasValue(1);
    }

    @Test
    void valuesThatAnAbandonedJoinHasAreClosed() throws Exception {
        var closed = new AtomicInteger();
        PollFuture<AutoCloseable> opened = PollFuture.ready(closed::incrementAndGet);
        var join = PollFuture.join(opened, never());
        assertThat(Context.of(() -> {}).poll(join).isReady()).isFalse();
        join.abandon();
        assertThat(closed).hasValue(1);
        PollFuture<AutoCloseable> again = PollFuture.ready(closed::incrementAndGet);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> PollFuture.join(again, PollFuture.failed(new EOFException()))
                        .await());
        assertThat(closed).hasValue(2);
        PollFuture<AutoCloseable> kept = PollFuture.ready(closed::incrementAndGet);
        var done = PollFuture.join(List.of(kept));
        assertThat(done.await()).hasSize(1);
        done.abandon();
        assertThat(closed).hasValue(2);
    }

    @Test
    void bothValuesOfAJoinAreThere() throws Exception {
        var both = PollFuture.join(PollFuture.sleep(Duration.ofMillis(1)).map(done -> "a"), PollFuture.ready(2))
                .await();
        assertThat(both).isEqualTo(new PollFuture.Both<>("a", 2));
        var all = new ArrayList<PollFuture<Integer>>();
        for (int i = 0; i < 10; i++) {
            int n = i;
            all.add(PollFuture.sleep(Duration.ofMillis(10 - n)).map(done -> n));
        }
        assertThat(PollFuture.join(all).await()).isEqualTo(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    /// Item 95.
    @Test
    void aCancelledTaskAbandonsItsFutureAndSaysSo() throws Exception {
        var closed = new CompletableFuture<Void>();
        var task = never().closing(() -> closed.complete(null)).spawnOn(loop());
        assertThat(task.cancel()).isTrue();
        closed.get();
        assertThat(task.isCancelled()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(task::await);
    }

    /// Item 95. A cancel that meets the task just as it is woken.
    @Test
    void aCancelIsNotLostHoweverTheTaskStands() {
        int rounds = 5_000;
        var abandoned = new AtomicInteger();
        var loop = loop();
        for (int i = 0; i < rounds; i++) {
            var waker = new AtomicReference<Waker>();
            PollFuture<Void> waiting = cx -> {
                waker.set(cx.waker());
                return Poll.pending();
            };
            var task = waiting.closing(abandoned::incrementAndGet).spawnOn(loop);
            while (waker.get() == null) {
                Thread.onSpinWait();
            }
            waker.get().wake();
            for (int spin = i % 200; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            assertThat(task.cancel()).isTrue();
        }
        Eventually.until("all are abandoned", () -> abandoned.get() == rounds);
    }

    /// Item 95.
    @Test
    void aValueThatComesAfterTheCancelIsClosed() throws Exception {
        var closed = new CompletableFuture<Void>();
        var self = new CompletableFuture<JoinHandle<AutoCloseable>>();
        PollFuture<AutoCloseable> late = cx -> {
            self.join().cancel();
            return Poll.ready(() -> closed.complete(null));
        };
        self.complete(PollFuture.yieldNow().andThen(done -> late).spawnOn(loop()));
        Eventually.get(closed);
        assertThat(self.join().isCancelled()).isTrue();
    }

    @Test
    void whoeverIsToldOfATasksEndFindsItsHandleReady() throws Exception {
        var value = new CompletableFuture<Integer>();
        var task = PollFuture.from(value).spawnOn(loop());
        var polled = task.toCompletableFuture().thenApply(n -> {
            try {
                return task.poll(new Polling().cx);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        value.complete(3);
        assertThat(Eventually.get(polled)).isEqualTo(Poll.ready(3));
    }

    /// The reactor that a task began on has ended when the time is up.
    @Test
    void aTimeLimitGoesWhereTheTaskGoes() throws Exception {
        var limit = Duration.ofMillis(150);
        boolean moved;
        do {
            limit = limit.multipliedBy(2); // on a slow machine, the first one may be over before the task has moved
            moved = isToldAfterItsFirstReactorHasEnded(limit);
        } while (!moved && limit.compareTo(Eventually.PATIENCE) < 0);
        assertThat(moved).isTrue();
    }

    private boolean isToldAfterItsFirstReactorHasEnded(Duration limit) throws Exception {
        var other = setup.reactor();
        var first = other.nextLoop();
        try (var socket = UdpSocket.bind(reactor, Net.loopback(), Options.none())) {
            var moving = PollFuture.sleep(Duration.ofMillis(1))
                    .andThen(done -> socket.recvDgram(ByteBuffer.allocate(1)))
                    .within(limit);
            var begun = new CompletableFuture<JoinHandle<Datagram>>();
            first.execute(() -> begun.complete(moving.spawn()));
            var task = Eventually.get(begun);
            Eventually.until("it waits", () -> socket.socket().input().isAwaited() || task.isDone());
            var moved = new CountDownLatch(1);
            first.execute(moved::countDown);
            Eventually.happens(moved);
            other.close();
            boolean inTime = !task.isDone();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> Eventually.get(task.toCompletableFuture()))
                    .withCauseInstanceOf(SocketTimeoutException.class);
            return inTime;
        } finally {
            other.close();
        }
    }

    @Test
    void aTimeLimitThatNobodyWillTellOfAbandonsWhatItLimits() throws Exception {
        var loop = loop();
        var abandoned = new CompletableFuture<Void>();
        var begun = new CountDownLatch(1);
        PollFuture<Void> inner = cx -> {
            begun.countDown();
            while (!loop.isClosing()) {
                Thread.onSpinWait();
            }
            return Poll.pending();
        };
        var task = inner.closing(() -> abandoned.complete(null))
                .within(Duration.ofDays(1))
                .spawnOn(loop);
        Eventually.happens(begun);
        reactor.close();
        Eventually.get(abandoned);
        assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(task::await);
    }

    /// Item 95.
    @Test
    void cancellingAfterTheEndKeepsTheValue() throws Exception {
        var task = PollFuture.ready(3).spawnOn(loop());
        assertThat(task.await()).isEqualTo(3);
        assertThat(task.cancel()).isFalse();
        assertThat(task.await()).isEqualTo(3);
        assertThat(task.resultNow()).isEqualTo(3);
    }

    /// Item 96.
    @Test
    void whatATaskThrowsIsItsOwn() throws Exception {
        var loop = loop();
        PollFuture<Integer> broken = cx -> {
            throw new IllegalArgumentException("mine");
        };
        var other = PollFuture.sleep(Duration.ofMillis(5)).map(done -> 1).spawnOn(loop);
        var task =
                PollFuture.sleep(Duration.ofMillis(1)).andThen(done -> broken).spawnOn(loop);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(task::await)
                .withMessage("mine");
        assertThat(other.await()).isOne();
    }

    @Test
    void awaitIsRefusedOnALoop() {
        var task = PollFuture.lazy(() -> {
                    try {
                        return PollFuture.ready(PollFuture.ready(1).await());
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .spawnOn(loop());
        assertThatIllegalStateException().isThrownBy(task::await).withMessageContaining("await would block");
    }

    @Test
    void anInterruptAbandonsWhatIsAwaited() throws Exception {
        var closed = new CompletableFuture<Void>();
        var thrown = new CompletableFuture<Throwable>();
        var thread = Thread.ofVirtual().start(() -> {
            try {
                never().closing(() -> closed.complete(null)).await();
            } catch (InterruptedException | IOException e) {
                thrown.complete(e);
            }
        });
        thread.interrupt();
        closed.get();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    /// Item 88.
    @Test
    void closingTheReactorEndsEveryTask() throws Exception {
        var loop = loop();
        var asleep = PollFuture.sleep(Duration.ofDays(1)).spawnOn(loop);
        var forgotten = never().spawnOn(loop);
        var begun = new CompletableFuture<Void>();
        loop.execute(() -> begun.complete(null));
        begun.get();
        reactor.close();
        assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(asleep::await);
        assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(forgotten::await);
        assertThatExceptionOfType(ReactorClosedException.class)
                .isThrownBy(() -> PollFuture.ready(1).spawnOn(loop).await());
    }

    /// Item 92.
    @Test
    void theSharedReactorLivesAsLongAsTheProcess() throws Exception {
        assertThatIllegalStateException().isThrownBy(Reactor.shared()::close);
        assertThat(PollFuture.ready(1).spawn().await()).isOne();
    }

    @Test
    void stagesComeInAndGoOut() throws Exception {
        var stage = new CompletableFuture<String>();
        var out = PollFuture.from(stage).map(String::length).toCompletableFuture();
        stage.complete("four");
        assertThat(out.get()).isEqualTo(4);
        var failing = new CompletableFuture<String>();
        failing.completeExceptionally(new EOFException("eager"));
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> PollFuture.from(failing.thenApply(s -> s)).await())
                .withMessage("eager");
    }

    @Test
    void anIntervalCountsItsPeriods() throws Exception {
        assertThat(PollStream.interval(Duration.ofMillis(1)).take(3).toList().await())
                .isEqualTo(List.of(0L, 1L, 2L));
    }

    /// Counts how many of its futures run at once.
    private static final class Counted {
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        PollFuture<Integer> future(int n) {
            return PollFuture.lazy(() -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        return PollFuture.sleep(Duration.ofMillis(1));
                    })
                    .map(done -> n)
                    .closing(running::decrementAndGet);
        }
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    @Test
    void noMoreThanAskedForRunAtOnce() throws Exception {
        var concurrent = new Counted();
        PollStream.of(upTo(40))
                .forEachConcurrent(3, concurrent::future)
                .spawnOn(loop())
                .await();
        assertThat(concurrent.most).hasValue(3);
        assertThat(concurrent.running).hasValue(0);
        var buffered = new Counted();
        assertThat(PollStream.of(upTo(40))
                        .buffered(3, buffered::future)
                        .toList()
                        .spawnOn(loop())
                        .await())
                .isEqualTo(upTo(40));
        assertThat(buffered.most).hasValue(3);
    }

    @Test
    void theFirstFailureOfManyCancelsTheOthers() throws Exception {
        for (int i = 0; i < 200; i++) {
            var closed = new AtomicInteger();
            var all = PollStream.of(upTo(3))
                    .forEachConcurrent(
                            3,
                            n -> n == 1
                                    ? PollFuture.<Void>failed(new EOFException("mine"))
                                    : never().closing(closed::incrementAndGet));
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> Net.get(all.spawnOn(loop())))
                    .withMessage("mine");
            Eventually.until("the others are abandoned", () -> closed.get() == 2);
        }
    }

    @Test
    void aFailureTakesItsPlaceAmongTheBuffered() throws Exception {
        PollStream<Integer> items = PollStream.of(upTo(4))
                .buffered(2, n -> n == 1 ? PollFuture.failed(new EOFException("mine")) : PollFuture.ready(n));
        assertThat(items.next().await()).hasValue(0);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> items.next().await())
                .withMessage("mine");
        assertThat(items.next().await()).hasValue(2);
        assertThat(items.next().await()).hasValue(3);
        assertThat(items.next().await()).isEmpty();
    }

    @Test
    void aSlowFirstItemHoldsNobodyBack() throws Exception {
        var done = new CompletableFuture<Void>();
        var seen = new AtomicInteger();
        var all = PollStream.of(List.of(0, 1, 2, 3, 4, 5))
                .forEachConcurrent(
                        2,
                        n -> n == 0
                                ? PollFuture.from(done)
                                : PollFuture.done().map(nothing -> {
                                    if (seen.incrementAndGet() == 5) {
                                        done.complete(null);
                                    }
                                    return true;
                                }));
        all.spawnOn(loop()).await();
        assertThat(seen).hasValue(5);
    }
}
