package dev.sluice.futures.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.testkit.MockIo;
import java.io.EOFException;
import java.net.ProtocolException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Frames that say how long they are; checklist item 104.
@Timeout(60)
class LengthCodecTest {
    private static ByteString hex(String digits) {
        return ByteString.fromHex(digits.replace(" ", ""));
    }

    private static ByteString decode(LengthField field, String wire) throws Exception {
        var in = hex(wire).asByteBuffer();
        var frame = new LengthCodec(field).decode(in);
        assertThat(in.hasRemaining()).isFalse();
        return frame != null ? frame : ByteString.fromUtf8("nothing");
    }

    private static ByteString encode(LengthField field, String frame) {
        var out = new ByteStringBuilder();
        new LengthCodec(field).encode(hex(frame), out);
        return out.result();
    }

    /// Item 104.
    @Test
    void fieldsHaveOneToEightBytesInEitherOrder() throws Exception {
        for (int bytes = 1; bytes <= 8; bytes++) {
            var big = LengthField.ofBytes(bytes);
            var bigWire = "00".repeat(bytes - 1) + "02 ab cd";
            assertThat(decode(big, bigWire)).isEqualTo(hex("abcd"));
            assertThat(encode(big, "abcd")).isEqualTo(hex(bigWire));
            var littleWire = "02" + "00".repeat(bytes - 1) + "ab cd";
            assertThat(decode(big.littleEndian(), littleWire)).isEqualTo(hex("abcd"));
            assertThat(encode(big.littleEndian(), "abcd")).isEqualTo(hex(littleWire));
        }
        assertThat(LengthField.ofInt())
                .isEqualTo(LengthField.ofBytes(4))
                .satisfies(f -> assertThat(f.max()).isEqualTo(8 << 20));
        assertThat(LengthField.ofByte().bytes()
                        + LengthField.ofShort().bytes()
                        + LengthField.ofLong().bytes())
                .isEqualTo(11);
    }

    /// Item 104.
    @Test
    void headersAreOfAllKinds() throws Exception {
        var plain = LengthField.ofShort();
        assertThat(decode(plain.adjustment(-2), "0004 abcd")).isEqualTo(hex("abcd")); // counts itself
        assertThat(decode(plain.adjustment(2).skip(0), "0002 abcd")).isEqualTo(hex("0002abcd"));
        assertThat(decode(plain.skip(0), "0004 abcd")).isEqualTo(hex("0004abcd"));
        assertThat(decode(plain.offset(1), "ff 0002 abcd")).isEqualTo(hex("abcd"));
        assertThat(decode(plain.offset(1).adjustment(3).skip(0), "ff 0002 abcd"))
                .isEqualTo(hex("ff0002abcd"));
        assertThat(decode(plain.adjustment(1).skip(2), "0002 ee abcd")).isEqualTo(hex("eeabcd"));
        assertThat(decode(plain.skip(3), "0002 ee abcd")).isEqualTo(hex("abcd"));
        assertThat(decode(plain.offset(1).adjustment(-3).skip(4), "ff 0005 ee abcd"))
                .isEqualTo(hex("abcd"));
        assertThat(decode(plain, "0000")).isEqualTo(ByteString.empty());
    }

    /// Item 104.
    @Test
    void headersAreWrittenAsTheyAreRead() {
        var plain = LengthField.ofShort();
        assertThat(encode(plain.adjustment(-2), "abcd")).isEqualTo(hex("0004abcd"));
        assertThat(encode(plain.skip(0), "0000abcd")).isEqualTo(hex("0004abcd"));
        assertThat(encode(plain.offset(1).adjustment(3).skip(0), "ff9999abcd")).isEqualTo(hex("ff0002abcd"));
        assertThat(encode(plain.offset(1), "abcd")).isEqualTo(hex("000002abcd"));
        assertThat(encode(plain.skip(3), "abcd")).isEqualTo(hex("000200abcd"));
        assertThatIllegalArgumentException().isThrownBy(() -> encode(plain.skip(0), "00"));
    }

    /// Item 104.
    @Test
    void tooLargeAHeaderFailsBeforeItsBytesCome() {
        var codec = new LengthCodec(LengthField.ofInt().max(100));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> codec.decode(hex("00000065").asByteBuffer()))
                .withMessageContaining("length 101 is larger than the limit of 100");
        var wide = new LengthCodec(LengthField.ofLong());
        for (var length : List.of("ffffffffffffffff", "8000000000000000", "7fffffffffffffff")) {
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> wide.decode(hex(length).asByteBuffer()))
                    .withMessageContaining("larger than the limit");
        }
        var overflowing = new LengthCodec(LengthField.ofLong().adjustment(10));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> overflowing.decode(hex("7fffffffffffffff").asByteBuffer()));
    }

    /// Item 104.
    @Test
    void aFrameThatEndsInItsHeaderMakesNoSense() {
        var counting = new LengthCodec(LengthField.ofShort().adjustment(-2));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> counting.decode(hex("0001").asByteBuffer()));
        var whole = new LengthCodec(LengthField.ofShort().skip(0));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> whole.decode(hex("0000").asByteBuffer()))
                .withMessageContaining("within its own header");
    }

    /// Item 104.
    @Test
    void tooLargeAFrameIsNotWritten() {
        var out = new ByteStringBuilder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LengthCodec(LengthField.ofInt().max(2)).encode(ByteString.zeros(3), out))
                .withMessageContaining("larger than the limit of 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LengthCodec(LengthField.ofByte()).encode(ByteString.zeros(256), out))
                .withMessageContaining("1 bytes of length");
        assertThat(out.isEmpty()).isTrue();
    }

    /// Item 104.
    @Test
    void aNewLimitTouchesTheNextFrameOnly() throws Exception {
        var codec = new LengthCodec(LengthField.ofByte().max(4));
        var wire = hex("04 aabbccdd 04 aabbccdd").asByteBuffer();
        assertThat(codec.decode(wire.slice(0, 2))).isNull(); // its header has come
        codec.max(3);
        assertThat(codec.decode(wire)).isEqualTo(hex("aabbccdd"));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> codec.decode(wire));
        codec.max(4);
        assertThat(codec.decode(wire)).isEqualTo(hex("aabbccdd"));
    }

    /// Item 104.
    @Test
    void anInputThatIsCutIsAFailure() {
        for (var cut : List.of("0000", "00000003aabb")) {
            try (var io = MockIo.script().read(hex(cut)).eof()) {
                PollStream<ByteString> frames = Framed.lengthPrefixed(io, LengthField.ofInt());
                assertThatExceptionOfType(EOFException.class)
                        .isThrownBy(() -> frames.next().await())
                        .withMessageContaining("bytes remaining on stream");
            }
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LengthField.ofBytes(9));
        assertThatIllegalArgumentException().isThrownBy(() -> LengthField.ofBytes(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LengthField.ofInt().max(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LengthField.ofInt().skip(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FixedSizeCodec(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedSizeCodec(2).encode(ByteString.of('a'), new ByteStringBuilder()));
    }
}
