package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.reactor.transport.Handle;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final int ROUNDS = 100_000;

    /// A handle that counts how often it is asked for events.
    private static Handle handle(AtomicInteger armed) {
        return (Handle) Proxy.newProxyInstance(
                ReadinessTest.class.getClassLoader(), new Class<?>[] {Handle.class}, (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("arm");
                    armed.incrementAndGet();
                    return null;
                });
    }

    private static Readiness waiting() {
        var readiness = Readiness.of(handle(new AtomicInteger()), 1);
        readiness.wouldBlock(readiness.state());
        return readiness;
    }

    private record Counting(String name, AtomicInteger wakes) implements Waiter {
        Counting(String name) {
            this(name, new AtomicInteger());
        }

        @Override
        public void wake() {
            wakes.incrementAndGet();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void tryingComesBeforeWaiting() {
        var readiness = Readiness.of(handle(new AtomicInteger()), 1);
        assertThat(readiness.isReady()).isTrue();
        assertThat(readiness.await(new Counting("waiter"))).isFalse();
    }

    @Test
    void whoDoesNotTryIsToldNothingThatIsOnlyAssumed() {
        var armed = new AtomicInteger();
        var readiness = Readiness.of(handle(armed), 1);
        var observer = new Counting("observer");
        assertThat(readiness.observe(observer)).isTrue();
        assertThat(armed).hasValue(1);
        assertThat(readiness.isTold()).isFalse();
        readiness.signal();
        assertThat(observer.wakes()).hasValue(1);
        assertThat(readiness.isTold()).isTrue();
        assertThat(readiness.observe(observer)).isFalse();
    }

    @Test
    void everyObserverIsWokenBesideTheOneThatWaits() {
        var readiness = waiting();
        var all = IntStream.range(0, 5)
                .mapToObj(i -> new Counting("observer " + i))
                .toList();
        all.forEach(readiness::observe);
        readiness.forget(all.get(2));
        var waiter = new Counting("waiter");
        readiness.await(waiter);
        readiness.signal();
        assertThat(waiter.wakes()).hasValue(1);
        assertThat(all).extracting(one -> one.wakes().get()).containsExactly(1, 1, 0, 1, 1);
    }

    @Test
    void whoWaitsIsWokenOnce() {
        var readiness = waiting();
        var waiter = new Counting("waiter");
        assertThat(readiness.await(waiter)).isTrue();
        readiness.signal();
        readiness.signal();
        readiness.end();
        assertThat(waiter.wakes()).hasValue(1);
        assertThat(readiness.isReady()).isTrue();
    }

    @Test
    void theHandleIsAskedOnlyBeforeAWait() {
        var armed = new AtomicInteger();
        var readiness = Readiness.of(handle(armed), 1);
        readiness.await(new Counting("early"));
        assertThat(armed).hasValue(0);
        readiness.wouldBlock(readiness.state());
        readiness.await(new Counting("waiter"));
        assertThat(armed).hasValue(1);
    }

    @Test
    void aHandleThatIsReadyAtOnceWakesNobodyTwice() {
        var readiness = new Readiness[1];
        var armed = (Handle) Proxy.newProxyInstance(
                ReadinessTest.class.getClassLoader(), new Class<?>[] {Handle.class}, (_, _, _) -> {
                    readiness[0].signal(); // inside await
                    return null;
                });
        readiness[0] = Readiness.of(armed, 1);
        readiness[0].wouldBlock(readiness[0].state());
        var waiter = new Counting("waiter");
        boolean willBeWoken = readiness[0].await(waiter);
        assertThat(waiter.wakes().get()).isEqualTo(willBeWoken ? 1 : 0);
    }

    @Test
    void aSignalAfterTheLookIsNotTakenBack() {
        var readiness = waiting();
        readiness.signal();
        int seen = readiness.state();
        readiness.signal(); // while the operation was under way
        readiness.wouldBlock(seen);
        assertThat(readiness.isReady()).isTrue();
        readiness.wouldBlock(readiness.state());
        assertThat(readiness.isReady()).isFalse();
    }

    @Test
    void anEndIsNotTakenBack() {
        var readiness = waiting();
        int before = readiness.state();
        readiness.end();
        readiness.wouldBlock(before);
        readiness.wouldBlock(readiness.state());
        readiness.signal();
        readiness.wouldBlock(readiness.state());
        assertThat(readiness.isReady()).isTrue();
    }

    @Test
    void signalsDoNotSpillIntoTheOtherBits() {
        var readiness = waiting();
        for (int i = 0; i < 100; i++) {
            readiness.signal();
        }
        assertThat(readiness.isReady()).isTrue();
        assertThat(Readiness.isEnded(readiness.state())).isFalse();
    }

    @Test
    void aSecondWaiterIsRefusedWithBothNames() {
        var readiness = waiting();
        readiness.await(new Counting("the first"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> readiness.await(new Counting("the second")))
                .withMessageContainingAll("the first", "the second");
    }

    @Test
    void theSameWaiterMayWaitAgain() {
        var readiness = waiting();
        var waiter = new Counting("waiter");
        assertThat(readiness.await(waiter)).isTrue();
        assertThat(readiness.await(waiter)).isTrue();
        readiness.signal();
        assertThat(waiter.wakes()).hasValue(1);
    }

    @Test
    void whoIsForgottenIsNotWokenAndLeavesRoom() {
        var readiness = waiting();
        var forgotten = new Counting("forgotten");
        readiness.await(forgotten);
        readiness.forget(new Counting("a stranger"));
        readiness.forget(forgotten);
        var next = new Counting("next");
        assertThat(readiness.await(next)).isTrue();
        readiness.signal();
        assertThat(forgotten.wakes()).hasValue(0);
        assertThat(next.wakes()).hasValue(1);
    }

    @Test
    void aWakeUpMayWaitForgetAndSignalAgain() {
        var readiness = waiting();
        var inner = new Counting("inner");
        readiness.await(() -> {
            readiness.wouldBlock(readiness.state());
            assertThat(readiness.await(inner)).isTrue();
            readiness.signal();
        });
        readiness.signal();
        assertThat(inner.wakes()).hasValue(1);
    }

    @Test
    void aWaiterThatThrowsIsLoggedByName() {
        try (var logged = new Logged()) {
            var readiness = waiting();
            readiness.await(new Waiter() {
                @Override
                public void wake() {
                    throw new AssertionError("broken");
                }

                @Override
                public String toString() {
                    return "the bad one";
                }
            });
            readiness.signal();
            assertThat(logged.lines(Level.SEVERE)).singleElement().asString().contains("the bad one", "broken");
        }
    }

    /// One producer makes items and signals, one consumer takes them and waits: each item is seen although the
    /// look and the would-block race with the signals. A lost one would leave the consumer asleep.
    @Test
    void noSignalBetweenTheLookAndTheWaitIsLost() throws Exception {
        var readiness = waiting();
        var made = new AtomicLong();
        var consumer = Eventually.async(() -> {
            long taken = 0;
            while (taken < ROUNDS) {
                int seen = readiness.state();
                long now = made.get();
                if (now > taken) {
                    taken = now;
                    continue;
                }
                readiness.wouldBlock(seen);
                var parked = new ParkedWaiter();
                if (readiness.await(parked)) {
                    parked.park();
                }
            }
            return taken;
        });
        for (int i = 0; i < ROUNDS; i++) {
            made.incrementAndGet();
            readiness.signal();
            if (i % 64 == 0) {
                Thread.yield();
            }
        }
        assertThat(Eventually.get(consumer)).isEqualTo(ROUNDS);
    }

    private static final class ParkedWaiter implements Waiter {
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;

        void park() {
            Eventually.until("woken", () -> woken);
        }

        @Override
        public void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    /// Signal against await, end against await, forget against signal: whoever said "will be woken" is, once.
    @Test
    void aWaiterAndASignalAlwaysMeet() throws Exception {
        var barrier = new CyclicBarrier(3);
        int rounds = ROUNDS / 10;
        var stored = new ArrayList<Counting>();
        var readinesses = new Readiness[rounds];
        for (int i = 0; i < rounds; i++) {
            readinesses[i] = waiting();
        }
        var signalling = Eventually.async(() -> {
            for (int i = 0; i < rounds; i++) {
                barrier.await();
                readinesses[i].signal();
            }
            return null;
        });
        var ending = Eventually.async(() -> {
            for (int i = 0; i < rounds; i++) {
                barrier.await();
                readinesses[i].end();
            }
            return null;
        });
        for (int i = 0; i < rounds; i++) {
            var waiter = new Counting("waiter " + i);
            barrier.await();
            if (readinesses[i].await(waiter)) {
                stored.add(waiter);
            } else {
                assertThat(readinesses[i].isReady()).isTrue();
                assertThat(waiter.wakes()).hasValue(0);
            }
        }
        Eventually.get(signalling);
        Eventually.get(ending);
        assertThat(stored).allSatisfy(waiter -> assertThat(waiter.wakes()).hasValue(1));
    }

    @Test
    void whoIsForgottenInTimeIsNeverWokenAndTheOtherIs() throws Exception {
        var barrier = new CyclicBarrier(2);
        int rounds = ROUNDS / 10;
        var readinesses = new Readiness[rounds];
        for (int i = 0; i < rounds; i++) {
            readinesses[i] = waiting();
        }
        var signalling = Eventually.async(() -> {
            for (var readiness : readinesses) {
                barrier.await();
                readiness.signal();
            }
            return null;
        });
        for (var readiness : readinesses) {
            var first = new Counting("first");
            var second = new Counting("second");
            assertThat(readiness.await(first)).isTrue();
            barrier.await();
            readiness.forget(first);
            boolean stored = readiness.await(second);
            Eventually.until(
                    "one of the two is told",
                    () -> first.wakes().get() + second.wakes().get() + (stored ? 0 : 1) >= 1);
            assertThat(readiness.isReady()).isTrue();
        }
        Eventually.get(signalling);
    }

    @Test
    void whatHasNotHappenedYetBecomesReadyOnceAndForEver() {
        var event = Readiness.pending();
        assertThat(event.isReady()).isFalse();
        var waiter = new Counting("waiter");
        assertThat(event.await(waiter)).isTrue();
        event.end();
        assertThat(waiter.wakes()).hasValue(1);
        assertThat(event.await(waiter)).isFalse();
    }
}
