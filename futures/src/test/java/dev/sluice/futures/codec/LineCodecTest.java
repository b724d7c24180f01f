package dev.sluice.futures.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lines and delimiters; checklist items 102 and 103.
@Timeout(60)
class LineCodecTest {
    /// What a decoder gives for parts that come one after the other, "!" for a failure, and then the end.
    private static List<String> decoded(Decoder<?> decoder, String... parts) throws Exception {
        var in = ByteBuffer.allocate(1000).flip();
        var given = new ArrayList<String>();
        for (var part : parts) {
            in.compact().put(part.getBytes(StandardCharsets.UTF_8)).flip();
            while (add(given, decoder, in, false)) {}
        }
        while (add(given, decoder, in, true)) {}
        return given;
    }

    private static boolean add(List<String> given, Decoder<?> decoder, ByteBuffer in, boolean end) throws Exception {
        try {
            var frame = end ? decoder.decodeEnd(in) : decoder.decode(in);
            if (frame != null) {
                given.add(frame instanceof ByteString bytes ? bytes.utf8() : frame.toString());
            }
            return frame != null;
        } catch (FrameException e) {
            given.add("!");
            return true;
        }
    }

    @Test
    void linesEndWithLineFeedAndPerhapsCarriageReturn() throws Exception {
        assertThat(decoded(new LineCodec(100), "a\nb\r\n\n\r\nc\rd\n")).containsExactly("a", "b", "", "", "c\rd");
        assertThat(decoded(new LineCodec(100), "ab", "c\r", "\nd", "ef")).containsExactly("abc", "def");
        assertThat(decoded(new LineCodec(100), "last\r")).containsExactly("last");
        assertThat(decoded(new LineCodec(100), "a\n\r")).containsExactly("a");
        assertThat(decoded(new LineCodec(100))).isEmpty();
    }

    /// Item 102.
    @Test
    void theLongestLineMayBeOfThatLength() throws Exception {
        assertThat(decoded(new LineCodec(3), "abc\nabc\r\nabcd\nabc\rx\nabc"))
                .containsExactly("abc", "abc", "!", "!", "abc");
        assertThat(decoded(new LineCodec(3), "abcd")).containsExactly("!");
        assertThat(decoded(new LineCodec(3), "abc\r", "\nabc", "d\n", "e\n")).containsExactly("abc", "!", "e");
    }

    /// Item 102.
    @Test
    void aLongLineIsOneFailureHoweverItComes() throws Exception {
        assertThat(decoded(new LineCodec(3), "abcdef\nxy\n")).containsExactly("!", "xy");
        assertThat(decoded(new LineCodec(3), "abcdef", "ghi", "jkl", "mno\n", "xy\n"))
                .containsExactly("!", "xy");
        assertThat(decoded(new LineCodec(3), "abcdef", "ghi\nlonger again", "!!\nxy\n"))
                .containsExactly("!", "!", "xy");
        assertThat(decoded(new LineCodec(3), "abcdef", "ghi")).containsExactly("!");
        assertThat(decoded(new LineCodec(3), "abcdef", "", "\n", "\n", "x")).containsExactly("!", "", "x");
    }

    /// Item 102.
    @Test
    void aLongLineIsToldBeforeItsEndAndDroppedAsItComes() throws Exception {
        var codec = new LineCodec(3);
        var in = ByteBuffer.wrap("abcdefgh".getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(FrameException.class)
                .isThrownBy(() -> codec.decode(in))
                .withMessage("line longer than 3 bytes");
        assertThat(in.remaining()).isZero();
    }

    @Test
    void whatIsNotOfTheCharsetCostsThatLineOnly() throws Exception {
        var codec = new LineCodec(100);
        var in = ByteBuffer.wrap(
                new byte[] {'a', (byte) 0xff, '\n', 'b', '\n', (byte) 0xef, (byte) 0xbf, (byte) 0xbd, '\n'});
        assertThatExceptionOfType(FrameException.class)
                .isThrownBy(() -> codec.decode(in))
                .withCauseInstanceOf(MalformedInputException.class);
        assertThat(codec.decode(in)).isEqualTo("b");
        assertThat(codec.decode(in)).isEqualTo("\ufffd");
        var latin = new LineCodec(100, StandardCharsets.ISO_8859_1);
        assertThat(latin.decode(ByteBuffer.wrap(new byte[] {(byte) 0xe9, '\n'})))
                .isEqualTo("é");
    }

    @Test
    void aLineWithAnEndWithinIsRefused() {
        var codec = new LineCodec(100);
        var out = new ByteStringBuilder();
        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode("a\nb", out));
        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode("a\r", out));
        assertThat(out.isEmpty()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> new LineCodec(10, StandardCharsets.UTF_16));
        assertThatIllegalArgumentException().isThrownBy(() -> new LineCodec(0));
    }

    @Test
    void aDirectBufferIsReadAsWell() throws Exception {
        var in = ByteBuffer.allocateDirect(10)
                .put("a\nb".getBytes(StandardCharsets.UTF_8))
                .flip();
        var codec = new LineCodec(100);
        assertThat(codec.decode(in)).isEqualTo("a");
        assertThat(codec.decode(in)).isNull();
        assertThat(in.remaining()).isOne();
    }

    /// Item 103.
    @Test
    void anyDelimiterEndsAFrame() throws Exception {
        assertThat(decoded(DelimiterCodec.anyOf(100), "a,b;c\nd\re", "f,,g"))
                .containsExactly("a", "b", "c", "d", "ef", "", "g");
        assertThat(decoded(DelimiterCodec.anyOf(ByteString.of('#', '|'), ByteString.of('#'), 100), "a,#b|"))
                .containsExactly("a,", "b");
        var out = new ByteStringBuilder();
        DelimiterCodec.anyOf(100).encode(ByteString.of('x'), out);
        assertThat(out.result().utf8()).isEqualTo("x,");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DelimiterCodec.anyOf(100).encode(ByteString.fromUtf8("a;b"), out));
    }

    /// Item 103.
    @Test
    void aLongFrameIsDroppedUpToItsDelimiter() throws Exception {
        assertThat(decoded(DelimiterCodec.anyOf(3), "abcdef", "ghi", ";xy,")).containsExactly("!", "xy");
        var sequence = DelimiterCodec.sequence(ByteString.fromUtf8("<>"), 3);
        assertThat(decoded(sequence, "abcdef<", ">xy<", ">", "<", "<>abc<", ">z"))
                .containsExactly("!", "xy", "<", "abc", "z");
    }

    @Test
    void aFrameThatWouldMakeADelimiterIsRefused() {
        var doubled = DelimiterCodec.sequence(ByteString.fromUtf8("aa"), 100);
        var out = new ByteStringBuilder();
        assertThatIllegalArgumentException().isThrownBy(() -> doubled.encode(ByteString.fromUtf8("xa"), out));
        assertThatIllegalArgumentException().isThrownBy(() -> doubled.encode(ByteString.fromUtf8("xaay"), out));
        doubled.encode(ByteString.fromUtf8("ax"), out);
        assertThat(out.result().utf8()).isEqualTo("axaa");
    }
}
