package dev.sluice.futures;

import static dev.sluice.futures.Net.bytes;
import static dev.sluice.futures.Net.get;
import static dev.sluice.futures.Net.peer;
import static dev.sluice.futures.Net.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.Peer;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is sent while the system takes nothing; checklist items 71, 72 and 74.
@EveryTransport
@Timeout(60)
class FullUdpTest {
    private final FullTransport system;
    private final Net net;
    private final UdpSocket near;
    private final UdpSocket far;
    private final Polling polling = new Polling();

    FullUdpTest(Setup setup) throws Exception {
        system = new FullTransport(setup);
        net = new Net(setup, system.transport());
        near = net.udp();
        far = net.udp();
        near.connect(far.localAddress());
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Nothing is taken, and an attempt has found that.
    private void fill() throws Exception {
        get(near.writable());
        system.fill(near.loop());
        assertThat(near.trySend(bytes("in vain"))).isEqualTo(AsyncIo.PENDING);
    }

    private void drain() {
        near.loop().execute(system::drain);
    }

    private String received() throws Exception {
        return text(get(far.recvDgram(ByteBuffer.allocate(100))).buf());
    }

    /// Item 74.
    @Test
    void whatTheSystemDoesNotTakeIsSentWholeOnceItDoes() throws Exception {
        fill();
        var sent = bytes("all of it");
        assertThat(near.trySendTo(sent, peer(far))).isEqualTo(AsyncIo.PENDING);
        assertThat(near.pollReady(polling.cx, Interest.WRITABLE)).isZero();
        var sender = new Polling("the sender");
        assertThat(near.pollSend(sender.cx, sent)).isEqualTo(AsyncIo.PENDING);
        assertThat(sent.remaining()).isEqualTo(9);
        assertThat(sender.wakes() + polling.wakes()).isZero();
        drain();
        polling.awaitWake();
        sender.awaitWake();
        assertThat(near.pollReady(polling.cx, Interest.WRITABLE)).isEqualTo(Interest.WRITABLE);
        assertThat(near.pollSend(sender.cx, sent)).isEqualTo(9);
        assertThat(sent.hasRemaining()).isFalse();
        assertThat(received()).isEqualTo("all of it");
        assertThat(far.tryRecvFrom(ByteBuffer.allocate(100), new Peer())).isEqualTo(AsyncIo.PENDING);
    }

    /// Item 71.
    @Test
    void sendDgramWaitsUntilItsDatagramIsTaken() throws Exception {
        fill();
        var sending = near.sendDgram(bytes("late")).spawnOn(near.loop());
        boolean early = get(PollFuture.yieldNow().map(done -> sending.isDone()).spawnOn(near.loop()));
        assertThat(early).isFalse();
        drain();
        assertThat(get(sending).buf().hasRemaining()).isFalse();
        assertThat(received()).isEqualTo("late");
    }

    /// Item 71.
    @Test
    void sendDgramCanBeCancelledAnywhere() throws Exception {
        fill();
        var sent = bytes("once");
        Cancelling.untilDone(from(
                3,
                () -> {
                    drain();
                    get(near.writable());
                },
                () -> near.sendDgram(sent)));
        get(near.sendDgram(bytes("next")));
        assertThat(received()).isEqualTo("once");
        assertThat(received()).isEqualTo("next");
    }

    /// Item 72.
    @Test
    void recvDgramCanBeCancelledAnywhere() throws Exception {
        var room = ByteBuffer.allocate(100);
        var got = Cancelling.untilDone(from(
                3,
                () -> {
                    get(near.sendDgram(bytes("once")));
                    get(near.sendDgram(bytes("next")));
                    get(far.readable());
                },
                () -> far.recvDgram(room)));
        assertThat(text(got.buf())).isEqualTo("once");
        assertThat(got.from()).isEqualTo(near.localAddress());
        assertThat(received()).isEqualTo("next");
    }

    private interface Step {
        void run() throws Exception;
    }

    /// An operation that is pending at first; before attempt number `at` what it waits for happens.
    private static <T> Callable<PollFuture<T>> from(int at, Step happens, Callable<PollFuture<T>> operation) {
        var attempts = new int[1];
        return () -> {
            if (attempts[0]++ == at) {
                happens.run();
            }
            assertThat(attempts[0]).as("attempts").isLessThanOrEqualTo(at + 1);
            return operation.call();
        };
    }
}
