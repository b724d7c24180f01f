package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines: what ends them, how long they may be, and text in pieces.
@EveryTransport
class LineTest {
    private final Net net;
    private final Setup setup;
    private final Net.Outside outside;
    private final ByteReadChannel in;
    private final StringBuilder target = new StringBuilder();

    LineTest(Setup setup) throws IOException {
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

    private <T> T feed(Async<T> reader, String... pieces) throws Exception {
        for (var piece : pieces) {
            reader.awaitBlocked();
            outside.send(piece);
        }
        return reader.get();
    }

    private void sendAndEnd(String text) throws IOException {
        sendAndEnd(text.getBytes(UTF_8));
    }

    private void sendAndEnd(byte... bytes) throws IOException {
        outside.send(bytes);
        outside.peer().shutdownOutput();
    }

    // 14
    @Test
    void aLastLineNeedsNoEnd() throws Exception {
        sendAndEnd("first\nlast");
        assertThat(in.readLine()).isEqualTo("first");
        assertThat(in.readLine()).isEqualTo("last");
        assertThat(in.readLine()).isNull();
        assertThat(in.readLine()).isNull();
    }

    // 14
    @Test
    void anEmptyLineIsNotTheEnd() throws Exception {
        sendAndEnd("\n\r\nx\n");
        assertThat(in.readLine()).isEmpty();
        assertThat(in.readASCIILine()).isEmpty();
        assertThat(in.readASCIILine()).isEqualTo("x");
        assertThat(in.readASCIILine()).isNull();
    }

    // 44
    @Test
    void crLfSplitOverPacketsIsOneBreak() throws Exception {
        assertThat(feed(setup.async(() -> in.readLine()), "4\r", "\n2\r\n")).isEqualTo("4");
        assertThat(in.readLine()).isEqualTo("2");
    }

    // 44
    @Test
    void crLfSplitOverPacketsIsOneBreakInLenientModeToo() throws Exception {
        outside.send("4\r");
        assertThat(in.readLineTo(target, 10, LineEnding.LENIENT)).isTrue(); // does not wait for what comes next
        assertThat(target.toString()).isEqualTo("4");
        assertThat(feed(setup.async(() -> in.readLineTo(target, 10, LineEnding.LENIENT)), "\n2\r\n"))
                .isTrue();
        assertThat(target.toString()).isEqualTo("42");
        outside.peer().shutdownOutput();
        assertThat(in.readLineTo(target, 10, LineEnding.LENIENT)).isFalse();
        assertThat(target.toString()).isEqualTo("42");
    }

    // 45
    @Test
    void aLoneCrIsContent() throws Exception {
        sendAndEnd("4\r2\n\r\r\n");
        assertThat(in.readLine()).isEqualTo("4\r2");
        assertThat(in.readLine()).isEqualTo("\r");
        assertThat(in.readLine()).isNull();
    }

    // 45
    @Test
    void aLoneCrIsABreakInLenientMode() throws Exception {
        sendAndEnd("4\r2\r\rx\n");
        for (var expected : new String[] {"4", "2", "", "x"}) {
            target.setLength(0);
            assertThat(in.readLineTo(target, 10, LineEnding.LENIENT)).isTrue();
            assertThat(target.toString()).isEqualTo(expected);
        }
        assertThat(in.readLineTo(target, 10, LineEnding.LENIENT)).isFalse();
    }

    // 45
    @Test
    void onlyALineFeedThatFollowsAtOnceBelongsToTheCrBefore() throws Exception {
        outside.send("a\rx\nb\n");
        assertThat(in.readLineTo(target, 10, LineEnding.LENIENT)).isTrue();
        assertThat(in.readByte()).isEqualTo((byte) 'x');
        assertThat(in.readLine()).isEmpty();
        assertThat(in.readLine()).isEqualTo("b");
    }

    // 46
    @Test
    void aStrictLineMustHaveAnEnd() throws Exception {
        sendAndEnd("whole\nhalf");
        assertThat(in.readLineStrict(100)).isEqualTo("whole");
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> in.readLineStrict(100))
                .withMessageContaining("after 4 characters");
        assertThat(in.readLineStrict(100)).isNull();
    }

    // 46
    @Test
    void aStrictLineMayEndWithACrInLenientMode() throws Exception {
        sendAndEnd("4\r2");
        assertThat(in.readLineStrict(100, LineEnding.LENIENT)).isEqualTo("4");
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> in.readLineStrict(100, LineEnding.LENIENT))
                .withMessageContaining("after 1 characters");
    }

    // 46
    @Test
    void theTargetGetsWhatCameOfALineThatHasNoEnd() throws Exception {
        sendAndEnd("half");
        assertThat(in.readLineTo(target, 100, LineEnding.DEFAULT)).isFalse();
        assertThat(target.toString()).isEqualTo("half");
    }

    // 47
    @ParameterizedTest
    @ValueSource(strings = {"12345\n", "12345\r\n", "12345"})
    void aLineOfExactlyTheLimitIsRead(String line) throws Exception {
        sendAndEnd(line);
        assertThat(in.readLine(5)).isEqualTo("12345");
        assertThat(in.readLine(5)).isNull();
    }

    // 47
    @ParameterizedTest
    @ValueSource(strings = {"123456\n", "123456\r\n", "123456", "12345\rx\n", "12345\r"})
    void aLongerLineIsAnErrorAndTheTargetGetsTheLimit(String line) throws Exception {
        sendAndEnd(line);
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> in.readLineTo(target, 5, LineEnding.DEFAULT))
                .withMessage("more than 5 bytes without the end of a line");
        assertThat(target.toString()).isEqualTo("12345");
        assertThat(in.readRemaining(100).utf8()).isEqualTo(line.substring(5));
    }

    // 47
    @Test
    void aLineThatIsTooLongIsToldBeforeItsEndComes() throws Exception {
        outside.send("123456");
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> in.readLine(5));
    }

    // 47
    @Test
    void aLimitOfNothingTakesAnEmptyLine() throws Exception {
        outside.send("\n\r\nx");
        assertThat(in.readLine(0)).isEmpty();
        assertThat(in.readLine(0)).isEmpty();
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> in.readLine(0));
        assertThat(in.readByte()).isEqualTo((byte) 'x');
    }

    // 47
    @Test
    void aLimitOfAsMuchAsThereCanBeIsNone() throws Exception {
        sendAndEnd("line\n");
        assertThat(in.readLine(Integer.MAX_VALUE)).isEqualTo("line");
        assertThat(in.readLine(Integer.MAX_VALUE)).isNull();
    }

    // 47
    @Test
    void withoutALimitALineMayHave64KiB() throws Exception {
        var longest = "x".repeat(ByteReadChannel.LINE_LIMIT);
        var reader = setup.async(() -> in.readLine());
        outside.send(longest + "\n");
        assertThat(reader.get()).isEqualTo(longest);
        var tooLong = setup.async(() -> in.readLine());
        outside.send(longest + "x");
        assertThat(tooLong.failure()).isInstanceOf(LimitExceededException.class);
    }

    // 48
    @Test
    void theLimitCountsBytes() throws Exception {
        sendAndEnd("€€\n€€\n"); // three bytes each
        assertThat(in.readLine(6)).isEqualTo("€€");
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> in.readLine(5));
    }

    // 49
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1022, 1023, 1024, 4094, 4095, 4096, 16_382, 16_383, 16_384})
    void aCharacterSplitOverPacketsIsWhole(int before) throws Exception {
        for (var character : new String[] {"é", "€", "😀"}) {
            var text = "x".repeat(before) + character;
            var bytes = (text + "\n").getBytes(UTF_8);
            for (int split = before + 1; split < bytes.length - 1; split++) {
                var reader = setup.async(() -> in.readLine());
                outside.send(java.util.Arrays.copyOf(bytes, split));
                reader.awaitBlocked();
                outside.send(java.util.Arrays.copyOfRange(bytes, split, bytes.length));
                assertThat(reader.get()).isEqualTo(text);
            }
        }
    }

    // 49
    @Test
    void aBrokenCharacterIsReplaced() throws Exception {
        sendAndEnd(new byte[] {'a', (byte) 0xFF, 'b', '\n', (byte) 0xE2, (byte) 0x82, '\n', (byte) 0xC0, (byte) 0x80});
        assertThat(in.readLine()).isEqualTo("a�b");
        assertThat(in.readLine()).isEqualTo("�");
        assertThat(in.readLine()).isEqualTo("��");
        assertThat(in.readLine()).isNull();
    }

    // 50
    @Test
    void aCharacterCutOffByTheEndIsReplacedAndTheEndIsReached() throws Exception {
        sendAndEnd(new byte[] {'a', (byte) 0xF0, (byte) 0x9F});
        assertThat(in.readLine()).isEqualTo("a�");
        assertThat(in.readLine()).isNull();
    }
}
