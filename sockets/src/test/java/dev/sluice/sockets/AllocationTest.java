package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A channel that is in use allocates nothing for a read or a write. Counted on the thread that calls.
@EveryTransport
class AllocationTest {
    private static final int ROUNDS = 5_000;

    /// How often that many rounds are tried until the compiler has removed what it can: the JDK's own downcall
    /// describes memory with an object that exists only until then.
    private static final int WARM_UPS = 100;

    private static final int MESSAGE = 64;

    /// A round is a write, a flush and a read. Less than this in all of them means: nothing per operation.
    private static final double BYTES_PER_ROUND = 0.5;

    private final Net net;
    private final Net.Pair pair;

    AllocationTest(Setup setup) throws IOException {
        net = new Net(setup);
        pair = net.pair();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static void assertAllocatesNothing(Setup.Action round) throws Exception {
        double bytes = Double.MAX_VALUE;
        for (int i = 0; i < WARM_UPS && bytes >= BYTES_PER_ROUND; i++) {
            bytes = bytesPerRound(round);
        }
        assertThat(bytes).as("bytes per round").isLessThan(BYTES_PER_ROUND);
    }

    private static double bytesPerRound(Setup.Action round) throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }

    @Test
    void directBuffersAreReadAndWrittenWithoutAllocation() throws Exception {
        var sent = ByteBuffer.allocateDirect(MESSAGE);
        var room = ByteBuffer.allocateDirect(MESSAGE);
        assertAllocatesNothing(() -> {
            pair.near().out().writeFully(sent.clear());
            pair.near().out().flush();
            room.clear();
            while (room.hasRemaining()) {
                pair.far().in().readAvailable(room);
            }
        });
    }

    @Test
    void heapBuffersAreReadAndWrittenWithoutAllocation() throws Exception {
        var sent = ByteBuffer.allocate(MESSAGE);
        var room = ByteBuffer.allocate(MESSAGE);
        assertAllocatesNothing(() -> {
            pair.near().out().writeFully(sent.clear());
            pair.near().out().flush();
            pair.far().in().readFully(room.clear());
        });
    }

    @Test
    void arraysAreReadAndWrittenWithoutAllocation() throws Exception {
        var sent = new byte[MESSAGE];
        var room = new byte[MESSAGE];
        assertAllocatesNothing(() -> {
            pair.near().out().writeFully(sent);
            pair.near().out().flush();
            int read = 0;
            while (read < MESSAGE) {
                read += pair.far().in().readAvailable(room, read, MESSAGE - read);
            }
        });
    }

    @Test
    void numbersAreReadAndWrittenWithoutAllocation() throws Exception {
        assertAllocatesNothing(() -> {
            pair.near().out().writeLong(42);
            pair.near().out().writeInt(42);
            pair.near().out().flush();
            if (pair.far().in().readLong() + pair.far().in().readInt() != 84) {
                throw new AssertionError("wrong");
            }
        });
    }

    @Test
    void datagramsAreSentAndReceivedWithoutAllocation() throws Exception {
        assumeTrue(net.setup.isLinux(), "java.nio makes an object for the address of each datagram");
        var near = net.datagrams();
        var far = net.datagrams();
        var to = Peer.of(far.localAddress());
        var from = new Peer();
        for (var memory : new ByteBuffer[] {ByteBuffer.allocate(MESSAGE), ByteBuffer.allocateDirect(MESSAGE)}) {
            assertAllocatesNothing(() -> {
                near.send(memory.clear(), to);
                far.receive(memory.clear(), from);
            });
        }
    }

    @Test
    void batchesOfDatagramsAreSentAndReceivedWithoutAllocation() throws Exception {
        assumeTrue(net.setup.isLinux(), "java.nio makes an object for the address of each datagram");
        var near = net.datagrams();
        var far = net.datagrams();
        var to = Peer.of(far.localAddress());
        var memory = ByteBuffer.allocate(MESSAGE);
        var sent = new Datagrams(8, MESSAGE);
        var received = new Datagrams(8, MESSAGE);
        assertAllocatesNothing(() -> {
            sent.clear();
            for (int i = 0; i < 8; i++) {
                sent.add(memory.clear(), to);
            }
            near.send(sent);
            for (int left = sent.size(); left > 0; left -= received.size()) {
                far.receive(received);
            }
        });
    }

    @Test
    void readsWithATimeoutDoNotAllocate() throws Exception {
        var sent = ByteBuffer.allocateDirect(MESSAGE);
        var room = ByteBuffer.allocateDirect(MESSAGE);
        var limit = java.time.Duration.ofHours(1);
        assertAllocatesNothing(() -> {
            pair.near().out().writeFully(sent.clear());
            pair.near().out().flush();
            room.clear();
            while (room.hasRemaining()) {
                pair.far().in().readAvailable(room, limit);
            }
        });
    }
}
