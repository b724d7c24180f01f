package dev.sluice.futures;

import static dev.sluice.futures.Net.bytes;
import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The two directions of a connection have two owners; checklist items 34-38.
@EveryTransport
@Timeout(60)
class SplitTest {
    private final Net net;
    private final Net.Pair pair;

    SplitTest(Setup setup) throws Exception {
        net = new Net(setup);
        pair = net.pair();
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Item 34.
    @Test
    void oneTaskUsesBothDirectionsOfAWholeSocket() throws Exception {
        var both = net.start(PollFuture.join(Net.read(pair.near(), 4), Net.write(pair.near(), "ping")));
        assertThat(get(Net.read(pair.far(), 4))).isEqualTo("ping");
        get(Net.write(pair.far(), "pong"));
        assertThat(get(both).first()).isEqualTo("pong");
    }

    /// Item 35.
    @Test
    void aHundredConnectionsMoveEveryByteBothWays() throws Exception {
        var sent = Net.noise(50_000);
        var reading = new ArrayList<JoinHandle<byte[]>>();
        var listener = net.listen();
        for (int i = 0; i < 100; i++) {
            var near = net.connect(listener).split();
            var far = get(listener.accept()).split();
            for (var one : List.of(near, far)) {
                net.start(Net.write(one.writer(), sent).closing(one.writer()));
                reading.add(net.start(Net.readToEnd(one.reader()).closing(one.reader())));
            }
        }
        listener.close();
        for (var one : reading) {
            assertThat(get(one)).isEqualTo(sent);
        }
        Eventually.until("who has closed both halves has closed all", () -> net.reactor.openSockets() == 2);
    }

    /// Item 36.
    @Test
    void halvesOfOneConnectionAreReunited() throws Exception {
        var halves = pair.near().split();
        assertThat(halves.reader().isPairOf(halves.writer())).isTrue();
        TcpStream whole = halves.reader().reunite(halves.writer());
        assertThat(whole).isSameAs(pair.near());
        get(Net.write(whole, "whole"));
        assertThat(get(Net.read(pair.far(), 5))).isEqualTo("whole");
        var cx = new Polling().cx;
        assertThatIllegalStateException()
                .isThrownBy(() -> halves.reader().pollRead(cx, ByteBuffer.allocate(1)))
                .withMessageContaining("reunited");
        assertThatIllegalStateException()
                .isThrownBy(() -> halves.writer().pollWrite(cx, bytes("x")))
                .withMessageContaining("reunited");
        halves.writer().close();
        halves.reader().close();
        assertThat(whole.isOpen()).isTrue();
    }

    /// Items 36 and 38.
    @Test
    void aStrangersHalfIsGivenBack() throws Exception {
        var near = pair.near().split();
        var far = pair.far().split();
        assertThat(near.reader().isPairOf(far.writer())).isFalse();
        var refused = catchThrowableOfType(
                UnpairedHalvesException.class, () -> near.reader().reunite(far.writer()));
        assertThat(refused).hasMessageContaining("not of one connection");
        assertThat(refused.reader()).isSameAs(near.reader());
        assertThat(refused.writer()).isSameAs(far.writer());
        get(Net.write(far.writer(), "on"));
        assertThat(get(Net.read(near.reader(), 2))).isEqualTo("on");
        assertThat(near.reader().reunite(near.writer())).isSameAs(pair.near());
    }

    /// Item 37.
    @Test
    void closingTheWriteHalfIsTheEndForThePeerAlone() throws Exception {
        var halves = pair.near().split();
        get(Net.write(halves.writer(), "last"));
        halves.writer().close();
        halves.writer().close();
        assertThat(get(Net.readToEnd(pair.far()))).asString().isEqualTo("last");
        get(Net.write(pair.far(), "answer"));
        assertThat(get(Net.read(halves.reader(), 6))).isEqualTo("answer");
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> halves.writer().tryWrite(bytes("x")));
        halves.reader().close();
        assertThat(pair.near().isOpen()).isFalse();
    }

    /// Each half finds the other open, which is closed just then, as on another thread.
    @Test
    void halvesThatAreClosedAtTheSameTimeCloseTheConnection() throws Exception {
        for (boolean writerFirst : new boolean[] {true, false}) {
            var whole = net.pair().near();
            var others = new ArrayList<AutoCloseable>();
            var socket = Between.put(
                    whole.socket(),
                    call -> {
                        if (call.name().startsWith("shutdown")) {
                            others.removeFirst().close();
                        }
                        return call.real();
                    },
                    StreamSocket.class);
            var halves = new TcpStream(socket).split();
            others.add(writerFirst ? halves.reader() : halves.writer());
            if (writerFirst) {
                halves.writer().close();
            } else {
                halves.reader().close();
            }
            assertThat(others).isEmpty();
            assertThat(whole.isOpen()).isFalse();
        }
    }

    /// Item 37.
    @Test
    void aForgottenWriteHalfIsNoEnd() throws Exception {
        var halves = pair.near().split();
        halves.writer().forget();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> halves.writer().tryWrite(bytes("x")));
        var polling = new Polling();
        assertThat(pair.far().pollReadReady(polling.cx)).isFalse();
        get(Net.write(pair.far(), "hears"));
        assertThat(get(Net.read(halves.reader(), 5))).isEqualTo("hears");
        assertThat(pair.far().pollReadReady(polling.cx)).isFalse();
        assertThat(polling.wakes()).isZero();
        halves.reader().close();
        assertThat(get(Net.readToEnd(pair.far()))).isEmpty();
    }

    @Test
    void aTaskThatReadsIsToldThatItsHalfIsClosed() throws Exception {
        var halves = pair.near().split();
        var reading = net.start(Net.read(halves.reader(), 1));
        Eventually.until("it waits", () -> pair.near().socket().input().isAwaited());
        halves.reader().close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> get(reading));
        get(Net.write(halves.writer(), "writes"));
        assertThat(get(Net.read(pair.far(), 6))).isEqualTo("writes");
        halves.writer().close();
        assertThat(pair.near().isOpen()).isFalse();
    }

    @Test
    void halvesDoWhatTheWholeDoes() throws Exception {
        var near = pair.near().split();
        var far = pair.far().split();
        get(near.writer().writable());
        assertThat(near.writer().tryWrite(bytes("abcdef"))).isEqualTo(6);
        get(far.reader().readable());
        var room = ByteBuffer.allocate(2);
        assertThat(far.reader().pollPeek(new Polling().cx, room)).isEqualTo(2);
        assertThat(far.reader().tryRead(room.clear())).isEqualTo(2);
        var rooms = new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(9)};
        assertThat(far.reader().pollRead(new Polling().cx, rooms, 0, 2)).isEqualTo(4);
        assertThat(near.writer().pollWrite(new Polling().cx, new ByteBuffer[] {bytes("g"), bytes("h")}, 0, 2))
                .isEqualTo(2);
        assertThat(near.writer().pollShutdown(new Polling().cx)).isTrue();
        assertThat(get(Net.readToEnd(far.reader()))).asString().isEqualTo("gh");
        assertThat(near.writer().whole().remoteAddress())
                .isEqualTo(far.reader().whole().localAddress());
    }
}
