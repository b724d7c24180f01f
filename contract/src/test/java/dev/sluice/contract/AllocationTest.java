package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.management.ThreadMXBean;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Readiness;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Moving bytes and waiting for them allocates nothing: on `linux` nothing at all, neither in the thread that
/// moves them nor on the loop; on `nio` nothing of ours, while the JDK's selector makes some objects a turn.
///
/// On dedicated loops, as the JDK does not count what a virtual thread allocates.
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.contract.Setup#dedicated")
class AllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 200_000;
    private static final int MEASURED_OF_NIO = 20_000;

    private static final int TRIES = 5;

    /// Per operation; what the compiler itself and the first use of something leave behind.
    private static final double TINY = 0.5;

    /// Per operation: the JDK's own, such as the selected keys' iterator. No byte of it is for the bytes moved.
    private static final double OF_THE_JDK = 300;

    private static final Waiter NOBODY = () -> {};

    private final Net net;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    AllocationTest(Setup setup) {
        net = new Net(setup, setup.builder().loops(1));
    }

    @AfterEach
    void close() {
        net.close();
    }

    private interface Operation {
        void run() throws IOException;
    }

    private void assertAllocatesNothing(String what, Operation operation) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            operation.run();
        }
        double allowed = net.setup.transport().name().equals("linux") ? TINY : OF_THE_JDK;
        double last = Double.MAX_VALUE;
        for (int i = 0; i < TRIES && last > allowed; i++) { // what is still being compiled allocates
            last = measured(operation);
        }
        assertThat(last).as("bytes that " + what + " allocates").isLessThanOrEqualTo(allowed);
    }

    private double measured(Operation operation) {
        int times = net.setup.transport().name().equals("linux") ? MEASURED : MEASURED_OF_NIO;
        long loopBefore = allocatedByLoop();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            for (int i = 0; i < times; i++) {
                operation.run();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        long here = threads.getCurrentThreadAllocatedBytes() - before;
        return (double) (here + allocatedByLoop() - loopBefore) / times;
    }

    private long allocatedByLoop() {
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals(net.reactor + "-loop-1")) {
                return threads.getThreadAllocatedBytes(thread.threadId());
            }
        }
        throw new AssertionError("no thread of the loop");
    }

    private static void readAll(StreamSocket socket, ByteBuffer dst) throws IOException {
        while (dst.hasRemaining()) {
            if (socket.read(dst) == WOULD_BLOCK) {
                Thread.yield(); // there may be one processor
            }
        }
    }

    @Test
    void readAndWriteOfADirectBuffer() throws Exception {
        var pair = net.pair();
        var src = ByteBuffer.allocateDirect(64);
        var dst = ByteBuffer.allocateDirect(64);
        assertAllocatesNothing("a direct read and write", () -> {
            pair.near().write(src.clear());
            readAll(pair.far(), dst.clear());
        });
    }

    @Test
    void readAndWriteOfAHeapBuffer() throws Exception {
        var pair = net.pair();
        var src = ByteBuffer.allocate(64);
        var dst = ByteBuffer.allocate(64);
        assertAllocatesNothing("a heap read and write", () -> {
            pair.near().write(src.clear());
            readAll(pair.far(), dst.clear());
        });
    }

    @Test
    void aDatagramOfADirectBuffer() throws Exception {
        assertDatagramAllocatesNothing(ByteBuffer.allocateDirect(200), ByteBuffer.allocateDirect(64 * 1024));
    }

    @Test
    void aDatagramOfAHeapBuffer() throws Exception {
        assertDatagramAllocatesNothing(ByteBuffer.allocate(200), ByteBuffer.allocate(64 * 1024));
    }

    private void assertDatagramAllocatesNothing(ByteBuffer src, ByteBuffer dst) throws IOException {
        var near = net.datagram();
        var far = net.datagram();
        var to = Net.peer(far);
        var from = new Peer();
        assertAllocatesNothing("a datagram", () -> {
            near.send(src.clear(), to);
            while (far.receive(dst.clear(), from) == WOULD_BLOCK) {
                waitFor(far);
            }
            to.set(from);
            far.send(src.clear(), to);
            while (near.receive(dst.clear(), to) == WOULD_BLOCK) {
                waitFor(near);
            }
        });
    }

    /// The senders change, so that no address can be kept.
    @Test
    void datagramsOfManySenders() throws Exception {
        assumeFalse(net.setup.transport().name().equals("nio"), "the JDK makes an object for each new sender");
        var senders = new DatagramSocket[] {net.datagram(), net.datagram(), net.datagram()};
        var far = net.datagram();
        var to = Net.peer(far);
        var from = new Peer();
        var buffer = ByteBuffer.allocateDirect(200);
        assertAllocatesNothing("datagrams of three senders", () -> {
            for (var sender : senders) {
                sender.send(buffer.clear(), to);
            }
            for (int i = 0; i < senders.length; i++) {
                while (far.receive(buffer.clear(), from) == WOULD_BLOCK) {
                    waitFor(far);
                }
            }
        });
    }

    @Test
    void aBatch() throws Exception {
        var near = net.datagram();
        var far = net.datagram();
        var to = Net.peer(far);
        var out = new Datagrams(1);
        var in = new Datagrams(8);
        var src = ByteBuffer.allocateDirect(200);
        assertAllocatesNothing("a batch", () -> {
            out.clear();
            for (int i = 0; i < 20; i++) {
                out.add(src.limit(i < 10 ? 200 : 190 + i % 2).position(0), to);
            }
            while (out.remaining() > 0) {
                near.send(out);
            }
            int got = 0;
            while (got < 20) {
                int n = far.receive(in);
                for (int i = 0; i < n; i++) {
                    src.clear().put(in.bytes(i));
                }
                got += Math.max(0, n);
                if (n == WOULD_BLOCK) {
                    waitFor(far);
                }
            }
            near.sendSegments(src.clear(), 100, to);
            for (int i = 0; i < 2; i++) {
                while (far.receive(src.clear()) == WOULD_BLOCK) {
                    waitFor(far);
                }
            }
        });
    }

    /// `java.nio` tells nothing unasked.
    private static void waitFor(DatagramSocket socket) {
        if (socket.input().await(NOBODY)) {
            while (!socket.input().isReady()) {
                Thread.yield(); // there may be one processor
            }
            socket.input().forget(NOBODY);
        }
    }

    @Test
    void waitingAndForgetting() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
        Readiness input = pair.near().input();
        Waiter waiter = () -> {};
        assertAllocatesNothing("a wait", () -> {
            assertWaits(input, waiter);
            input.forget(waiter);
        });
    }

    private static void assertWaits(Readiness input, Waiter waiter) {
        if (!input.await(waiter)) {
            throw new AssertionError("nothing was there");
        }
    }

    @Test
    void beingWoken() throws Exception {
        var pair = net.pair();
        var src = ByteBuffer.allocateDirect(1);
        var dst = ByteBuffer.allocateDirect(1);
        var flag = new Flag();
        assertAllocatesNothing("a wake-up", () -> {
            flag.up = false;
            boolean stored = pair.far().read(dst.clear()) == WOULD_BLOCK
                    && pair.far().input().await(flag);
            pair.near().write(src.clear());
            while (stored && !flag.up) {
                Thread.yield(); // there may be one processor
            }
            while (dst.hasRemaining()) {
                pair.far().read(dst);
            }
        });
    }

    private static final class Flag implements Waiter {
        private volatile boolean up;

        @Override
        public void wake() {
            up = true;
        }
    }
}
