package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Child;
import dev.sluice.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hosted loops in a JVM that has one carrier for all virtual threads, as on a machine with one processor.
class OneCarrierTest {
    /// What the child runs: a loop that never rests, and others that want to run, too.
    static final class Busy {
        private Busy() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            var builder = Reactor.builder().transport("nio").loops(2).hosted().blockedAfter(Duration.ZERO);
            if (arguments[0].equals("spinning")) {
                builder.spin(Duration.ofMillis(1));
            }
            var reactor = builder.open();
            var loop = reactor.nextLoop();
            var begun = new CountDownLatch(1);
            var greedy = new Runnable[1];
            greedy[0] = () -> {
                begun.countDown();
                loop.execute(greedy[0]);
            };
            loop.execute(greedy[0]);
            begun.await();
            var other = new CountDownLatch(1);
            reactor.nextLoop().execute(other::countDown);
            Eventually.happens(other);
            System.out.println("the other loop");
            var thread = new CountDownLatch(1);
            Thread.startVirtualThread(thread::countDown);
            Eventually.happens(thread);
            System.out.println("a thread");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resting", "spinning"})
    void aLoopThatIsNeverIdleLeavesRoomForOthers(String kind) throws Exception {
        var flag = "-Djdk.virtualThreadScheduler.parallelism=1";
        try (var child = new Child(List.of(), List.of(flag), Busy.class, kind)) {
            assertThat(child.toItsEnd()).containsExactly("the other loop", "a thread");
        }
    }
}
