package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimerTest {
    private static final long FAR = Duration.ofHours(1).toNanos();

    private final Reactor reactor;
    private final EventLoop loop;

    TimerTest() throws IOException {
        reactor = Reactor.builder()
                .transport("nio")
                .loops(1)
                .blockedAfter(Duration.ZERO)
                .open();
        loop = reactor.nextLoop();
    }

    @AfterEach
    void close() {
        reactor.close();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        var done = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        return Eventually.get(done);
    }

    @Test
    void aTimerRunsItsActionOnTheLoopNotBeforeItsTime() throws Exception {
        var ran = new CountDownLatch(1);
        var at = new long[1];
        var inLoop = new boolean[1];
        var timer = loop.timer(() -> {
            at[0] = loop.nanoTime();
            inLoop[0] = loop.inLoop();
            ran.countDown();
        });
        long deadline = loop.nanoTime() + 5_000_000;
        assertThat(timer.isSet()).isFalse();
        timer.set(deadline);
        Eventually.happens(ran);
        assertThat(at[0]).isGreaterThanOrEqualTo(deadline);
        assertThat(inLoop[0]).isTrue();
        assertThat(timer.isSet()).isFalse();
    }

    @Test
    void timersRunInTheOrderOfTheirTimes() throws Exception {
        var delays = LongStream.range(1, 200).map(i -> i * 50_000).boxed().toList();
        var shuffled = new ArrayList<>(delays);
        Collections.shuffle(shuffled, new Random(1));
        var ran = new ArrayList<Long>();
        var all = new CountDownLatch(delays.size());
        onLoop(() -> {
            long now = loop.nanoTime();
            for (long delay : shuffled) {
                loop.timer(() -> {
                            ran.add(delay);
                            all.countDown();
                        })
                        .set(now + delay);
            }
            return null;
        });
        Eventually.happens(all);
        assertThat(onLoop(() -> List.copyOf(ran))).isEqualTo(delays);
    }

    @Test
    void aCancelledTimerDoesNotRun() throws Exception {
        var ran = new AtomicInteger();
        var later = new CountDownLatch(1);
        onLoop(() -> {
            var timer = loop.timer(ran::incrementAndGet);
            timer.set(loop.nanoTime() + 1_000_000);
            timer.cancel();
            assertThat(timer.isSet()).isFalse();
            timer.cancel();
            loop.timer(later::countDown).set(loop.nanoTime() + 3_000_000);
            return null;
        });
        Eventually.happens(later);
        assertThat(ran).hasValue(0);
    }

    @Test
    void theLastSettingCounts() throws Exception {
        var ran = new AtomicInteger();
        var done = new CountDownLatch(2);
        onLoop(() -> {
            long now = loop.nanoTime();
            Runnable count = () -> {
                ran.incrementAndGet();
                done.countDown();
            };
            var earlier = loop.timer(count);
            earlier.set(now + FAR);
            earlier.set(now + 1_000_000);
            var later = loop.timer(count);
            later.set(now + 1_000_000);
            later.set(now + 2_000_000);
            later.set(now + 3_000_000);
            return null;
        });
        Eventually.happens(done);
        assertThat(onLoop(ran::get)).isEqualTo(2);
    }

    @Test
    void aTimerCanBeSetAgainAfterItWasCancelledOrHasRun() throws Exception {
        for (int i = 0; i < 100; i++) {
            var ran = new CountDownLatch(1);
            var timer = loop.timer(ran::countDown);
            timer.set(loop.nanoTime() + FAR);
            timer.cancel();
            timer.set(loop.nanoTime());
            Eventually.happens(ran);
        }
        var times = new AtomicInteger();
        var done = new CountDownLatch(1);
        var self = new Timer[1];
        self[0] = loop.timer(() -> {
            if (times.incrementAndGet() < 10) {
                self[0].set(loop.nanoTime());
            } else {
                done.countDown();
            }
        });
        self[0].set(loop.nanoTime());
        Eventually.happens(done);
        assertThat(times).hasValue(10);
    }

    /// Settings from another thread race with the loop: the last one counts, whatever the loop was doing.
    @Test
    void aSettingFromAnotherThreadIsNeverLost() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            var ran = new CountDownLatch(1);
            var timer = loop.timer(ran::countDown);
            timer.set(loop.nanoTime() + 20_000); // about now
            timer.set(loop.nanoTime() + FAR);
            if (i % 2 == 0) {
                timer.cancel();
            }
            timer.set(loop.nanoTime());
            Eventually.happens(ran);
        }
    }

    @Test
    void aThreadThatSetsAndCancelsLeavesNoTimerBehind() throws Exception {
        var ran = new AtomicInteger();
        var timers = new ArrayList<Timer>();
        for (int i = 0; i < 1000; i++) {
            timers.add(loop.timer(ran::incrementAndGet));
        }
        for (int round = 0; round < 20; round++) {
            for (var timer : timers) {
                timer.set(loop.nanoTime() + FAR + round);
            }
            for (var timer : timers) {
                timer.cancel();
            }
        }
        onLoop(() -> null);
        assertThat(ran).hasValue(0);
        assertThat(onLoop(() -> loop.timers().size())).isLessThanOrEqualTo(1000);
    }

    /// F59.
    @Test
    void aMillionTimersSetAndCancelledNeedLittleRoom() throws Exception {
        int most = onLoop(() -> {
            int largest = 0;
            for (int i = 0; i < 1_000_000; i++) {
                var timer = loop.timer(() -> {});
                timer.set(loop.nanoTime() + FAR);
                timer.cancel();
                if (i % 100 == 0) {
                    loop.timers().fire(loop.nanoTime());
                    largest = Math.max(largest, loop.timers().size());
                }
            }
            return largest;
        });
        assertThat(most).isLessThan(1000);
    }

    @Test
    void liveTimersSurviveTheFlood() throws Exception {
        var ran = new ArrayList<Integer>();
        var all = new CountDownLatch(100);
        onLoop(() -> {
            long start = loop.nanoTime() + 20_000_000;
            for (int i = 0; i < 100; i++) {
                int number = i;
                loop.timer(() -> {
                            ran.add(number);
                            all.countDown();
                        })
                        .set(start + number * 1000L);
                for (int j = 0; j < 1000; j++) {
                    var other = loop.timer(() -> ran.add(-1));
                    other.set(start + j);
                    other.cancel();
                }
            }
            return null;
        });
        Eventually.happens(all);
        assertThat(onLoop(() -> List.copyOf(ran)))
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    /// F58: a long stall makes each due timer run once.
    @Test
    void afterAStallEachLateTimerRunsOnce() throws Exception {
        var runs = new ArrayList<AtomicInteger>();
        var all = new CountDownLatch(100);
        onLoop(() -> {
            long now = loop.nanoTime();
            for (int i = 0; i < 100; i++) {
                var count = new AtomicInteger();
                runs.add(count);
                loop.timer(() -> {
                            count.incrementAndGet();
                            all.countDown();
                        })
                        .set(now + i * 10_000L);
            }
            while (loop.nanoTime() - now < 20_000_000) {
                Thread.onSpinWait(); // the stall
            }
            return null;
        });
        Eventually.happens(all);
        onLoop(() -> null);
        assertThat(runs).allSatisfy(count -> assertThat(count).hasValue(1));
    }

    @Test
    void aTimerWhoseActionThrowsKeepsNoOtherFromRunning() throws Exception {
        try (var logged = new Logged()) {
            var ran = new CountDownLatch(1);
            onLoop(() -> {
                long now = loop.nanoTime();
                loop.timer(() -> {
                            throw new IllegalStateException("thrown by an action");
                        })
                        .set(now + 1000);
                loop.timer(ran::countDown).set(now + 2000);
                return null;
            });
            Eventually.happens(ran);
            assertThat(logged.lines(Level.SEVERE)).singleElement().asString().contains("thrown by an action");
        }
    }

    @Test
    void aTimerBeyondTheEndOfTimeDisturbsNobody() throws Exception {
        var ran = new AtomicInteger();
        loop.timer(ran::incrementAndGet).set(Long.MAX_VALUE - 1);
        for (int i = 0; i < 10; i++) {
            var other = new CountDownLatch(1);
            loop.timer(other::countDown).set(loop.nanoTime() + 1_000_000);
            Eventually.happens(other);
        }
        assertThat(ran).hasValue(0);
    }

    /// Against a plain sorted list.
    @Test
    void theHeapGivesWhatASortedListWouldGive() throws Exception {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var order = new ArrayList<Long>();
            var expected = new ArrayList<Long>();
            onLoop(() -> {
                var timers = new ArrayList<Timer>();
                long base = loop.nanoTime() + FAR;
                var times = new ArrayList<Long>();
                for (int i = 0; i < 50; i++) {
                    int index = i;
                    times.add(0L);
                    timers.add(loop.timer(() -> order.add(times.get(index))));
                }
                for (int step = 0; step < 200; step++) {
                    int i = random.nextInt(timers.size());
                    if (random.nextInt(4) == 0) {
                        timers.get(i).cancel();
                        times.set(i, 0L);
                    } else {
                        times.set(i, base + random.nextInt(1000));
                        timers.get(i).set(times.get(i));
                    }
                }
                times.stream().filter(time -> time != 0).sorted().forEach(expected::add);
                while (order.size() < expected.size()) { // those set later than they were move on first
                    loop.timers().fire(base + 1000);
                }
                assertThat(order).isEqualTo(expected);
                while (loop.timers().size() > 0) {
                    loop.timers().fire(base + 1000);
                }
                assertThat(order).isEqualTo(expected);
                return null;
            });
        }
    }
}
