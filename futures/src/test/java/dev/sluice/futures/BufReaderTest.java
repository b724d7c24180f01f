package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Reading ahead; checklist items 46-52.
@Timeout(60)
class BufReaderTest {
    private static final byte COMMA = ',';

    private static BufReader<Trickle> reader(String text) {
        return new BufReader<>(Trickle.of(text));
    }

    private static ByteString utf8(String text) {
        return ByteString.fromUtf8(text);
    }

    /// Item 46.
    @Test
    void readUntilGivesTheDelimiterToo() throws Exception {
        var reader = reader("a,bc,,d");
        assertThat(reader.readUntil(COMMA, 10).await()).isEqualTo(utf8("a,"));
        assertThat(reader.readUntil(COMMA, 10).await()).isEqualTo(utf8("bc,"));
        assertThat(reader.readUntil(COMMA, 0).await()).isEqualTo(utf8(","));
        assertThat(reader.readUntil(COMMA, 10).await()).isEqualTo(utf8("d"));
        assertThat(reader.readUntil(COMMA, 10).await()).isEqualTo(ByteString.empty());
    }

    /// Item 46.
    @Test
    void everythingThatLooksForAnEndCanBeCancelledAnywhere() throws Exception {
        var reader = reader("key=value;first\r\nsecond\n\0\1\2\3x,y,");
        assertThat(Cancelling.untilDone(() -> reader.readUntil((byte) '=', 10))).isEqualTo(utf8("key="));
        assertThat(Cancelling.untilDone(() -> reader.readUntil((byte) ';', 10))).isEqualTo(utf8("value;"));
        assertThat(Cancelling.untilDone(() -> reader.readLine())).isEqualTo(Optional.of("first"));
        assertThat(Cancelling.untilDone(() -> reader.lines().next())).isEqualTo(Optional.of("second"));
        int number = Cancelling.untilDone(reader::readInt);
        assertThat(number).isEqualTo(0x00010203);
        assertThat(Cancelling.untilDone(() -> reader.split(COMMA, 1).next())).isEqualTo(Optional.of(utf8("x")));
        assertThat(Cancelling.untilDone(() -> reader.split(COMMA, 1).next())).isEqualTo(Optional.of(utf8("y")));
        assertThat(Cancelling.untilDone(() -> reader.split(COMMA, 1).next())).isEmpty();
    }

    @Test
    void anotherOperationFindsWhatACancelledOneLeft() throws Exception {
        var reader = reader("a;b,c");
        var cx = Context.of(() -> {});
        var cancelled = reader.readUntil(COMMA, 10);
        for (int i = 0; i < 3; i++) {
            assertThat(cx.poll(cancelled).isReady()).isFalse();
        }
        assertThat(reader.buffered().remaining()).isEqualTo(2);
        assertThat(reader.readUntil((byte) ';', 10).await()).isEqualTo(utf8("a;"));
        assertThat(reader.readUntil(COMMA, 10).await()).isEqualTo(utf8("b,"));
    }

    /// Item 46: a limit is told before there is more than it in memory.
    @Test
    void whatIsTooLongStaysUnread() throws Exception {
        var reader = reader("12345,1234,");
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> reader.readUntil(COMMA, 4).await())
                .withMessage("more than 4 bytes without the delimiter");
        assertThat(reader.buffered().remaining()).isEqualTo(5);
        assertThat(reader.readUntil(COMMA, 5).await()).isEqualTo(utf8("12345,"));
        assertThat(reader.readUntil(COMMA, 4).await()).isEqualTo(utf8("1234,"));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> reader("endless line\n").readLine(5).await())
                .withMessage("more than 5 bytes without the end of a line");
        assertThatIllegalArgumentException().isThrownBy(() -> reader.readLine(-1));
        var endless = new BufReader<>(AsyncIo.repeat((byte) 'x'));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> endless.readLine().await());
        assertThat(endless.buffered().remaining()).isLessThanOrEqualTo(BufReader.LINE_LIMIT + 2 * endless.capacity());
    }

    /// Item 47.
    @Test
    void aLineThatIsNotUtf8FailsAndIsGone() throws Exception {
        var reader = new BufReader<>(
                new Trickle(ByteString.of('a', 0xFF, '\n', 'b', '\n').toByteArray(), () -> 10));
        assertThatExceptionOfType(CharacterCodingException.class)
                .isThrownBy(() -> reader.readLine().await());
        assertThat(reader.readLine().await()).contains("b");
        assertThat(reader.readLine().await()).isEmpty();
    }

    /// Item 47.
    @Test
    void aFailureOfTheSourceLeavesWhatCame() throws Exception {
        var reader = new BufReader<>(Trickle.of("half").failing(new IOException("reset")));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> reader.readLine().await())
                .withMessage("reset");
        assertThat(reader.buffered()).isEqualTo(utf8("half").asByteBuffer());
    }

    /// Item 48.
    @Test
    void linesEndWithLfOrCrLf() throws Exception {
        assertThat(reader("a\r\n\nb\rc\nlast").lines().toList().await()).isEqualTo(List.of("a", "", "b\rc", "last"));
        assertThat(reader("a\n").lines().toList().await()).isEqualTo(List.of("a"));
        assertThat(reader("a\r").lines().toList().await()).isEqualTo(List.of("a\r"));
        assertThat(reader("").lines().toList().await()).isEmpty();
    }

    @Test
    void aFailureEndsTheLinesButNotTheReader() throws Exception {
        var reader = reader("short\nlonger than that\nshort\n");
        var told = new ArrayList<IOException>();
        var seen = reader.lines(5).onFailure(told::add).toList().await();
        assertThat(seen).isEqualTo(List.of("short"));
        assertThat(told).hasSize(1).first().isInstanceOf(LimitExceededException.class);
        assertThat(reader.readLine(20).await()).contains("longer than that");
        assertThat(reader.readLine(20).await()).contains("short");
    }

    /// Item 49.
    @Test
    void splitGivesNoEmptyLastItem() throws Exception {
        assertThat(reader("a,,b,").split(COMMA, 10).toList().await())
                .isEqualTo(List.of(utf8("a"), utf8(""), utf8("b")));
        assertThat(reader("a,b").split(COMMA, 10).toList().await()).isEqualTo(List.of(utf8("a"), utf8("b")));
    }

    /// Item 50.
    @Test
    void whatIsNotConsumedIsThereAgain() throws Exception {
        var reader = new BufReader<>(Trickle.of("abcdef", 3));
        assertThat(reader.fillBuf().await()).isEqualTo(utf8("abc").asByteBuffer());
        assertThat(reader.fillBuf().await()).isEqualTo(utf8("abc").asByteBuffer());
        reader.consume(2);
        assertThat(reader.fillBuf().await()).isEqualTo(utf8("c").asByteBuffer());
        assertThatIllegalArgumentException().isThrownBy(() -> reader.consume(2)).withMessageContaining("2 of 1");
        reader.consume(1);
        assertThat(reader.fillBuf().await()).isEqualTo(utf8("def").asByteBuffer());
        reader.consume(3);
        assertThat(reader.fillBuf().await().hasRemaining()).isFalse();
    }

    /// Item 51.
    @Test
    void aLargeReadGoesPastTheBuffer() throws Exception {
        var reader = new BufReader<>(Trickle.of("abcdefgh", 100), 4);
        var dst = ByteBuffer.allocate(4);
        assertThat(reader.read(dst).await()).isEqualTo(4);
        assertThat(reader.buffered().hasRemaining()).isFalse();
        assertThat(reader.read(dst.clear().limit(1)).await()).isOne();
        assertThat(reader.buffered().remaining()).isEqualTo(3);
        assertThat(reader.read(dst.clear()).await()).isEqualTo(3);
    }

    /// Item 52.
    @Test
    void theSourceDoesNotGiveWhatWasReadAhead() throws Exception {
        var reader = new BufReader<>(Trickle.of("a\nbc\nde", 4));
        assertThat(reader.readLine().await()).contains("a");
        assertThat(reader.source().readToString(10).await()).isEqualTo("\nde");
        assertThat(reader.readToString(10).await()).isEqualTo("bc");
    }

    @Test
    void numbersThatAreCutStayUnread() throws Exception {
        var reader = reader("abc");
        assertThatExceptionOfType(EarlyEndException.class)
                .isThrownBy(() -> reader.readInt().await())
                .withMessage("the input ended after 3 of 4 bytes");
        assertThat(reader.readShort(ByteOrder.LITTLE_ENDIAN).await()).isEqualTo((short) 0x6261);
        assertThat(reader.readByte().await()).isEqualTo((byte) 'c');
    }

    /// Item 93.
    @Test
    void pollingAfterTheEndIsRefused() throws Exception {
        var line = reader("a\n").readLine();
        line.await();
        assertThatIllegalStateException().isThrownBy(line::await).withMessageContaining("polled after it was done");
    }
}
