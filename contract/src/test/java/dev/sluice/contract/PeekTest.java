package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Looking at what will be read, and being told of it without reading.
@EveryTransport
class PeekTest {
    private final Net net;

    PeekTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static String peek(StreamSocket socket, int most) throws IOException {
        var room = ByteBuffer.allocate(most);
        while (socket.peek(room) == WOULD_BLOCK) {
            Parked.until(socket.input());
        }
        return UTF_8.decode(room.flip()).toString();
    }

    private static String read(StreamSocket socket, int bytes) throws IOException {
        return new String(Blocking.readExactly(socket, bytes), UTF_8);
    }

    private static void write(StreamSocket socket, String text) throws IOException {
        Blocking.write(socket, text.getBytes(UTF_8));
    }

    @Test
    void whatIsPeekedIsReadAgain() throws Exception {
        var pair = net.pair();
        write(pair.far(), "peeked");
        assertThat(peek(pair.near(), 100)).isEqualTo("peeked");
        assertThat(peek(pair.near(), 3)).isEqualTo("pee");
        assertThat(peek(pair.near(), 100)).isEqualTo("peeked");
        assertThat(read(pair.near(), 2)).isEqualTo("pe");
        assertThat(peek(pair.near(), 100)).isEqualTo("eked");
        assertThat(read(pair.near(), 4)).isEqualTo("eked");
        assertThat(pair.near().peek(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
    }

    @Test
    void peekSeesWhatHasComeSinceTheLast() throws Exception {
        var pair = net.pair();
        write(pair.far(), "one,");
        assertThat(peek(pair.near(), 100)).isEqualTo("one,");
        write(pair.far(), "two");
        Eventually.until("all is there", () -> {
            try {
                return peek(pair.near(), 100).equals("one,two");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(read(pair.near(), 7)).isEqualTo("one,two");
    }

    @Test
    void aReadTakesWhatWasPeekedAndMoreInOneCall() throws Exception {
        var pair = net.pair();
        write(pair.far(), "abcdef");
        assertThat(peek(pair.near(), 1)).isEqualTo("a");
        var room = ByteBuffer.allocateDirect(6);
        assertThat(Blocking.read(pair.near(), room)).isEqualTo(6);
        assertThat(UTF_8.decode(room.flip()).toString()).isEqualTo("abcdef");
    }

    @Test
    void aScatteringReadTakesWhatWasPeekedFirst() throws Exception {
        var pair = net.pair();
        for (var direct : new boolean[] {true, false}) {
            write(pair.far(), "abcdef");
            assertThat(peek(pair.near(), 3)).isEqualTo("abc");
            var first = direct ? ByteBuffer.allocateDirect(2) : ByteBuffer.allocate(2);
            var second = direct ? ByteBuffer.allocateDirect(100) : ByteBuffer.allocate(100);
            assertThat(Blocking.read(pair.near(), first, second)).isEqualTo(6);
            assertThat(UTF_8.decode(first.flip()).toString()).isEqualTo("ab");
            assertThat(UTF_8.decode(second.flip()).toString()).isEqualTo("cdef");
        }
    }

    @Test
    void peekFindsTheEndAgainAndAgain() throws Exception {
        var pair = net.pair();
        write(pair.far(), "x");
        pair.far().shutdownOutput();
        assertThat(peek(pair.near(), 100)).isEqualTo("x");
        assertThat(read(pair.near(), 1)).isEqualTo("x");
        for (int i = 0; i < 3; i++) {
            while (pair.near().peek(ByteBuffer.allocate(1)) == WOULD_BLOCK) {
                Parked.until(pair.near().input());
            }
            assertThat(pair.near().peek(ByteBuffer.allocate(1))).isEqualTo(END);
        }
        assertThat(Blocking.read(pair.near(), ByteBuffer.allocate(1))).isEqualTo(END);
    }

    @Test
    void aReadAfterAPeekIsToldOfTheReset() throws Exception {
        var outside = net.outside();
        outside.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        outside.peer().close();
        assertThatIOException().isThrownBy(() -> peek(outside.near(), 1)).withMessageStartingWith("peek on ");
        assertThatIOException().isThrownBy(() -> Blocking.read(outside.near(), ByteBuffer.allocate(1)));
    }

    @Test
    void peekNeedsRoomAndAnOpenSocket() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().peek(ByteBuffer.allocate(0))).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair.near().peek(ByteBuffer.allocate(1).asReadOnlyBuffer()));
        write(pair.far(), "x");
        pair.near().shutdownInput();
        assertThat(pair.near().peek(ByteBuffer.allocate(1))).isEqualTo(END);
        pair.near().close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> pair.near().peek(ByteBuffer.allocate(1)));
    }

    @Test
    void whoObservesASilentConnectionIsNotToldBeforeBytesCome() throws Exception {
        var pair = net.pair();
        var input = pair.near().input();
        var told = new CountDownLatch(1);
        assertThat(input.isReady()).as("trying comes before waiting").isTrue();
        assertThat(input.observe(told::countDown)).isTrue();
        var writable = new CountDownLatch(1);
        if (pair.near().output().observe(writable::countDown)) {
            Eventually.happens(writable); // the loop has had its say
        }
        assertThat(input.isTold()).isFalse();
        assertThat(told.getCount()).isOne();
        write(pair.far(), "x");
        Eventually.happens(told);
        assertThat(input.isTold()).isTrue();
    }

    @Test
    void whoObservesIsToldOfBytesThatAPeekHasSeen() throws Exception {
        var pair = net.pair();
        write(pair.far(), "x");
        assertThat(peek(pair.near(), 1)).isEqualTo("x");
        var told = new CountDownLatch(1);
        if (pair.near().input().observe(told::countDown)) {
            Eventually.happens(told);
        }
        assertThat(read(pair.near(), 1)).isEqualTo("x");
    }

    @Test
    void whoOnlyTriesFindsWhatHasComeIfItAsks() throws Exception {
        var pair = net.pair();
        var room = ByteBuffer.allocate(10);
        assertThat(pair.near().read(room)).isEqualTo(WOULD_BLOCK);
        pair.near().input().ask();
        write(pair.far(), "x");
        Eventually.until("READY is told though nobody waits", pair.near().input()::isReady);
        assertThat(pair.near().read(room)).isOne();
    }
}
