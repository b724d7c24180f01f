package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How a stream ends: half-closes, resets, and who is told.
@EveryTransport
class EndTest {
    private final Net net;

    EndTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocateDirect(4096);
    }

    @Test
    void readEndsWhenPeerHalfCloses() throws Exception {
        var pair = net.pair();
        pair.far().shutdownOutput();
        for (int i = 0; i < 3; i++) {
            assertThat(Blocking.read(pair.near(), room())).isEqualTo(END);
        }
        Blocking.write(pair.near(), "still open".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.far(), 10)).asString().isEqualTo("still open");
    }

    @Test
    void bytesComeBeforeTheEnd() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(100_000);
        var sending = Eventually.async(() -> {
            Blocking.write(pair.far(), sent);
            pair.far().close();
            return null;
        });
        assertThat(Blocking.readToEnd(pair.near())).isEqualTo(sent);
        Eventually.get(sending);
    }

    /// F4: the peer has ended its side while we still send a lot.
    @Test
    void allBytesArriveAfterThePeerHasHalfClosed() throws Exception {
        var outside = net.outside();
        outside.peer().shutdownOutput();
        assertThat(Blocking.read(outside.near(), room())).isEqualTo(END);
        var sent = Net.noise(1 << 20);
        var received = Eventually.async(() -> outside.peer().getInputStream().readAllBytes());
        Blocking.write(outside.near(), sent);
        outside.near().close();
        assertThat(Eventually.get(received)).isEqualTo(sent);
    }

    @Test
    void waitingReaderIsToldOfTheEnd() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().read(room())).isEqualTo(WOULD_BLOCK);
        var end = Eventually.async(() -> Blocking.read(pair.near(), room()));
        pair.far().shutdownOutput();
        assertThat(Eventually.get(end)).isEqualTo(END);
    }

    @Test
    void shutdownOfOutputAgainDoesNothing() throws Exception {
        var pair = net.pair();
        pair.near().shutdownOutput();
        pair.near().shutdownOutput();
        assertThat(Blocking.read(pair.far(), room())).isEqualTo(END);
        pair.near().shutdownOutput();
    }

    @Test
    void writeAfterShutdownOfOutputFails() throws Exception {
        var pair = net.pair();
        pair.near().shutdownOutput();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> pair.near().write(ByteBuffer.allocate(1)))
                .withMessageStartingWith("write on 127.0.0.1:")
                .withMessageContaining("shut down");
        Blocking.write(pair.far(), "x".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.near(), 1)).asString().isEqualTo("x");
    }

    @Test
    void readAfterShutdownOfInputEndsWhateverHasCome() throws Exception {
        var pair = net.pair();
        Blocking.write(pair.far(), new byte[10]);
        assertThat(Blocking.read(pair.near(), ByteBuffer.allocate(1))).isEqualTo(1);
        pair.near().shutdownInput();
        assertThat(pair.near().read(room())).isEqualTo(END);
        pair.near().shutdownInput();
        assertThat(pair.near().read(new ByteBuffer[] {room(), room()}, 0, 2)).isEqualTo(END);
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        Blocking.write(pair.near(), "x".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.far(), 1)).asString().isEqualTo("x");
    }

    @Test
    void waitingReaderIsWokenByShutdownOfInput() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().read(room())).isEqualTo(WOULD_BLOCK);
        var parked = new Parked();
        assertThat(pair.near().input().await(parked)).isTrue();
        pair.near().shutdownInput();
        parked.park();
        assertThat(pair.near().read(room())).isEqualTo(END);
    }

    private static void reset(Net.Outside outside) throws IOException {
        outside.peer().setSoLinger(true, 0);
        outside.peer().close();
    }

    /// F1.
    @Test
    void readFailsWhenPeerResets() throws Exception {
        var outside = net.outside();
        var remote = outside.near().remoteAddress();
        var local = outside.near().localAddress();
        assertThat(outside.near().read(room())).isEqualTo(WOULD_BLOCK);
        var read = Eventually.async(() -> Blocking.read(outside.near(), room()));
        reset(outside);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> Eventually.get(read))
                .havingCause()
                .isInstanceOf(SocketException.class)
                .withMessageContainingAll("read", text(remote), text(local), "reset");
    }

    @Test
    void aResetIsNeverFollowedByACleanEnd() throws Exception {
        var outside = net.outside();
        reset(outside);
        for (int i = 0; i < 3; i++) {
            assertThatIOException()
                    .isThrownBy(() -> Blocking.read(outside.near(), room()))
                    .withMessageContaining("reset");
        }
    }

    @Test
    void theReaderIsToldOfTheResetThatTheWriterMet() throws Exception {
        var outside = net.outside();
        Blocking.fill(outside.near());
        reset(outside);
        assertThatIOException()
                .isThrownBy(() -> Blocking.write(outside.near(), new byte[64 << 20]))
                .withMessageContainingAll("write on", text(outside.near().remoteAddress()));
        assertThatIOException()
                .isThrownBy(() -> Blocking.read(outside.near(), room()))
                .withMessageContaining("reset");
    }

    /// F2.
    @Test
    void writeFailsOnceThePeerHasReset() throws Exception {
        var outside = net.outside();
        var writing = Eventually.async(() -> {
            Blocking.write(outside.near(), new byte[64 << 20]);
            return null;
        });
        assertThat(outside.peer().getInputStream().readNBytes(64 << 10)).hasSize(64 << 10);
        reset(outside);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> Eventually.get(writing))
                .havingCause()
                .isInstanceOf(SocketException.class)
                .withMessageContainingAll("write", text(outside.near().remoteAddress()));
        for (int i = 0; i < 3; i++) {
            assertThatIOException().isThrownBy(() -> outside.near().write(room()));
        }
    }

    /// F3: the same order on every transport.
    @Test
    void bytesThatCameBeforeAResetAreReadBeforeIt() throws Exception {
        var outside = net.outside();
        var sent = Net.noise(32 << 10);
        outside.peer().getOutputStream().write(sent);
        var first = Blocking.readExactly(outside.near(), 1000);
        Parked.until(outside.near().input());
        reset(outside);
        if (net.setup.tellsPeerClosed()) {
            Parked.until(outside.near().peerClosed());
        }
        var rest = Blocking.readExactly(outside.near(), sent.length - 1000);
        assertThat(first).isEqualTo(Arrays.copyOf(sent, 1000));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(sent, 1000, sent.length));
        assertThatIOException().isThrownBy(() -> Blocking.read(outside.near(), room()));
    }

    @Test
    void abortResetsThePeer() throws Exception {
        var pair = net.pair();
        pair.near().abort();
        assertThatIOException()
                .isThrownBy(() -> Blocking.read(pair.far(), room()))
                .withMessageContaining("reset");
        assertThat(pair.near().isOpen()).isFalse();
        pair.near().abort();
    }

    @Test
    void shutdownAfterThePeerHasResetDoesNothing() throws Exception {
        var outside = net.outside();
        reset(outside);
        assertThatIOException().isThrownBy(() -> Blocking.read(outside.near(), room()));
        outside.near().shutdownOutput();
        outside.near().shutdownInput();
        outside.near().shutdownOutput();
    }

    /// F26 as far as one process shows it: SIGPIPE would end it.
    @Test
    void writeToAPeerThatHasClosedFailsAndNothingElseHappens() throws Exception {
        var outside = net.outside();
        outside.peer().close();
        assertThat(Blocking.read(outside.near(), room())).isEqualTo(END);
        assertThatIOException()
                .isThrownBy(() -> {
                    while (true) {
                        Blocking.write(outside.near(), new byte[1000]);
                    }
                })
                .withMessageContaining(text(outside.near().remoteAddress()));
        assertThat(Blocking.read(outside.near(), room())).isEqualTo(END);
    }

    @Test
    void peerClosedIsToldWithoutReadingOrWhenAReadMeetsTheEnd() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        var parked = new Parked();
        assertThat(pair.near().peerClosed().await(parked)).isTrue();
        Blocking.write(pair.far(), new byte[10]);
        pair.far().shutdownOutput();
        if (!net.setup.tellsPeerClosed()) {
            assertThat(Blocking.readToEnd(pair.near())).hasSize(10);
        }
        parked.park();
        assertThat(pair.near().peerClosed().isReady()).isTrue();
    }

    @Test
    void peerClosedIsToldWhenAReadOrAWriteMeetsAReset() throws Exception {
        var reading = net.outside();
        reset(reading);
        assertThatIOException().isThrownBy(() -> Blocking.read(reading.near(), room()));
        assertThat(reading.near().peerClosed().isReady()).isTrue();

        var writing = net.outside();
        Blocking.fill(writing.near());
        reset(writing);
        assertThatIOException().isThrownBy(() -> Blocking.write(writing.near(), new byte[64 << 20]));
        assertThat(writing.near().peerClosed().isReady()).isTrue();

        var halfClosed = net.outside();
        halfClosed.near().shutdownOutput();
        reset(halfClosed);
        assertThatIOException().isThrownBy(() -> Blocking.read(halfClosed.near(), room()));
        assertThat(halfClosed.near().peerClosed().isReady()).isTrue();
    }

    private static String text(SocketAddress address) {
        return address.toString().substring(1);
    }

    /// What has not been read is not lost by the owner's own half-close.
    @Test
    void ownHalfCloseLeavesTheInputOpen() throws Exception {
        var pair = net.pair();
        pair.near().shutdownOutput();
        var sent = Net.noise(300_000);
        var sending = Eventually.async(() -> {
            assertThat(Blocking.readToEnd(pair.far())).isEmpty();
            Blocking.write(pair.far(), sent);
            pair.far().close();
            return null;
        });
        assertThat(Blocking.readToEnd(pair.near())).isEqualTo(sent);
        Eventually.get(sending);
    }

    @Test
    void closeSendsWhatWasWritten() throws Exception {
        var outside = net.outside();
        var sent = Net.noise(50_000);
        StreamSocket near = outside.near();
        Blocking.write(near, sent);
        near.close();
        assertThat(outside.peer().getInputStream().readAllBytes()).isEqualTo(sent);
    }
}
