package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Many connections, many wake-ups, and none.
@EveryTransport
class LoadTest {
    private static final int CONNECTIONS = 1000;
    private static final int ROUNDS = 20;
    private static final int MESSAGE = 64;

    private final Net net;

    LoadTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Lives on the loop: answers each message, or counts its rounds.
    private static final class Player implements Waiter {
        private final StreamSocket socket;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE);
        private final boolean server;
        private final CountDownLatch done;
        private int rounds;
        private boolean writing;

        Player(StreamSocket socket, boolean server, CountDownLatch done) {
            this.socket = socket;
            this.server = server;
            this.done = done;
            this.writing = !server;
        }

        void start() {
            socket.loop().execute(this::wake);
        }

        @Override
        public void wake() {
            if (!socket.loop().inLoop()) {
                start();
                return;
            }
            try {
                while (rounds < ROUNDS) {
                    int n = writing ? socket.write(buffer) : socket.read(buffer);
                    if (n == WOULD_BLOCK) {
                        if ((writing ? socket.output() : socket.input()).await(this)) {
                            return;
                        }
                    } else if (n == StreamSocket.END) {
                        throw new AssertionError("the end in round " + rounds);
                    } else if (!buffer.hasRemaining()) {
                        buffer.flip();
                        writing = !writing;
                        if (writing == !server) {
                            rounds++;
                        }
                    }
                }
                done.countDown();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aThousandConnectionsEchoOnTwoLoops() throws Exception {
        var done = new CountDownLatch(2 * CONNECTIONS);
        var players = new ArrayList<Player>();
        try (var listener = net.listen()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                players.add(new Player(Blocking.result(net.connect(listener.localAddress())), false, done));
                players.add(new Player(Blocking.accept(listener), true, done));
            }
            assertThat(net.reactor.openSockets()).isEqualTo(2 * CONNECTIONS + 1);
        }
        players.forEach(Player::start);
        Eventually.happens(done);
    }

    /// Threads that park, both sides, at once: each wait races with the event that ends it.
    @Test
    void noWakeUpIsLostBetweenThreads() throws Exception {
        var pair = net.pair();
        int rounds = 20_000;
        var echo = Eventually.async(() -> {
            var one = ByteBuffer.allocateDirect(1);
            for (int i = 0; i < rounds; i++) {
                Blocking.read(pair.far(), one.clear());
                Blocking.write(pair.far(), one.flip());
            }
            return null;
        });
        var one = ByteBuffer.allocateDirect(1);
        for (int i = 0; i < rounds; i++) {
            Blocking.write(pair.near(), one.put(0, (byte) i).clear());
            Blocking.read(pair.near(), one.clear());
            assertThat(one.get(0)).isEqualTo((byte) i);
        }
        Eventually.get(echo);
    }

    /// Handing a task in races with the loop's falling asleep.
    @Test
    void noTaskIsLeftBehindByALoopThatFallsAsleep() throws Exception {
        var loop = net.reactor.nextLoop();
        var runs = new AtomicInteger();
        for (int i = 1; i <= 20_000; i++) {
            int expected = i;
            loop.execute(runs::incrementAndGet);
            if (i % 7 == 0) {
                Eventually.until("run", () -> runs.get() == expected);
            }
        }
        Eventually.until("all have run", () -> runs.get() == 20_000);
    }

    /// P6: whatever has happened before, nothing spins while nothing happens.
    @Test
    void loopsWithoutWorkRest() throws Exception {
        var pair = net.pair();
        var waiting = net.outside();
        Blocking.fill(pair.near());
        assertThat(waiting.near().read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
        waiting.near().input().await(new Parked());
        pair.near().output().await(new Parked());
        var halfClosed = net.pair();
        halfClosed.far().shutdownOutput();
        assertThat(Blocking.read(halfClosed.near(), ByteBuffer.allocate(1))).isEqualTo(StreamSocket.END);
        var unheard = net.outside(); // bytes and the end, which nobody reads
        unheard.peer().getOutputStream().write(1);
        unheard.peer().close();
        assertThat(Blocking.read(unheard.near(), ByteBuffer.allocate(1))).isEqualTo(1);
        var listener = net.listen();
        Blocking.result(net.connect(listener.localAddress()));

        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var window = Duration.ofMillis(100);
        Eventually.until("the process takes less than a fifth of a processor", () -> {
            long before = system.getProcessCpuTime();
            long end = System.nanoTime() + window.toNanos();
            for (long left; (left = end - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
            return system.getProcessCpuTime() - before < window.toNanos() / 5;
        });
        waiting.peer().close();
    }
}
