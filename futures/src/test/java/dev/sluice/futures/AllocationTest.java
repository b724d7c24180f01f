package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A socket that is in use allocates nothing for a poll that moves bytes, nor for one that waits. Counted on the
/// thread that polls, on `linux`; the JDK's own channels allocate.
@EveryTransport
@Timeout(120)
class AllocationTest {
    private static final int ROUNDS = 5_000;

    /// How often that many rounds are tried until the compiler has removed what it can: the JDK's own downcall
    /// describes memory with an object that exists only until then.
    private static final int WARM_UPS = 100;

    private static final int MESSAGE = 64;

    /// Less than this in all operations of a round means: nothing per operation.
    private static final double BYTES_PER_ROUND = 0.5;

    private final Net net;
    private final Context cx = Context.of(new Polling());

    AllocationTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private interface Operation {
        long poll(Context cx) throws IOException;
    }

    /// A task that goes on until its operation has moved something.
    private record Repeated(Operation operation) implements PollFuture<Void> {
        @Override
        public Poll<Void> poll(Context cx) throws IOException {
            return operation.poll(cx) == AsyncIo.PENDING ? Poll.pending() : Poll.done();
        }
    }

    private void assertAllocatesNothing(Operation... operations) throws IOException {
        assumeTrue(net.setup.isLinux());
        var round = Stream.of(operations).map(Repeated::new).toArray(Repeated[]::new);
        double bytes = Double.MAX_VALUE;
        for (int i = 0; i < WARM_UPS && bytes >= BYTES_PER_ROUND; i++) {
            bytes = bytesPerRound(round);
        }
        assertThat(bytes).as("bytes per round").isLessThan(BYTES_PER_ROUND);
    }

    private double bytesPerRound(Repeated[] round) throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            for (var one : round) {
                while (!cx.poll(one).isReady()) {
                    Thread.onSpinWait();
                }
            }
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }

    @Test
    void directBuffersAreReadAndWritten() throws Exception {
        var pair = net.pair();
        var sent = ByteBuffer.allocateDirect(MESSAGE);
        var room = ByteBuffer.allocateDirect(MESSAGE);
        assertAllocatesNothing(
                cx -> pair.near().pollWrite(cx, sent.clear()), cx -> pair.far().pollRead(cx, room.clear()));
    }

    @Test
    void heapBuffersAreReadAndWritten() throws Exception {
        var pair = net.pair();
        var sent = ByteBuffer.allocate(MESSAGE);
        var room = ByteBuffer.allocate(MESSAGE);
        assertAllocatesNothing(
                cx -> pair.near().pollWrite(cx, sent.clear()), cx -> pair.far().pollRead(cx, room.clear()));
    }

    @Test
    void halvesReadAndWrite() throws Exception {
        var pair = net.pair();
        var writer = pair.near().split().writer();
        var reader = pair.far().split().reader();
        var sent = ByteBuffer.allocateDirect(MESSAGE);
        var room = ByteBuffer.allocateDirect(MESSAGE);
        assertAllocatesNothing(cx -> writer.pollWrite(cx, sent.clear()), cx -> reader.pollRead(cx, room.clear()));
    }

    @Test
    void aPollThatWaits() throws Exception {
        var pair = net.pair();
        var room = ByteBuffer.allocateDirect(MESSAGE);
        assertAllocatesNothing(cx -> {
            if (pair.near().pollRead(cx, room) != AsyncIo.PENDING) {
                throw new AssertionError("nothing was sent");
            }
            return 0;
        });
    }

    @Test
    void datagramsToAndFromAnyone() throws Exception {
        var near = net.udp();
        var far = net.udp();
        var to = Net.peer(far);
        var from = new Peer();
        var sent = ByteBuffer.allocateDirect(MESSAGE);
        var room = ByteBuffer.allocateDirect(MESSAGE);
        assertAllocatesNothing(
                cx -> near.pollSendTo(cx, sent.clear(), to), cx -> far.pollRecvFrom(cx, room.clear(), from));
        assertThat(from).isEqualTo(Net.peer(near));
    }

    @Test
    void datagramsOfConnectedSockets() throws Exception {
        var near = net.udp();
        var far = net.udp();
        near.connect(far.localAddress());
        var sent = ByteBuffer.allocateDirect(MESSAGE);
        var room = ByteBuffer.allocateDirect(MESSAGE);
        assertAllocatesNothing(cx -> near.pollSend(cx, sent.clear()), cx -> far.pollRecv(cx, room.clear()));
    }
}
