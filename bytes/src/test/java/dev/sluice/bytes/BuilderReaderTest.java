package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rules of builder, reader and delimiter search that single examples say best.
class BuilderReaderTest {

    @Test
    void largeByteStringIsTakenByReference() {
        ByteString large = ByteString.zeros(512);
        assertThat(new ByteStringBuilder().put(large).result()).isSameAs(large);
        ByteString small = ByteString.zeros(511);
        assertThat(new ByteStringBuilder().put(small).result())
                .isNotSameAs(small)
                .isEqualTo(small);
    }

    @Test
    void resultsThatShareABufferAreOneFragment() {
        var builder = new ByteStringBuilder(1000).putUtf8("hello");
        assertThat(builder.result().utf8()).isEqualTo("hello");
        assertThat(builder.putUtf8(" world").result().utf8()).isEqualTo("hello world");
        assertThat(builder.result().fragmentCount()).isOne();
        assertThat(builder.clear().isEmpty()).isTrue();
        assertThat(builder.result()).isSameAs(ByteString.empty());
        assertThat(builder.putUtf8("again").result().utf8()).isEqualTo("again");
    }

    @Test
    void reservationIsFilledAcrossFragments() {
        var builder = new ByteStringBuilder().order(ByteOrder.LITTLE_ENDIAN);
        var length = builder.reserve(2);
        var checksum = builder.reserve(4);
        builder.put(ByteString.zeros(10_000)).putUtf8("end");
        length.fillLength();
        checksum.fill(0x01020304);
        ByteString result = builder.result();
        assertThat(result.take(6)).isEqualTo(ByteString.fromHex("172704030201"));
        assertThat(result.size()).isEqualTo(10_009);
    }

    @Test
    void reservationEndsWithTheResult() {
        var builder = new ByteStringBuilder();
        var given = builder.reserve(4);
        ByteString result = builder.result();
        assertThatIllegalStateException().isThrownBy(() -> given.fill(1));
        assertThat(result).isEqualTo(ByteString.zeros(4));

        var cleared = builder.reserve(4);
        cleared.fill(-1);
        assertThat(builder.clear().reserve(4)).isNotNull();
        assertThatIllegalStateException().isThrownBy(cleared::fillLength);
        assertThat(builder.result()).isEqualTo(ByteString.zeros(4));
    }

    @Test
    void partsHaveOneToEightBytes() {
        var builder = new ByteStringBuilder();
        for (int count : new int[] {-1, 0, 9}) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.putLongPart(1, count));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.reserve(count));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ByteString.zeros(20).reader().readLongPart(count));
        }
        assertThat(builder.isEmpty()).isTrue();
    }

    @Test
    void refusedRangesLeaveNothingBehind() {
        var builder = new ByteStringBuilder();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> builder.putInts(new int[3], 1, 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> builder.putLongs(new long[3], -1, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> builder.put(new byte[3], 0, -1));
        assertThat(builder.isEmpty()).isTrue();
    }

    @Test
    void prefixMustHoldTheLength() {
        var builder = new ByteStringBuilder();
        assertThat(builder.putPrefixedUtf8("é", 1).result()).isEqualTo(ByteString.fromHex("02c3a9"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.putPrefixedUtf8("x".repeat(256), 1));
        assertThat(builder.clear().putPrefixedUtf8("x".repeat(255), 1).size()).isEqualTo(256);
    }

    @Test
    void varintsHaveSixtyFourBits() {
        assertThat(new ByteStringBuilder().putVarint(300).result()).isEqualTo(ByteString.fromHex("ac02"));
        assertThat(new ByteStringBuilder().putVarint(-1).result().size()).isEqualTo(10);
        for (String malformed : List.of("ffffffffffffffffff02", "8080808080808080808001")) {
            ByteStringReader reader = ByteString.fromHex(malformed).reader();
            assertThatIllegalArgumentException().isThrownBy(reader::tryReadVarint);
            assertThat(reader.position()).isZero();
        }
        ByteStringReader partial = ByteString.fromHex("80").reader();
        assertThat(partial.tryReadVarint()).isEmpty();
        assertThat(partial.position()).isZero();
    }

    @Test
    void triedReadsMoveWhenTheyFindWhatTheySeek() {
        ByteStringReader in = ByteString.fromHex("ff 0102 00000003 0000000000000004 ac02 0506".replace(" ", ""))
                .reader();
        assertThat(in.tryReadUnsignedByte()).hasValue(255);
        assertThat(in.tryReadUnsignedShort()).hasValue(258);
        assertThat(in.tryReadInt()).hasValue(3);
        assertThat(in.tryReadLong()).hasValue(4);
        assertThat(in.tryReadVarint()).hasValue(300);
        assertThat(in.tryReadUnsignedShort()).hasValue(0x0506);
        assertThat(in.tryReadUnsignedByte()).isEmpty();
        assertThat(in.tryReadUnsignedShort()).isEmpty();
        assertThat(in.tryReadBytes(0)).hasValue(ByteString.empty());
    }

    @Test
    void triedReadsThatComeShortLeaveThePosition() {
        ByteStringReader in = ByteString.zeros(7).reader();
        assertThat(in.tryReadLong()).isEmpty();
        assertThat(in.tryReadDouble()).isEmpty();
        assertThat(in.tryReadLongPart(8)).isEmpty();
        assertThat(in.tryReadBytes(8)).isEmpty();
        assertThat(in.tryReadUtf8(8)).isEmpty();
        assertThat(in.position()).isZero();
        in.skip(4);
        assertThat(in.tryReadInt()).isEmpty();
        assertThat(in.tryReadUnsignedInt()).isEmpty();
        assertThat(in.tryReadFloat()).isEmpty();
        assertThat(in.position()).isEqualTo(4);
        assertThat(in.tryReadLongPart(3)).hasValue(0);
        assertThat(in.hasRemaining()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> in.tryReadLongPart(9));
        assertThatIllegalArgumentException().isThrownBy(() -> in.tryReadUtf8(-1));
    }

    @Test
    void readUntilTakesTheDelimiter() {
        ByteStringReader in = ByteString.fromUtf8("key: value\r\nrest").reader();
        assertThat(in.readUntil(ByteString.fromUtf8(": ")).utf8()).isEqualTo("key");
        assertThat(in.readUntil(ByteString.fromUtf8("\r\n")).utf8()).isEqualTo("value");
        assertThat(in.rest().utf8()).isEqualTo("rest");
    }

    @Test
    void slicesThatAreReadShareStorage() {
        byte[] array = new byte[1000];
        ByteString read = ByteString.unsafeWrap(array).reader().skip(10).readBytes(500);
        assertThat(((Fragment) read).array).isSameAs(array);
    }

    @Test
    void searchGoesOnWhereItStopped() {
        var search = new DelimiterSearch(ByteString.fromUtf8("\r\n"));
        ByteString buffer = ByteString.fromUtf8("GET /\r");
        assertThat(search.indexIn(buffer)).isEqualTo(-1);
        // What was scanned is not looked at again, so that this line end is not seen.
        assertThat(search.indexIn(ByteString.fromUtf8("\r\nxxx\r"))).isEqualTo(-1);
        assertThat(search.indexIn(buffer.append(ByteString.of('\n')))).isEqualTo(5);
        assertThat(search.indexIn(ByteString.fromUtf8("\r\n"))).isZero();
    }

    @Test
    void searchRefusesABufferThatLostBytes() {
        var search = new DelimiterSearch(ByteString.fromUtf8("\r\n"));
        assertThat(search.indexIn(ByteString.fromUtf8("hello"))).isEqualTo(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> search.indexIn(ByteString.fromUtf8("hell")));
        search.reset();
        assertThat(search.indexIn(ByteString.fromUtf8("\r\n"))).isZero();
    }

    @Test
    void searchIsLinearForPatternsThatNearlyMatch() {
        ByteString text = ByteString.of('a').repeat(4_000_000);
        ByteString pattern = ByteString.of('a').repeat(100_000).append(ByteString.of('b'));
        long begin = System.nanoTime();
        assertThat(text.indexOf(pattern)).isEqualTo(-1);
        assertThat(text.append(ByteString.of('b')).indexOf(pattern)).isEqualTo(4_000_000 - 100_000);
        assertThat(System.nanoTime() - begin)
                .as("a quadratic search takes minutes")
                .isLessThan(10_000_000_000L);
    }
}
