package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {
    private static final Duration LIMIT = Duration.ofMillis(50);

    private static void blockTheLoop(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void release(CountDownLatch... blocked) {
        for (var one : blocked) {
            one.countDown();
        }
    }

    /// What was told of the loop that the test blocks. On a loaded machine other turns are late too, and that is
    /// told as well.
    private static List<String> blockages(Logged logged) {
        return logged.lines(Level.WARNING).stream()
                .filter(line -> line.startsWith("[X-501] slow-loop-1 has been blocked for more than 50 ms")
                        && line.contains("WatchdogTest.blockTheLoop"))
                .toList();
    }

    /// F52.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatBlocksALoopIsNamedOnce(boolean hosted) throws Exception {
        var builder = Reactor.builder().transport("nio").name("slow").loops(2).blockedAfter(LIMIT);
        if (hosted) {
            builder.hosted();
        }
        var release = new CountDownLatch(1);
        var again = new CountDownLatch(1);
        try (var logged = new Logged();
                var reactor = builder.open();
                Closeable _ = () -> release(release, again)) { // before the reactor waits for its loops
            var blocked = reactor.nextLoop();
            blocked.execute(() -> blockTheLoop(release));
            Eventually.until("told", () -> !blockages(logged).isEmpty());

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

            assertThat(blockages(logged)).hasSize(1);
            release.countDown();
            var after = new CountDownLatch(1);
            blocked.execute(after::countDown);
            Eventually.happens(after);

            blocked.execute(() -> blockTheLoop(again));
            Eventually.until(
                    "told of the next blockage", () -> blockages(logged).size() == 2);
        }
    }

    /// Also when both begin in the same turn.
    @Test
    void whatBlocksALoopRightAfterwardsIsNamedToo() throws Exception {
        var first = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        try (var logged = new Logged();
                var reactor = Reactor.builder()
                        .transport("nio")
                        .name("slow")
                        .loops(1)
                        .blockedAfter(LIMIT)
                        .open();
                Closeable _ = () -> release(first, second)) {
            var loop = reactor.nextLoop();
            loop.execute(() -> {
                loop.execute(() -> blockTheLoop(second));
                blockTheLoop(first);
            });
            Eventually.until("told", () -> blockages(logged).size() == 1);
            first.countDown();
            Eventually.until(
                    "told of the next blockage", () -> blockages(logged).size() == 2);
        }
    }

    /// All carriers compute, so that the loop, parked and then woken, cannot run: it is late, and nothing blocks it.
    @Test
    void aHostedLoopThatGetsNoCarrierIsNotCalledBlocked() throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        var computing = new CountDownLatch(carriers);
        var release = new CountDownLatch(1);
        try (var logged = new Logged();
                var reactor = Reactor.builder()
                        .transport("nio")
                        .name("late")
                        .loops(1)
                        .hosted()
                        .blockedAfter(LIMIT)
                        .open();
                Closeable _ = () -> release(release)) {
            var loop = reactor.nextLoop();
            Eventually.until("sleeps", loop::isAsleep);
            for (int i = 0; i < carriers; i++) {
                Thread.startVirtualThread(() -> {
                    computing.countDown();
                    while (release.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                });
            }
            Eventually.happens(computing);
            loop.execute(() -> {});
            Eventually.until("told", () -> !logged.lines(Level.WARNING).isEmpty());
            assertThat(logged.lines(Level.WARNING))
                    .allMatch(line -> line.startsWith("[X-501] late-loop-1 has not run for more than 50 ms"));
        }
    }

    /// Woken in its poller, it gets no processor to leave it.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoopThatIsLateInItsPollerIsNotCalledBlocked(boolean hosted) throws Exception {
        var release = new CountDownLatch(1);
        var late = Between.put(
                Transports.named("nio"),
                call -> {
                    var found = call.real();
                    if (call.name().equals("select")) {
                        Eventually.happens(release);
                    }
                    return found;
                },
                Transport.class,
                Poller.class);
        var builder = Reactor.builder().transport(late).name("late").loops(1).blockedAfter(LIMIT);
        try (var logged = new Logged();
                var reactor = (hosted ? builder.hosted() : builder).open();
                Closeable _ = () -> release(release)) {
            reactor.nextLoop().execute(() -> {}); // or it would be asleep
            Eventually.until("told", () -> !logged.lines(Level.WARNING).isEmpty());
            assertThat(logged.lines(Level.WARNING))
                    .allMatch(line -> line.startsWith("[X-501] late-loop-1 has not run for more than 50 ms"));
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
