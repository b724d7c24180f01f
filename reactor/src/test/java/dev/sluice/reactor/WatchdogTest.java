package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {
    private static final Duration LIMIT = Duration.ofMillis(50);

    private static void blockTheLoop(CountDownLatch until) {
        try {
            Eventually.happens(until);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// F52.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatBlocksALoopIsNamedOnce(boolean hosted) throws Exception {
        var builder = Reactor.builder().transport("nio").name("slow").loops(2).blockedAfter(LIMIT);
        if (hosted) {
            builder.hosted();
        }
        try (var logged = new Logged();
                var reactor = builder.open()) {
            var blocked = reactor.nextLoop();
            var release = new CountDownLatch(1);
            blocked.execute(() -> blockTheLoop(release));
            Eventually.until("told", () -> !logged.lines(Level.WARNING).isEmpty());

            var other = new CountDownLatch(1);
            reactor.nextLoop().execute(other::countDown);
            Eventually.happens(other);
            var looks = new CountDownLatch(10); // of the watchdog, and some
            var timer = new Timer[1];
            var clock = reactor.loops().get(1);
            timer[0] = clock.timer(() -> {
                looks.countDown();
                timer[0].set(clock.nanoTime() + LIMIT.toNanos() / 2);
            });
            timer[0].set(clock.nanoTime());
            Eventually.happens(looks);
            timer[0].cancel();

            assertThat(logged.lines(Level.WARNING))
                    .singleElement()
                    .asString()
                    .startsWith("[X-501] slow-loop-1 has been blocked for more than 50 ms")
                    .contains("WatchdogTest.blockTheLoop");
            release.countDown();
            var after = new CountDownLatch(1);
            blocked.execute(after::countDown);
            Eventually.happens(after);

            var again = new CountDownLatch(1);
            blocked.execute(() -> blockTheLoop(again));
            Eventually.until(
                    "told of the next blockage",
                    () -> logged.lines(Level.WARNING).size() == 2);
            again.countDown();
        }
    }

    @Test
    void aWatchdogEndsWithItsReactor() throws Exception {
        var reactor = Reactor.builder().transport("nio").loops(1).open();
        var name = reactor + "-watchdog";
        assertThat(Thread.getAllStackTraces().keySet())
                .anyMatch(thread -> thread.getName().equals(name));
        reactor.close();
        Eventually.until(
                "gone",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals(name)));
    }

    @Test
    void zeroMeansNoWatchdog() throws Exception {
        try (var reactor = Reactor.builder()
                .transport("nio")
                .loops(1)
                .blockedAfter(Duration.ZERO)
                .open()) {
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals(reactor + "-watchdog"));
        }
    }
}
