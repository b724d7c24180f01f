package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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
                Thread.onSpinWait();
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
                Thread.onSpinWait();
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
