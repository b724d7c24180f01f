package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Reading from any source; checklist items 16-18, 26, 39-45.
@Timeout(60)
class ReadTest {
    private static final AsyncRead BROKEN = (cx, dst) -> {
        throw new IOException("must not be read");
    };

    private static String text(ByteBuffer buffer) {
        return ByteString.copyOf(buffer.flip()).utf8();
    }

    private static AsyncRead bytes(int... bytes) {
        var all = ByteString.of(bytes).toByteArray();
        return new Trickle(all, () -> 1);
    }

    /// Items 16 and 17.
    @Test
    void readGivesWhatIsThereThenTheEndForEver() throws Exception {
        var source = new Trickle(new byte[] {1, 2, 3}, () -> 2);
        var dst = ByteBuffer.allocate(100);
        assertThat(source.read(dst).await()).isEqualTo(2);
        assertThat(AsyncIo.read(source, dst).await()).isEqualTo(new AsyncIo.Received<>(1, source, dst));
        assertThat(source.read(dst).await()).isEqualTo(AsyncIo.EOF);
        assertThat(source.read(dst).await()).isEqualTo(AsyncIo.EOF);
        assertThat(dst.position()).isEqualTo(3);
    }

    /// Item 26: a read needs only the future; the buffer is the caller's, and nothing is held while it waits.
    @Test
    void aReadThatWaitsHoldsNothingButItsFuture() throws Exception {
        var source = Trickle.of("ab");
        var dst = ByteBuffer.allocate(2);
        Cancelling.untilDone(() -> source.read(dst));
        Cancelling.untilDone(() -> source.read(dst));
        assertThat(text(dst)).isEqualTo("ab");
    }

    /// Items 39 and 93.
    @Test
    void readExactFillsTheBufferAndTakesNoMore() throws Exception {
        var source = Trickle.of("12345678rest");
        var future = AsyncIo.readExact(source, ByteBuffer.allocate(8));
        var filled = future.await();
        assertThat(filled.io()).isSameAs(source);
        assertThat(text(filled.buf())).isEqualTo("12345678");
        assertThat(source.given()).isEqualTo(8);
        assertThatIllegalStateException().isThrownBy(future::await).withMessageContaining("readExact polled after");
    }

    @Test
    void readExactCanBeCancelledAnywhere() throws Exception {
        var source = Trickle.of("12345678rest");
        var dst = ByteBuffer.allocate(8);
        assertThat(Cancelling.untilDone(() -> source.readExact(dst))).isSameAs(dst);
        assertThat(text(dst)).isEqualTo("12345678");
    }

    /// Item 40.
    @Test
    void anEarlyEndTellsHowMuchCame() {
        var dst = ByteBuffer.allocate(10).position(2);
        assertThatExceptionOfType(EarlyEndException.class)
                .isThrownBy(() -> Trickle.of("abc").readExact(dst).await())
                .withMessage("the input ended after 3 of 8 bytes")
                .matches(e -> e.bytesRead() == 3);
        assertThat(dst.position()).isEqualTo(5);
    }

    /// Items 18 and 41.
    @Test
    void nothingIsReadIntoABufferWithoutRoom() throws Exception {
        var none = ByteBuffer.allocate(0);
        assertThat(BROKEN.readExact(none).await()).isSameAs(none);
        assertThat(BROKEN.take(3).read(none).await()).isZero();
        assertThat(BROKEN.chain(BROKEN).read(none).await()).isZero();
        assertThat(new BufReader<>(BROKEN).read(none).await()).isZero();
        assertThat(AsyncIo.empty().read(none).await()).isZero();
    }

    @Test
    void readToEndGivesAllUpToTheLimit() throws Exception {
        assertThat(Trickle.of("foo bar").readToEnd(7).await()).isEqualTo(ByteString.fromUtf8("foo bar"));
        assertThat(AsyncIo.readToEnd(AsyncIo.empty(), 0).await().bytes()).isEqualTo(ByteString.empty());
        var sink = new ByteStringBuilder();
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> Trickle.of("foo bar").readToEnd(sink, 6).await())
                .withMessage("more than 6 bytes without the end of the input");
        assertThat(sink.result()).isEqualTo(ByteString.fromUtf8("foo ba"));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> AsyncIo.repeat((byte) 1).readToEnd(3_000_000).await());
        assertThatIllegalArgumentException().isThrownBy(() -> BROKEN.readToEnd(-1));
    }

    /// Item 42, with a sink instead of a buffer: it is appended to, also over cancels and failures.
    @Test
    void readToEndWithASinkCanBeCancelledAnywhere() throws Exception {
        var source = Trickle.of("foo bar baz");
        var sink = new ByteStringBuilder().putUtf8("> ");
        assertThat(Cancelling.untilDone(() -> source.readToEnd(sink, 13))).isSameAs(sink);
        assertThat(sink.result()).isEqualTo(ByteString.fromUtf8("> foo bar baz"));
        var broken = Trickle.of("half").failing(new IOException("reset"));
        var half = new ByteStringBuilder();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> broken.readToEnd(half, 100).await())
                .withMessage("reset");
        assertThat(half.result()).isEqualTo(ByteString.fromUtf8("half"));
    }

    /// Item 43.
    @Test
    void readToStringRefusesWhatIsNotUtf8() throws Exception {
        assertThat(Trickle.of("grüße €").readToString(20).await()).isEqualTo("grüße €");
        assertThatExceptionOfType(CharacterCodingException.class)
                .isThrownBy(() -> bytes('a', 0xC3, 'b').readToString(20).await());
    }

    @Test
    void numbersComeInBothOrders() throws Exception {
        assertThat(bytes(0xFE).readByte().await()).isEqualTo((byte) -2);
        assertThat(bytes(1, 2).readShort().await()).isEqualTo((short) 0x0102);
        assertThat(bytes(1, 2).readShort(ByteOrder.LITTLE_ENDIAN).await()).isEqualTo((short) 0x0201);
        assertThat(bytes(1, 2, 3, 4).readInt().await()).isEqualTo(0x01020304);
        assertThat(bytes(1, 2, 3, 4).readInt(ByteOrder.LITTLE_ENDIAN).await()).isEqualTo(0x04030201);
        assertThat(bytes(1, 2, 3, 4, 5, 6, 7, 8).readLong().await()).isEqualTo(0x0102030405060708L);
        assertThat(bytes(1, 2, 3, 4, 5, 6, 7, 8)
                        .readLong(ByteOrder.LITTLE_ENDIAN)
                        .await())
                .isEqualTo(0x0807060504030201L);
        assertThat(bytes(0x3F, 0xC0, 0, 0).readFloat().await()).isEqualTo(1.5f);
        assertThat(bytes(0, 0, 0xC0, 0x3F).readFloat(ByteOrder.LITTLE_ENDIAN).await())
                .isEqualTo(1.5f);
        assertThat(bytes(0x3F, 0xF8, 0, 0, 0, 0, 0, 0).readDouble().await()).isEqualTo(1.5);
        assertThat(bytes(0, 0, 0, 0, 0, 0, 0xF8, 0x3F)
                        .readDouble(ByteOrder.LITTLE_ENDIAN)
                        .await())
                .isEqualTo(1.5);
        assertThatExceptionOfType(EarlyEndException.class)
                .isThrownBy(() -> bytes(1, 2, 3).readInt().await())
                .matches(e -> e.bytesRead() == 3);
    }

    @Test
    void aByteCanBeCancelledAnywhere() throws Exception {
        var source = bytes(7, 8);
        assertThat(Cancelling.untilDone(source::readByte)).isEqualTo((byte) 7);
        assertThat(Cancelling.untilDone(source::readByte)).isEqualTo((byte) 8);
    }

    /// Items 9 and 44.
    @Test
    void takeAsksForNoByteBeyondTheLimit() throws Exception {
        var source = Trickle.of("foo bar baz", 100);
        assertThat(source.take(4).readToString(100).await()).isEqualTo("foo ");
        assertThat(source.given()).isEqualTo(4);
        assertThat(source.readToString(100).await()).isEqualTo("bar baz");
        assertThat(BROKEN.take(0).read(ByteBuffer.allocate(1)).await()).isEqualTo(AsyncIo.EOF);
        assertThat(Trickle.of("ab").take(Long.MAX_VALUE).readToString(2).await())
                .isEqualTo("ab");
        assertThatIllegalArgumentException().isThrownBy(() -> source.take(-1));
    }

    @Test
    void takeLeavesTheLimitOfTheBuffer() throws Exception {
        var dst = ByteBuffer.allocate(10).limit(8);
        assertThat(new Trickle(new byte[10], () -> 100).take(3).read(dst).await())
                .isEqualTo(3);
        assertThat(dst.limit()).isEqualTo(8);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> BROKEN.take(3).read(dst).await());
        assertThat(dst.limit()).isEqualTo(8);
    }

    /// Items 9 and 45.
    @Test
    void aChainReadsOneAfterTheOther() throws Exception {
        var chain = Trickle.of("foo ").chain(Trickle.of("bar ")).chain(Trickle.of("baz"));
        assertThat(chain.read(ByteBuffer.allocate(0)).await()).isZero();
        assertThat(chain.readToString(100).await()).isEqualTo("foo bar baz");
        assertThat(chain.read(ByteBuffer.allocate(1)).await()).isEqualTo(AsyncIo.EOF);
    }
}
