package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The operations of a read channel, each over input that comes in pieces.
@EveryTransport
class ReadTest {
    private final Net net;
    private final Setup setup;
    private final Net.Outside outside;
    private final ByteReadChannel in;

    ReadTest(Setup setup) throws IOException {
        this.setup = setup;
        net = new Net(setup);
        outside = net.outside();
        in = outside.near().in();
    }

    @AfterEach
    void close() throws IOException {
        outside.close();
        net.close();
    }

    private static ByteString bytes(String text) {
        return ByteString.fromUtf8(text);
    }

    /// Sends each piece when the reader waits for it.
    private <T> T feed(Async<T> reader, String... pieces) throws Exception {
        for (var piece : pieces) {
            reader.awaitBlocked();
            outside.send(piece);
        }
        return reader.get();
    }

    private void sendAndEnd(String text) throws IOException {
        outside.send(text);
        outside.peer().shutdownOutput();
    }

    // 13
    @Test
    void threeBytesAreReadExactly() throws Exception {
        var room = ByteBuffer.allocate(3);
        feed(setup.run(() -> in.readFully(room)), "1", "23456");
        assertThat(room.array()).asString().isEqualTo("123");
        assertThat(in.readByteArray(3)).asString().isEqualTo("456");
    }

    // 13
    @Test
    void aDirectBufferIsFilledTheSame() throws Exception {
        var room = ByteBuffer.allocateDirect(6);
        feed(setup.run(() -> in.readFully(room)), "1", "23", "456");
        assertThat(ByteString.copyOf(room.flip())).isEqualTo(bytes("123456"));
    }

    // 32
    @Test
    void readingAValueAtTheEndSaysSo() throws Exception {
        outside.peer().shutdownOutput();
        for (Setup.Action operation : List.<Setup.Action>of(
                in::readByte,
                in::readShort,
                in::readInt,
                in::readLong,
                in::readFloat,
                in::readDouble,
                () -> in.readByteArray(1),
                () -> in.readFully(new byte[1]),
                () -> in.discardExact(1))) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(operation::run)
                    .withMessageContaining("end of input after 0 of");
        }
        assertThat(in.isClosedForRead()).isTrue();
        assertThat(in.exhausted()).isTrue();
        assertThat(in.readLine()).isNull();
        assertThat(in.peek(1)).isNull();
        assertThat(in.readRemaining(0).isEmpty()).isTrue();
    }

    // 32
    @Test
    void aValueThatIsCutOffIsNotConsumed() throws Exception {
        sendAndEnd("abc");
        assertThatExceptionOfType(EOFException.class).isThrownBy(in::readInt).withMessageContaining("3 of 4 bytes");
        assertThat(in.isClosedForRead()).isFalse();
        assertThat(in.readByteArray(3)).asString().isEqualTo("abc");
        assertThat(in.isClosedForRead()).isTrue();
    }

    // 33
    @Test
    void afterACancelNothingIsReadThoughBytesHadCome() throws Exception {
        var why = new IOException("enough");
        outside.send("more than enough");
        assertThat(in.readByte()).isEqualTo((byte) 'm');
        in.cancel(why);
        assertThat(in.isClosedForRead()).isTrue();
        assertThat(in.isOpen()).isFalse();
        assertThat(in.closedCause()).isSameAs(why);
        assertThat(in.available()).isZero();
        assertThatExceptionOfType(ClosedReadChannelException.class)
                .isThrownBy(in::readByte)
                .withCause(why)
                .isInstanceOf(IOException.class);
    }

    // 33
    @Test
    void theFirstCancelDecidesTheCause() throws Exception {
        var first = new IOException("first");
        in.cancel(first);
        in.cancel(new IOException("second"));
        assertThat(in.closedCause()).isSameAs(first);
        var out = outside.near().out();
        out.cancel(first);
        out.cancel(new IOException("second"));
        assertThat(out.closedCause()).isSameAs(first);
    }

    // 33
    @Test
    void aCancelJustBeforeAReadIsNotTakenForTheEnd() throws Exception {
        outside.send("much");
        assertThat(in.awaitContent(4)).isTrue();
        var why = new IOException("enough");
        var input = in.input();
        input.begin();
        input.received.skip(1);
        in.cancel(why);
        input.received.skip(3);
        assertThatExceptionOfType(ClosedReadChannelException.class)
                .isThrownBy(() -> input.readSome(ByteBuffer.allocate(1), Deadline.NEVER))
                .withCause(why);
        input.end();
    }

    // 17
    @Test
    void aCloseJustBeforeAnotherTryIsToldLikeOneDuringTheWait() throws Exception {
        var why = new IOException("enough");
        var input = in.input();
        var output = outside.near().out().output();
        input.begin();
        output.begin();
        outside.near().socket().cancel(why);
        for (Setup.Action next : List.<Setup.Action>of(
                () -> input.fill(1),
                () -> input.readSome(ByteBuffer.allocate(1), Deadline.NEVER),
                () -> input.tryRead(ByteBuffer.allocate(1)),
                () -> output.writeThrough(ByteBuffer.allocate(1)),
                () -> output.write(ByteString.of(1), true),
                () -> output.writeOrKeep(ByteBuffer.allocate(1)))) {
            assertThatExceptionOfType(AsynchronousCloseException.class)
                    .isThrownBy(next::run)
                    .withCause(why);
        }
        input.end();
        output.end();
    }

    // 33
    @Test
    void whatIsReceivedIsDroppedByTheOperationThatACancelFindsInside() throws Exception {
        outside.send("much");
        assertThat(in.awaitContent(4)).isTrue();
        in.input().begin();
        in.cancel(null);
        assertThat(in.available()).isEqualTo(4);
        in.input().end();
        assertThat(in.available()).isZero();
    }

    // 34
    @Test
    void aReaderThatWaitsGoesOnWhenSomethingComes() throws Exception {
        assertThat(feed(setup.async(in::readByte), "x")).isEqualTo((byte) 'x');
    }

    // 35
    @Test
    void waitingForContentEndsWithoutTroubleWhenThePeerEnds() throws Exception {
        var waiting = setup.async(() -> in.awaitContent(4)).awaitBlocked();
        sendAndEnd("abc");
        assertThat(waiting.get()).isFalse();
        assertThat(in.awaitContent(3)).isTrue();
        assertThat(in.awaitContent(0)).isTrue();
        assertThat(in.readByteArray(3)).asString().isEqualTo("abc");
    }

    // 38
    @Test
    void whatIsThereIsReadAndTheEndIsMinusOne() throws Exception {
        outside.send("abc");
        assertThat(in.awaitContent(3)).isTrue();
        assertThat(in.readAvailable(new byte[2])).isEqualTo(2);
        assertThat(in.readAvailable(new byte[0])).isZero();
        assertThat(in.readAvailable(ByteBuffer.allocate(100))).isEqualTo(1);
        outside.peer().shutdownOutput();
        assertThat(in.readAvailable(new byte[2])).isEqualTo(-1);
        assertThat(in.readAvailable(ByteBuffer.allocateDirect(2))).isEqualTo(-1);
        assertThat(in.read(ByteBuffer.allocate(2))).isEqualTo(-1);
    }

    // 38
    @Test
    void readingMoreThanThereIsTellsHowFarItCame() throws Exception {
        sendAndEnd("abc");
        var room = ByteBuffer.allocate(5);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> in.readFully(room))
                .withMessageContaining("3 of 5 bytes");
        assertThat(room.position()).isEqualTo(3);
    }

    // 40
    @Test
    void numbersAreReadOverPieces() throws Exception {
        assertThat(feed(setup.async(() -> in.readInt()), "\1", "\2\3", "\4")).isEqualTo(0x01020304);
        assertThat(feed(setup.async(() -> in.readLong()), "\1\2\3\4\5\6\7", "\10"))
                .isEqualTo(0x0102030405060708L);
        assertThat(feed(setup.async(() -> in.readShort()), "\1", "\2")).isEqualTo((short) 0x0102);
        assertThat(feed(setup.async(() -> in.readInt(ByteOrder.LITTLE_ENDIAN)), "\1\2", "\3\4"))
                .isEqualTo(0x04030201);
    }

    // 40
    @Test
    void everyNumberThatIsWrittenIsRead() throws Exception {
        var pair = net.pair();
        var out = pair.near().out();
        var from = pair.far().in();
        out.writeByte(0x1FF);
        out.writeShort(-2);
        out.writeInt(Integer.MIN_VALUE);
        out.writeLong(Long.MAX_VALUE);
        out.writeFloat(1.5f);
        out.writeDouble(-Math.PI);
        out.writeShort(0x0102, ByteOrder.LITTLE_ENDIAN);
        out.writeInt(0x01020304, ByteOrder.LITTLE_ENDIAN);
        out.writeLong(0x0102030405060708L, ByteOrder.LITTLE_ENDIAN);
        out.writeInt(0x01020304); // an order holds for one call
        out.flush();
        assertThat(from.readByte()).isEqualTo((byte) -1);
        assertThat(from.readShort()).isEqualTo((short) -2);
        assertThat(from.readInt()).isEqualTo(Integer.MIN_VALUE);
        assertThat(from.readLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(from.readFloat()).isEqualTo(1.5f);
        assertThat(from.readDouble()).isEqualTo(-Math.PI);
        assertThat(from.readShort(ByteOrder.LITTLE_ENDIAN)).isEqualTo((short) 0x0102);
        assertThat(from.readInt(ByteOrder.LITTLE_ENDIAN)).isEqualTo(0x01020304);
        assertThat(from.readLong(ByteOrder.LITTLE_ENDIAN)).isEqualTo(0x0102030405060708L);
        assertThat(from.readInt()).isEqualTo(0x01020304);
    }

    // 41
    @Test
    void whatIsExpectedIsSkipped() throws Exception {
        assertThat(feed(setup.async(() -> in.skipIfFound(bytes("GET "))), "G", "ET", " /"))
                .isTrue();
        assertThat(in.readByte()).isEqualTo((byte) '/');
        assertThat(in.skipIfFound(ByteString.empty())).isTrue();
    }

    // 41
    @Test
    void whatIsNotExpectedStays() throws Exception {
        assertThat(feed(setup.async(() -> in.skipIfFound(bytes("GET "))), "G", "E", "X"))
                .isFalse();
        assertThat(in.skipIfFound(bytes("PUT"))).isFalse();
        assertThat(in.readByteArray(3)).asString().isEqualTo("GEX");
    }

    // 41
    @Test
    void aMismatchIsKnownWithoutWaitingForTheRest() throws Exception {
        outside.send("PO");
        assertThat(in.skipIfFound(bytes("PUT"))).isFalse();
        assertThat(in.readByteArray(2)).asString().isEqualTo("PO");
    }

    // 41
    @Test
    void whatIsExpectedIsNotSkippedIfTheEndCutsItOff() throws Exception {
        sendAndEnd("GET");
        assertThat(in.skipIfFound(bytes("GET "))).isFalse();
        assertThat(in.readByteArray(3)).asString().isEqualTo("GET");
        assertThat(in.skipIfFound(bytes("G"))).isFalse();
    }

    // 42
    @Test
    void whatComesBeforeADelimiterIsRead() throws Exception {
        assertThat(feed(setup.async(() -> in.readUntil(bytes("--"), 100)), "abc", "-", "-def"))
                .isEqualTo(bytes("abc"));
        assertThat(in.readByteArray(3)).asString().isEqualTo("def");
        outside.send(";x;");
        assertThat(in.readUntil(bytes(";"), 0)).isEqualTo(ByteString.empty());
        assertThat(in.readUntil(bytes(";"), 1)).isEqualTo(bytes("x"));
    }

    // 42
    @Test
    void aDelimiterInsideARepeatedPatternIsFound() throws Exception {
        assertThat(feed(setup.async(() -> in.readUntil(bytes("aab"), 100)), "a", "a", "a", "a", "b!"))
                .isEqualTo(bytes("aa"));
        assertThat(in.readByte()).isEqualTo((byte) '!');
        assertThat(feed(setup.async(() -> in.readUntil(bytes("ababc"), 100)), "abab", "ab", "c"))
                .isEqualTo(bytes("ab"));
    }

    // 42
    @Test
    void tooMuchBeforeADelimiterIsAnErrorThatConsumesNothing() throws Exception {
        outside.send("abcdef;");
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> in.readUntil(bytes(";"), 5))
                .withMessage("more than 5 bytes without the delimiter");
        assertThat(in.readUntil(bytes(";"), 6)).isEqualTo(bytes("abcdef"));
    }

    // 42
    @Test
    void tooMuchIsKnownBeforeTheDelimiterComes() throws Exception {
        outside.send("abcd");
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> in.readUntil(bytes("\r\n"), 2));
        assertThat(in.readByteArray(4)).asString().isEqualTo("abcd");
    }

    // 42
    @Test
    void aDelimiterThatNeverComesIsNullAndConsumesNothing() throws Exception {
        sendAndEnd("abc-");
        assertThat(in.readUntil(bytes("--"), 100)).isNull();
        assertThat(in.readRemaining(100)).isEqualTo(bytes("abc-"));
        assertThat(in.readUntil(bytes("--"), 100)).isNull();
    }

    @Test
    void whatIsPeekedStays() throws Exception {
        assertThat(feed(setup.async(() -> in.peek(3)), "a", "bcd")).isEqualTo(bytes("abc"));
        assertThat(in.peek(0)).isEqualTo(ByteString.empty());
        outside.peer().shutdownOutput();
        assertThat(in.peek(5)).isNull();
        assertThat(in.readRemaining(10)).isEqualTo(bytes("abcd"));
    }

    @Test
    void whatIsDiscardedIsGone() throws Exception {
        assertThat(feed(setup.async(() -> in.discard(4)), "ab", "cdef")).isEqualTo(4);
        in.discardExact(1);
        outside.peer().shutdownOutput();
        assertThat(in.discard(0)).isZero();
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> in.discardExact(2))
                .withMessageContaining("1 of 2 bytes");
        assertThat(in.discard(Long.MAX_VALUE)).isZero();
    }

    @Test
    void theRestIsReadUnlessItIsTooMuch() throws Exception {
        sendAndEnd("abcdef");
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> in.readRemaining(5));
        assertThat(in.readRemaining(6)).isEqualTo(bytes("abcdef"));
        assertThat(in.readRemaining(0)).isEqualTo(ByteString.empty());
    }

    @Test
    void aValueMayBeMuchLargerThanTheChannelsBuffer() throws Exception {
        var sent = Net.noise(1 << 20);
        var reader = setup.async(() -> in.readByteArray(sent.length));
        outside.send(sent);
        outside.send("!");
        assertThat(reader.get()).isEqualTo(sent);
        assertThat(in.readByte()).isEqualTo((byte) '!');
    }

    @Test
    void aLengthThatThePeerOnlyAnnouncesTakesNoMemory() throws Exception {
        // Two GiB more than this JVM need have.
        var reader = setup.async(() -> in.readByteString(Integer.MAX_VALUE));
        outside.send("only this");
        reader.awaitBlocked();
        outside.peer().shutdownOutput();
        assertThat(reader.failure()).isInstanceOf(EOFException.class).hasMessageContaining("9 of 2147483647 bytes");
        assertThat(in.readRemaining(10)).isEqualTo(bytes("only this"));
    }

    @Test
    void aNegativeCountIsRefused() throws Exception {
        outside.send("abc");
        for (Setup.Action operation : List.<Setup.Action>of(
                () -> in.readByteString(-1),
                () -> in.readByteArray(-1),
                () -> in.peek(-1),
                () -> in.awaitContent(-1),
                () -> in.discard(-1),
                () -> in.discardExact(-1),
                () -> in.readRemaining(-1),
                () -> in.readUntil(bytes(";"), -1),
                () -> in.copyTo(outside.near().out(), -1),
                () -> in.readLine(-1),
                () -> in.readLineStrict(-1))) {
            assertThatIllegalArgumentException().isThrownBy(operation::run).withMessageContaining("-1");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> in.readUntil(ByteString.empty(), 1));
        assertThat(in.readByteArray(3)).asString(UTF_8).isEqualTo("abc");
    }

    @Test
    void theChannelSaysWhatItIs() {
        assertThat(in).hasToString("read channel of " + outside.near().socket());
        assertThat(outside.near().out())
                .hasToString("write channel of " + outside.near().socket());
        assertThat(outside.near().socket().toString())
                .contains("127.0.0.1:" + outside.peer().getLocalPort());
    }
}
