package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.testing.BlackHole;
import dev.sluice.testing.Eventually;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Limits in time: of a call, of a socket, and of all that is called below.
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.sockets.Setup#onBothKindsOfThreads")
class DeadlineTest {
    private static final Duration SHORT = Duration.ofMillis(15);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Net net;
    private final Setup setup;

    DeadlineTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private void timesOut(Setup.Action operation) throws Exception {
        assertThat(setup.run(operation).failure())
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("timed out");
    }

    /// Of what has come: a busy system may tell of it when the limit is over, and then the next try finds it.
    private static <T extends @Nullable Object> T patiently(Callable<T> read) throws Exception {
        long end = System.nanoTime() + Eventually.PATIENCE.toNanos();
        while (true) {
            try {
                return read.call();
            } catch (SocketTimeoutException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }

    @Test
    void aReadHasItsOwnLimit() throws Exception {
        try (var outside = net.outside()) {
            var in = outside.near().in();
            timesOut(() -> in.readAvailable(ByteBuffer.allocate(1), SHORT));
            timesOut(() -> in.readAvailable(ByteBuffer.allocate(1), Duration.ZERO));
            outside.send("x");
            assertThat(in.readAvailable(ByteBuffer.allocate(2), LONG)).isEqualTo(1);
            outside.send("y");
            assertThat(in.readAvailable(ByteBuffer.allocate(2), FOR_EVER)).isEqualTo(1);
            outside.peer().close();
            assertThat(in.readAvailable(ByteBuffer.allocate(2), LONG)).isEqualTo(-1);
        }
    }

    @Test
    void anAcceptHasItsOwnLimit() throws Exception {
        try (var server = net.listen()) {
            timesOut(() -> server.accept(SHORT));
            timesOut(() -> server.accept(Duration.ZERO));
            try (var socket = net.connect(server);
                    var accepted = server.accept(LONG)) {
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
            }
        }
    }

    @Test
    void aReadTimeoutLeavesTheChannelUsableAndLosesNoByte() throws Exception {
        try (var outside = net.outside(o -> o.readTimeout(SHORT))) {
            var in = outside.near().in();
            timesOut(in::readLine);
            outside.send("first half, ");
            timesOut(in::readLine);
            timesOut(() -> in.readByteArray(100));
            timesOut(() -> in.awaitContent(13));
            timesOut(() -> in.readRemaining(100));
            outside.send("second half\n");
            assertThat(patiently(() -> in.readLine())).isEqualTo("first half, second half");
            outside.send(new byte[] {0, 0, 1});
            timesOut(in::readInt);
            outside.send(new byte[] {2});
            assertThat(patiently(() -> in.readInt())).isEqualTo(258);
        }
    }

    @Test
    void aReadThatFillsMemoryTellsHowFarItCame() throws Exception {
        try (var outside = net.outside(o -> o.readTimeout(SHORT))) {
            var in = outside.near().in();
            outside.send("12345");
            assertThat(patiently(() -> in.awaitContent(5))).isTrue();
            var room = ByteBuffer.allocate(10);
            var e = (SocketTimeoutException) setup.run(() -> in.readFully(room)).failure();
            assertThat(e.bytesTransferred).isEqualTo(5);
            assertThat(e).hasMessageContaining("read");
            assertThat(room.position()).isEqualTo(5);
            outside.send("67890");
            patiently(() -> {
                in.readFully(room);
                return room;
            });
            assertThat(room.array()).asString().isEqualTo("1234567890");
            outside.send("abc");
            assertThat(patiently(() -> in.awaitContent(3))).isTrue();
            var discarded =
                    (SocketTimeoutException) setup.async(() -> in.discard(10)).failure();
            assertThat(discarded.bytesTransferred).isEqualTo(3);
        }
    }

    @Test
    void acceptedConnectionsHaveTheirReadTimeout() throws Exception {
        try (var server = net.tcp().bind("127.0.0.1", 0, o -> o.accepted(a -> a.readTimeout(SHORT)));
                var socket = net.connect(server);
                var accepted = server.accept()) {
            timesOut(accepted.openReadChannel()::readByte);
            assertThat(socket.isClosed()).isFalse();
        }
    }

    // 19
    @Test
    void aSocketTimeoutClosesTheSocket() throws Exception {
        try (var outside = net.outside(o -> o.socketTimeout(SHORT))) {
            timesOut(outside.near().in()::readByte);
            assertThat(outside.near().socket().isClosed()).isTrue();
            assertThat(outside.peer().getInputStream().read()).isEqualTo(-1);
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> outside.near().in().readByte())
                    .withCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    // 19
    @Test
    void aSocketTimeoutClosesTheSocketOfAWriterToo() throws Exception {
        try (var outside = net.outside(o -> o.socketTimeout(SHORT))) {
            timesOut(() -> outside.near().out().writeFully(new byte[32 << 20]));
            assertThat(outside.near().socket().isClosed()).isTrue();
        }
    }

    // 19
    @Test
    void eachByteRestartsTheClockOfASocketTimeout() throws Exception {
        var limit = Duration.ofSeconds(1);
        while (!isKeptByBytesThatComeInTime(limit)) {
            limit = limit.multipliedBy(2); // a slow machine may have let the first pass without a byte
            assertThat(limit).isLessThan(Eventually.PATIENCE);
        }
    }

    /// Sends bytes for longer than a limit, with less than the limit between two of them.
    private boolean isKeptByBytesThatComeInTime(Duration limit) throws Exception {
        var pause = limit.dividedBy(4);
        try (var outside = net.outside(o -> o.socketTimeout(limit))) {
            var reader = setup.async(() -> outside.near().in().readByteArray(6));
            long start = System.nanoTime();
            for (int i = 0; i < 6; i++) {
                LockSupport.parkNanos(pause.toNanos()); // the passing of time is what this is about
                outside.send("x");
            }
            assertThat(reader.get()).hasSize(6);
            assertThat(System.nanoTime() - start).isGreaterThan(limit.toNanos());
            return true;
        } catch (SocketTimeoutException | SocketException _) {
            return false; // what the reader was told, or the sender after it
        }
    }

    // 19
    @Test
    void aShorterReadTimeoutComesBeforeTheSocketTimeout() throws Exception {
        try (var outside = net.outside(o -> o.socketTimeout(LONG).readTimeout(SHORT))) {
            timesOut(outside.near().in()::readByte);
            assertThat(outside.near().socket().isClosed()).isFalse();
        }
    }

    @Test
    void aDeadlineHoldsForAllThatIsCalledBelow() throws Exception {
        try (var outside = net.outside();
                var server = net.listen();
                var hole = new BlackHole()) {
            for (Setup.Action operation : List.<Setup.Action>of(
                    outside.near().in()::readByte,
                    outside.near().in()::readLine,
                    () -> outside.near().out().writeFully(new byte[32 << 20]),
                    () -> outside.near().in().copyTo(outside.near().out()),
                    server::accept,
                    () -> net.tcp().connect(hole.address()),
                    outside.near().socket()::awaitPeerClosed)) {
                timesOut(() -> within(SHORT, operation));
            }
            assertThat(outside.near().socket().isClosed()).isFalse();
            assertThat(server.isClosed()).isFalse();
        }
    }

    private static void within(Duration limit, Setup.Action operation) throws Exception {
        Deadline.within(limit, () -> {
            operation.run();
            return null;
        });
    }

    @Test
    void aWaitWhoseTimeIsUpLeavesNothingBehind() throws Exception {
        try (var outside = net.outside()) {
            var stream = outside.near().socket().stream();
            timesOut(() -> outside.near().in().readAvailable(ByteBuffer.allocate(1), SHORT));
            assertThat(stream.input().isAwaited()).isFalse();
            timesOut(() -> within(SHORT, outside.near().socket()::awaitPeerClosed));
            assertThat(stream.peerClosed().isAwaited()).isFalse();
            timesOut(() -> within(SHORT, () -> outside.near().out().writeFully(new byte[32 << 20])));
            assertThat(stream.output().isAwaited()).isFalse();
        }
    }

    @Test
    void ofSeveralLimitsTheEarliestCounts() throws Exception {
        try (var outside = net.outside(o -> o.readTimeout(LONG));
                var hasty = net.outside(o -> o.readTimeout(SHORT))) {
            timesOut(() -> within(SHORT, () -> within(LONG, outside.near().in()::readByte)));
            timesOut(() -> within(LONG, () -> within(SHORT, outside.near().in()::readByte)));
            timesOut(() -> within(SHORT, () -> outside.near().in().readAvailable(ByteBuffer.allocate(1), LONG)));
            timesOut(() -> within(LONG, hasty.near().in()::readByte));
            timesOut(() -> within(FOR_EVER, () -> within(SHORT, outside.near().in()::readByte)));
        }
    }

    @Test
    void aDeadlineThatIsOverStillGivesWhatIsThere() throws Exception {
        try (var outside = net.outside()) {
            outside.send("ab");
            assertThat(outside.near().in().awaitContent(2)).isTrue();
            assertThat(Deadline.within(Duration.ZERO, () -> outside.near().in().readByte()))
                    .isEqualTo((byte) 'a');
            within(Duration.ZERO, () -> outside.near().out().writeString("sent"));
            within(Duration.ZERO, outside.near().out()::flush);
            assertThat(outside.receive(4)).isEqualTo("sent");
        }
    }

    @Test
    void aDeadlineEndsWithItsBody() throws Exception {
        try (var outside = net.outside()) {
            timesOut(() -> within(SHORT, outside.near().in()::readByte));
            var reader = setup.async(() -> outside.near().in().readByte()).awaitBlocked();
            outside.send("x");
            assertThat(reader.get()).isEqualTo((byte) 'x');
            assertThat(Deadline.<String, RuntimeException>within(LONG, () -> "value"))
                    .isEqualTo("value");
        }
    }

    @Test
    void aNegativeLimitIsRefused() throws Exception {
        var negative = Duration.ofNanos(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> Deadline.within(negative, () -> null));
        try (var outside = net.outside();
                var server = net.listen();
                var datagrams = net.datagrams()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> outside.near().in().readAvailable(ByteBuffer.allocate(1), negative));
            assertThatIllegalArgumentException().isThrownBy(() -> server.accept(negative));
            assertThatIllegalArgumentException().isThrownBy(() -> datagrams.receive(negative));
        }
    }

    // 21
    @Test
    void aConnectUnderATimeLimitIsReallyAbandoned() throws Exception {
        try (var hole = new BlackHole()) {
            var before = Net.openSockets();
            for (int i = 0; i < 5; i++) {
                timesOut(() -> net.tcp().connect(hole.address(), o -> o.connectTimeout(SHORT)));
                timesOut(() -> within(SHORT, () -> net.tcp().connect(hole.address())));
            }
            Eventually.until(
                    "the descriptors are given back",
                    () -> net.selector.reactor().openSockets() == 0 && before.containsAll(Net.openSockets()));
        }
    }

    // 21
    @Test
    void aConnectThatTimesOutTellsWhatWasTried() throws Exception {
        try (var hole = new BlackHole()) {
            var told = setup.async(() -> net.tcp().connect(hole.address(), o -> o.connectTimeout(SHORT)))
                    .failure();
            assertThat(told)
                    .hasMessageContainingAll(
                            "[X-301] connect to 127.0.0.1:" + hole.address().getPort(), "15 ms", "no answer");
            var toldUnderADeadline = setup.run(() ->
                            within(SHORT, () -> net.tcp().connect(hole.address(), o -> o.connectTimeout(LONG))))
                    .failure();
            assertThat(toldUnderADeadline)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContainingAll(
                            "[X-301] connect to 127.0.0.1:" + hole.address().getPort(), "no answer");
        }
    }

    @Test
    void limitsThatNobodyLivesToSeeAreNone() throws Exception {
        try (var server = net.listen();
                var socket = net.tcp()
                        .connect(
                                "127.0.0.1",
                                server.port(),
                                o -> o.connectTimeout(FOR_EVER)
                                        .readTimeout(FOR_EVER)
                                        .writeTimeout(FOR_EVER)
                                        .socketTimeout(FOR_EVER)
                                        .closeTimeout(FOR_EVER));
                var accepted = server.accept(FOR_EVER)) {
            var reader = setup.async(() -> socket.openReadChannel().readByte()).awaitBlocked();
            accepted.openWriteChannel(true).writeByte(7);
            assertThat(reader.get()).isEqualTo((byte) 7);
        }
    }
}
