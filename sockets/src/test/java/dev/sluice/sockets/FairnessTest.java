package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Virtual threads that always find something to do leave room for the others: they share a few carriers, and
/// nobody takes one from them by force.
@EveryTransport
class FairnessTest {
    private static final int BUSY_PAIRS = 32;
    private static final int CANARY_ROUNDS = 50;

    /// What the canary may have to wait for in one round, on each busy thread: some of the slices that a thread has
    /// before it gives way, of 256 KiB each.
    private static final long BYTES_PER_ROUND_AND_THREAD = 32 << 20;

    private final Net net;
    private final Setup setup;
    private final LongAdder moved = new LongAdder();

    FairnessTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void aQuietConnectionAndATimerAreServedBesideSixtyFourBusyThreads() throws Exception {
        var busy = new ArrayList<Net.Pair>();
        var threads = new ArrayList<Async<Void>>();
        for (int i = 0; i < BUSY_PAIRS; i++) {
            var pair = net.pair();
            busy.add(pair);
            threads.add(setup.run(() -> write(pair.near().out())));
            threads.add(setup.run(() -> read(pair.far().in())));
        }
        Eventually.until("they are busy", () -> moved.sum() > BUSY_PAIRS << 20);
        var canary = net.pair();
        var silent = net.pair();
        long before = moved.sum();
        var rounds = new AtomicInteger();
        var playing = setup.run(() -> pingPong(canary, rounds));
        for (int i = 1; i <= CANARY_ROUNDS; i++) { // all of them may take long on a busy machine
            int round = i;
            Eventually.until(
                    "round " + round,
                    () -> rounds.get() >= round || playing.result().isDone());
        }
        playing.get();
        long perRoundAndThread = (moved.sum() - before) / CANARY_ROUNDS / (2 * BUSY_PAIRS);
        assertThat(perRoundAndThread)
                .as("bytes that each busy thread moved in a round of the canary")
                .isLessThan(BYTES_PER_ROUND_AND_THREAD);
        var timed = setup.run(() -> silent.near().in().readAvailable(ByteBuffer.allocate(1), Duration.ofMillis(5)));
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(timed::get);
        assertThat(threads).noneMatch(thread -> thread.result().isDone());
        for (var pair : busy) {
            pair.near().socket().abort();
            pair.far().socket().abort();
        }
        for (var thread : threads) {
            assertThat(thread.failure()).isInstanceOf(IOException.class);
        }
    }

    private void write(ByteWriteChannel out) throws IOException {
        var chunk = ByteBuffer.allocate(64 * 1024);
        while (true) {
            out.writeFully(chunk.clear());
            moved.add(chunk.capacity());
        }
    }

    private void read(ByteReadChannel in) throws IOException {
        var room = ByteBuffer.allocate(64 * 1024);
        for (int n; (n = in.readAvailable(room.clear())) >= 0; ) {
            moved.add(n);
        }
        throw new ClosedChannelException();
    }

    private static void pingPong(Net.Pair pair, AtomicInteger rounds) throws IOException {
        for (int i = 0; i < CANARY_ROUNDS; i++) {
            pair.near().out().writeInt(i);
            pair.near().out().flush();
            pair.far().out().writeInt(pair.far().in().readInt());
            pair.far().out().flush();
            assertThat(pair.near().in().readInt()).isEqualTo(i);
            rounds.incrementAndGet();
        }
    }
}
