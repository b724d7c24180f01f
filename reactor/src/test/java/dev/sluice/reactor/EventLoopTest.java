package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class EventLoopTest {
    enum Kind {
        DEDICATED,
        HOSTED,
        DEDICATED_SPINNING,
        HOSTED_SPINNING
    }

    private final Logged logged = new Logged();
    private final Reactor reactor;
    private final EventLoop loop;

    EventLoopTest(Kind kind) throws IOException {
        var builder = Reactor.builder().transport("nio").loops(2).blockedAfter(Duration.ZERO);
        if (kind == Kind.HOSTED || kind == Kind.HOSTED_SPINNING) {
            builder.hosted();
        }
        if (kind == Kind.DEDICATED_SPINNING || kind == Kind.HOSTED_SPINNING) {
            builder.spin(Duration.ofNanos(50_000));
        }
        reactor = builder.open();
        loop = reactor.nextLoop();
    }

    @AfterEach
    void close() {
        reactor.close();
        logged.close();
        assertThat(logged.lines(Level.SEVERE)).isEmpty();
    }

    @Test
    void tasksOfOneThreadRunInOrderOnTheLoop() throws Exception {
        var ran = new ArrayList<Integer>();
        var all = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            loop.execute(() -> {
                assertThat(loop.inLoop()).isTrue();
                assertThat(reactor.currentLoop()).isSameAs(loop);
                ran.add(number);
                all.countDown();
            });
        }
        Eventually.happens(all);
        assertThat(ran).isSorted().hasSize(10_000);
        assertThat(loop.inLoop()).isFalse();
        assertThat(reactor.currentLoop()).isNull();
    }

    @Test
    void aLoopKnowsItsOwnThreadAndNoOther() throws Exception {
        var here = new CompletableFuture<List<@Nullable EventLoop>>();
        var started = new CompletableFuture<List<@Nullable EventLoop>>();
        loop.execute(() -> {
            here.complete(loops());
            Thread.startVirtualThread(() -> started.complete(loops()));
        });
        assertThat(Eventually.get(here)).containsExactly(loop, loop);
        assertThat(Eventually.get(started)).containsExactly(null, null);
        assertThat(loops()).containsExactly(null, null);
    }

    @Test
    void aLoopOfAnotherReactorIsCurrentButNotOfThisReactor() throws Exception {
        try (var other = Reactor.builder().transport("nio").loops(1).open()) {
            var there = new CompletableFuture<List<@Nullable EventLoop>>();
            other.nextLoop().execute(() -> there.complete(loops()));
            assertThat(Eventually.get(there)).containsExactly(other.nextLoop(), null);
        }
    }

    /// The current one, and the current one of this test's reactor.
    private List<@Nullable EventLoop> loops() {
        return Arrays.asList(EventLoop.current(), reactor.currentLoop());
    }

    @Test
    void tasksOfTheLoopItselfRunInOrderAfterTheOneThatMadeThem() throws Exception {
        var ran = new ArrayList<String>();
        var done = new CountDownLatch(1);
        loop.execute(() -> {
            loop.execute(() -> ran.add("second"));
            loop.execute(() -> {
                ran.add("third");
                done.countDown();
            });
            ran.add("first");
        });
        Eventually.happens(done);
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void whatIsPutOffRunsAfterAllThatIsThereAlready() throws Exception {
        var ran = new ArrayList<String>();
        var done = new CountDownLatch(1);
        loop.execute(() -> {
            loop.executeNextTurn(() -> {
                ran.add("put off");
                done.countDown();
            });
            loop.execute(() -> {
                ran.add("there already");
                loop.execute(() -> ran.add("what that has made"));
            });
        });
        Eventually.happens(done);
        assertThat(ran).containsExactly("there already", "what that has made", "put off");
        assertThatIllegalStateException().isThrownBy(() -> loop.executeNextTurn(() -> {}));
    }

    @Test
    void tasksOfManyThreadsAllRun() throws Exception {
        int threads = 4;
        int each = 10_000;
        var last = new int[threads];
        var all = new CountDownLatch(threads * each);
        var work = new ArrayList<Future<?>>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            work.add(Eventually.async(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    loop.execute(() -> {
                        assertThat(last[thread]).isEqualTo(number - 1);
                        last[thread] = number;
                        all.countDown();
                    });
                }
                return null;
            }));
        }
        for (var one : work) {
            Eventually.get(one);
        }
        Eventually.happens(all);
    }

    /// Handing a task in races with falling asleep.
    @Test
    void aLoopThatFallsAsleepMissesNoTask() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            var ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            Eventually.happens(ran);
        }
    }

    @Test
    void loopsHandTasksToEachOtherWithoutLosingAny() throws Exception {
        var other = reactor.nextLoop();
        assertThat(other).isNotSameAs(loop);
        for (int i = 0; i < 50; i++) {
            var left = new AtomicInteger(1000);
            var done = new CountDownLatch(1);
            var ping = new Runnable[2];
            ping[0] = () -> {
                if (left.decrementAndGet() > 0) {
                    other.execute(ping[1]);
                } else {
                    done.countDown();
                }
            };
            ping[1] = () -> {
                if (left.decrementAndGet() > 0) {
                    loop.execute(ping[0]);
                } else {
                    done.countDown();
                }
            };
            loop.execute(ping[0]);
            Eventually.happens(done);
        }
    }

    @Test
    void aTaskThatThrowsIsLoggedAndTheLoopGoesOn() throws Exception {
        var ran = new CountDownLatch(3);
        for (Throwable thrown : List.of(new IllegalStateException("one"), new AssertionError("two"))) {
            loop.execute(() -> {
                ran.countDown();
                EventLoopTest.<RuntimeException>raise(thrown);
            });
        }
        loop.execute(() -> {
            ran.countDown();
            recurse(0);
        });
        var after = new CountDownLatch(1);
        loop.execute(after::countDown);
        Eventually.happens(ran);
        Eventually.happens(after);
        assertThat(logged.lines(Level.SEVERE))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains(loop.toString()))
                .anySatisfy(line -> assertThat(line).contains("one"))
                .anySatisfy(line -> assertThat(line).contains("two"))
                .anySatisfy(line -> assertThat(line).contains("StackOverflowError"));
        logged.forget();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable t) throws E {
        throw (E) t;
    }

    private static int recurse(int depth) {
        return depth < 0 ? 0 : recurse(depth + 1) + 1;
    }

    /// A task that hands itself in again for ever leaves room for the tasks of others, timers and sockets.
    @Test
    void aTaskThatNeverRestsStarvesNobody() throws Exception {
        var stop = new AtomicBoolean();
        var greedy = new Runnable[1];
        greedy[0] = () -> {
            if (!stop.get()) {
                loop.execute(greedy[0]);
                loop.execute(() -> {}); // its queue only grows
            }
        };
        loop.execute(greedy[0]);
        try {
            var task = new CountDownLatch(1);
            loop.execute(task::countDown);
            Eventually.happens(task);
            var timer = new CountDownLatch(1);
            loop.timer(timer::countDown).set(loop.nanoTime() + 1_000_000);
            Eventually.happens(timer);
            var listener = reactor.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, Options.none(), Options.none());
            assertThat(listener.accept()).isNull();
            var socket = new CountDownLatch(1);
            assertThat(listener.input().await(socket::countDown)).isTrue();
            var connect = reactor.connect(listener.localAddress(), null, Options.none(), Duration.ZERO);
            Eventually.happens(socket);
            connect.abandon();
        } finally {
            stop.set(true);
        }
    }

    @Test
    void aClosedLoopRejectsTasksWithTheReactorsName() {
        reactor.close();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> loop.execute(() -> {}))
                .withMessageContaining(reactor.toString())
                .withCauseInstanceOf(ReactorClosedException.class);
    }

    @Test
    void whatATaskHandsInWhileTheLoopEndsIsRun() throws Exception {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var ran = new CountDownLatch(100);
        var chain = new Runnable[1];
        chain[0] = () -> {
            ran.countDown();
            if (ran.getCount() > 0) {
                loop.execute(chain[0]);
            }
        };
        loop.execute(() -> {
            begun.countDown();
            try {
                Eventually.happens(go);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            loop.execute(chain[0]);
        });
        Eventually.happens(begun);
        var closing = Eventually.async(() -> {
            reactor.close();
            return null;
        });
        Eventually.until("the reactor is closing", loop::isClosing);
        go.countDown();
        Eventually.get(closing);
        Eventually.happens(ran);
    }

    /// It comes as late as it can: when the loop has nothing left but its poller.
    @Test
    void closingWaitsForTheLastTaskThatIsRun() throws Exception {
        var loops = new CompletableFuture<EventLoop>();
        var hadEnded = new CompletableFuture<Boolean>();
        var transport = Between.put(
                reactor.transport(),
                call -> {
                    if (call.name().equals("close")) {
                        var closing = Eventually.get(loops);
                        Eventually.get(Eventually.async(() -> {
                            closing.execute(() -> hadEnded.complete(closing.hasEnded()));
                            return true;
                        }));
                    }
                    return call.real();
                },
                Transport.class,
                Poller.class);
        try (var closed = Reactor.builder().transport(transport).loops(1).open()) {
            loops.complete(closed.nextLoop());
        }
        assertThat(hadEnded).isCompletedWithValue(false);
    }

    @Test
    void threadsOfAClosedReactorEnd() {
        reactor.close();
        Eventually.until(
                "no thread of " + reactor + " is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith(reactor + "-")));
    }

    @Test
    void anIdleLoopSleeps() throws Exception {
        var ran = new CountDownLatch(1);
        loop.execute(ran::countDown);
        Eventually.happens(ran);
        var other = reactor.nextLoop();
        assertThat(other).isNotSameAs(loop);
        Eventually.until("it makes no step in 50 ms", () -> loop.isAsleep() && makesNoStepIn50Millis(other));
    }

    private boolean makesNoStepIn50Millis(EventLoop clock) {
        long steps = loop.steps();
        var later = new CountDownLatch(1);
        clock.timer(later::countDown).set(clock.nanoTime() + 50_000_000);
        try {
            Eventually.happens(later);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return loop.steps() == steps;
    }
}
