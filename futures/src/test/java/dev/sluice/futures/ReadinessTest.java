package dev.sluice.futures;

import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a socket is ready for, and who is told; checklist items 20-24, 83-86, 90 and 91.
@EveryTransport
@Timeout(60)
class ReadinessTest {
    private final Net net;
    private final Net.Pair pair;
    private final Polling polling = new Polling();

    ReadinessTest(Setup setup) throws Exception {
        net = new Net(setup);
        pair = net.pair();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static byte[] fill(TcpStream socket) throws IOException {
        var sent = new ByteArrayOutputStream();
        var piece = ByteBuffer.wrap(Net.noise(64 * 1024));
        int n;
        while ((n = socket.tryWrite(piece.clear())) != AsyncIo.PENDING) {
            sent.write(piece.array(), 0, n);
        }
        return sent.toByteArray();
    }

    /// Items 22 and 24.
    @Test
    void aFreshSilentConnectionIsWritableAndNotReadable() throws Exception {
        assertThat(get(pair.near().ready(Interest.READABLE | Interest.WRITABLE)))
                .isEqualTo(Interest.WRITABLE);
        assertThat(pair.near().pollReadReady(polling.cx)).isFalse();
        assertThat(pair.near().pollReady(polling.cx, Interest.READABLE)).isZero();
        assertThat(pair.far().pollReadReady(polling.cx)).isFalse();
        assertThat(polling.wakes()).isZero();
    }

    /// Item 20.
    @Test
    void aFullConnectionIsWritableAgainWhenThePeerHasRead() throws Exception {
        var sent = fill(pair.near());
        Eventually.until("the system takes no more, nor does a try", () -> {
            try { // it may make room once more, as long as something is on its way
                return !pair.near().pollWriteReady(polling.cx)
                        && pair.near().tryWrite(ByteBuffer.wrap(new byte[1])) == AsyncIo.PENDING;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        var writable = net.start(pair.near().writable());
        assertThat(get(Net.read(pair.far(), sent.length)).length()).isPositive();
        get(writable);
        assertThat(pair.near().tryWrite(ByteBuffer.wrap(new byte[1]))).isOne();
    }

    /// Item 20.
    @Test
    void whatIsTriedArrives() throws Exception {
        var sent = fill(pair.near());
        assertThat(pair.near().pollShutdown(polling.cx)).isTrue();
        assertThat(get(Net.readToEnd(pair.far()))).isEqualTo(sent);
    }

    /// Item 20.
    @Test
    void aFullConnectionTakesMoreLaterForWhoOnlyTries() throws Exception {
        var sent = fill(pair.near());
        var reading = net.start(Net.read(pair.far(), sent.length));
        Eventually.until("more is taken", () -> {
            try {
                return pair.near().tryWrite(ByteBuffer.wrap(new byte[1])) == 1;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(get(reading).length()).isPositive();
    }

    /// Items 21 and 85.
    @Test
    void aTryStoresNoWakerAndFindsWhatComesLater() throws Exception {
        var room = ByteBuffer.allocate(10);
        assertThat(pair.near().tryRead(room)).isEqualTo(AsyncIo.PENDING);
        assertThat(pair.near().socket().input().isAwaited()).isFalse();
        get(Net.write(pair.far(), "later"));
        Eventually.until("the bytes are found by trying alone", () -> {
            try {
                return room.position() == 5 || pair.near().tryRead(room) > 0;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(pair.near().tryRead(room)).isEqualTo(AsyncIo.PENDING);
    }

    /// Item 85. The loop, which would tell, is held up meanwhile.
    @Test
    void aTryIsNotPassedToTheSystemBeforeItHasSaidThatTheSocketIsReady() throws Exception {
        try (var outside = net.outside()) {
            var room = ByteBuffer.allocate(10);
            assertThat(outside.near().tryRead(room)).isEqualTo(AsyncIo.PENDING);
            var held = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            outside.near().loop().execute(() -> {
                held.countDown();
                try {
                    Eventually.happens(goOn);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Eventually.happens(held);
            outside.send("x"); // over loopback it is there when this returns
            try {
                for (int i = 0; i < 100; i++) {
                    assertThat(outside.near().tryRead(room)).isEqualTo(AsyncIo.PENDING);
                }
            } finally {
                goOn.countDown();
            }
            get(outside.near().readable());
            assertThat(outside.near().tryRead(room)).isOne();
        }
    }

    /// Item 22.
    @Test
    void readableStaysUntilAReadFindsNothing() throws Exception {
        assertThat(pair.near().pollReadReady(polling.cx)).isFalse();
        get(Net.write(pair.far(), "ab"));
        polling.awaitWake();
        for (int i = 0; i < 3; i++) {
            assertThat(pair.near().pollReadReady(polling.cx)).isTrue();
        }
        assertThat(pair.near().tryRead(ByteBuffer.allocate(1))).isOne();
        assertThat(pair.near().pollReadReady(polling.cx)).isTrue();
        assertThat(pair.near().tryRead(ByteBuffer.allocate(1))).isOne();
        Eventually.until(
                "a read finds nothing",
                () -> { // a selector may tell once more what it had found before
                    try {
                        assertThat(pair.near().tryRead(ByteBuffer.allocate(1))).isEqualTo(AsyncIo.PENDING);
                        return !pair.near().pollReadReady(polling.cx);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /// Item 23. Neither is ready before.
    @Test
    void aPeerThatHasGoneMakesBothReady() throws Exception {
        var readable = net.start(pair.near().readable());
        var writable = new AtomicReference<>(net.start(pair.near().writable()));
        Eventually.until("both wait", () -> {
            if (writable.get().isDone()) { // there was room, or there is once more
                try {
                    assertThat(fill(pair.near())).isNotNull();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                writable.set(net.start(pair.near().writable()));
            }
            return pair.near().socket().input().isAwaited()
                    && pair.near().socket().output().isAwaited();
        });
        pair.far().close();
        get(readable);
        get(writable.get());
        assertThat(get(pair.near().ready(Interest.READABLE)) & Interest.READABLE)
                .isEqualTo(Interest.READABLE);
    }

    /// Item 24.
    @Test
    void aPeersHalfCloseIsReadClosedAlone() throws Exception {
        assertThat(pair.far().pollShutdown(polling.cx)).isTrue();
        get(pair.near().readable());
        if (!net.setup.isLinux()) { // only a read meets the end there
            assertThat(pair.near().tryRead(ByteBuffer.allocate(1))).isEqualTo(AsyncIo.EOF);
        }
        assertThat(get(pair.near().ready(Interest.READABLE))).isEqualTo(Interest.READABLE | Interest.READ_CLOSED);
        assertThat(get(pair.near().ready(Interest.WRITABLE))).isEqualTo(Interest.WRITABLE);
        get(Net.write(pair.near(), "still"));
        assertThat(get(Net.read(pair.far(), 5))).isEqualTo("still");
    }

    /// Item 24.
    @Test
    void theOwnShutdownIsWriteClosedAlone() throws Exception {
        assertThat(pair.near().pollShutdown(polling.cx)).isTrue();
        assertThat(get(pair.near().ready(Interest.WRITABLE))).isEqualTo(Interest.WRITABLE | Interest.WRITE_CLOSED);
        assertThat(pair.near().pollReady(polling.cx, Interest.READABLE)).isZero();
    }

    /// Item 83.
    @Test
    void aSecondTaskThatWaitsForTheSameIsRefusedAndTheFirstIsWoken() throws Exception {
        var first = new Polling("the first task");
        var second = new Polling("the second task");
        var room = ByteBuffer.allocate(10);
        assertThat(pair.near().pollRead(first.cx, room)).isEqualTo(AsyncIo.PENDING);
        assertThatIllegalStateException()
                .isThrownBy(() -> pair.near().pollRead(second.cx, room))
                .withMessageContainingAll("the first task", "the second task");
        get(Net.write(pair.far(), "x"));
        first.awaitWake();
        assertThat(second.wakes()).isZero();
        assertThat(pair.near().pollRead(first.cx, room)).isOne();
    }

    /// Item 83.
    @Test
    void aTaskThatIsNotInterestedAnyMoreLeavesItsPlace() throws Exception {
        var reading = net.start(Net.read(pair.near(), 1));
        Eventually.until("it waits", () -> pair.near().socket().input().isAwaited());
        reading.cancel();
        Eventually.until("it does not", () -> !pair.near().socket().input().isAwaited());
        var next = net.start(Net.read(pair.near(), 1));
        get(Net.write(pair.far(), "x"));
        assertThat(get(next)).isEqualTo("x");
    }

    /// Item 84.
    @Test
    void anyNumberMayWaitForReadinessBesideTheReader() throws Exception {
        var room = ByteBuffer.allocate(1);
        assertThat(pair.near().pollRead(polling.cx, room)).isEqualTo(AsyncIo.PENDING);
        var watching = IntStream.range(0, 20)
                .mapToObj(i -> net.start(pair.near().readable()))
                .toList();
        var manual = IntStream.range(0, 20).mapToObj(i -> new Polling()).toList();
        for (var one : manual) {
            assertThat(pair.near().pollReadReady(one.cx)).isFalse();
        }
        get(Net.write(pair.far(), "x"));
        for (var one : watching) {
            get(one);
        }
        for (var one : manual) {
            one.awaitWake();
        }
        polling.awaitWake();
        assertThat(pair.near().pollRead(polling.cx, room)).isOne();
    }

    /// Item 86.
    @Test
    void takingOneDirectionBackLeavesTheOther() throws Exception {
        get(pair.near().writable());
        assertThat(pair.near().tryRead(ByteBuffer.allocate(1))).isEqualTo(AsyncIo.PENDING);
        assertThat(pair.near().pollReadReady(polling.cx)).isFalse();
        assertThat(pair.near().pollWriteReady(polling.cx)).isTrue();
        var sent = fill(pair.near());
        get(Net.write(pair.far(), "x"));
        get(pair.near().readable());
        assertThat(pair.near().pollReady(polling.cx, Interest.READABLE | Interest.WRITABLE) & Interest.READABLE)
                .isEqualTo(Interest.READABLE);
        assertThat(sent).isNotEmpty();
    }

    /// Item 90.
    @Test
    void aWakerMayCloseTheSocketInsideItsWake() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        var reader = Context.of(() -> {
            pair.near().close();
            closed.complete(pair.near().isOpen());
        });
        assertThat(pair.near().pollRead(reader, ByteBuffer.allocate(1))).isEqualTo(AsyncIo.PENDING);
        var watching = net.start(pair.near().readable());
        Eventually.until("it waits", () -> pair.near().socket().input().isAwaited());
        get(Net.write(pair.far(), "x"));
        assertThat(Eventually.get(closed)).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> {
            get(watching); // it may have been told of the byte before the close
            get(pair.near().readable());
        });
    }

    /// Item 90.
    @Test
    void aWakerMayCloseTheListenerInsideItsWake() throws Exception {
        var listener = net.listen();
        var closed = new CompletableFuture<Boolean>();
        var accepting = Context.of(() -> {
            listener.close();
            closed.complete(listener.isOpen());
        });
        assertThat(listener.pollAccept(accepting).isReady()).isFalse();
        var peer = net.start(net.tcp().connect(listener.localAddress()));
        assertThat(Eventually.get(closed)).isFalse();
        peer.cancel(); // the close has reset it, perhaps before it knew that it was connected
    }

    /// Item 91.
    @Test
    void anOutOfBandByteIsNoInput() throws Exception {
        try (var outside = net.outside()) {
            outside.peer().sendUrgentData('!');
            outside.send("x");
            get(outside.near().readable());
            var room = ByteBuffer.allocate(10);
            assertThat(outside.near().tryRead(room)).isOne();
            assertThat(Net.text(room)).isEqualTo("x");
        }
    }

    @Test
    void anInterestInNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> pair.near().pollReady(polling.cx, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> pair.near().pollReady(polling.cx, Interest.READ_CLOSED));
    }
}
