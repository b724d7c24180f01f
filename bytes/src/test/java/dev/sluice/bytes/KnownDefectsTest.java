package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/// Defects seen in another byte string (Pekko 1.5.0), by their number in the list of requirements: none of them is
/// here.
class KnownDefectsTest {

    private static final ByteString HELLO_WORLD = Shapes.unfused(
            List.of(ByteString.fromUtf8("hello"), ByteString.fromUtf8(" "), ByteString.fromUtf8("world")));

    /// D60: the hash was computed at every call. Here a change of the array behind its back goes unnoticed.
    @Test
    void hashIsComputedOnce() {
        byte[] array = {1, 2, 3};
        ByteString bytes = ByteString.unsafeWrap(array);
        int hash = bytes.hashCode();
        array[0] = 9;
        assertThat(bytes.hashCode()).isEqualTo(hash);
        assertThat(ByteString.unsafeWrap(array).hashCode()).isNotEqualTo(hash);
    }

    /// D60: equality boxed each byte; two gigabytes of that would take half a minute.
    @Test
    void equalityComparesRunsOfArrays() {
        ByteString large = ByteString.zeros(1 << 20).repeat(2047);
        ByteString otherFragments = ByteString.zeros(1 << 16).repeat(2047 * 16);
        assertThat(large.equals(otherFragments)).isTrue();
        assertThat(large.mismatch(otherFragments.append(ByteString.of(1)))).isEqualTo(large.size());
    }

    /// D61: parts of four bytes and more were shifted as ints when little-endian.
    @Test
    void littleEndianPartsOfAllLengthsAreRead() {
        for (int count = 1; count <= 8; count++) {
            for (long value : new long[] {-1, 0x80, 0x8000_0000L, 0x8877_6655_4433_2211L, 0x1122_3344_8566_7788L}) {
                long part = count == 8 ? value : value & ((1L << (8 * count)) - 1);
                ByteString bytes = new ByteStringBuilder()
                        .putLongPart(value, count, ByteOrder.LITTLE_ENDIAN)
                        .result();
                ByteString oneByteFragments =
                        Shapes.unfused(bytes.grouped(1).map(ByteString::compact).toList());
                assertThat(bytes.reader().readLongPart(count, ByteOrder.LITTLE_ENDIAN))
                        .isEqualTo(part);
                assertThat(oneByteFragments.reader().readLongPart(count, ByteOrder.LITTLE_ENDIAN))
                        .isEqualTo(part);
            }
        }
    }

    /// D62: joining what was left of one iterator with another dropped the left part. Readers are not joined here;
    /// what remains of one is a byte string.
    @Test
    void whatRemainsOfReadersCanBeJoined() {
        ByteStringReader left = HELLO_WORLD.reader().skip(2);
        ByteStringReader right = HELLO_WORLD.reader().skip(5);
        assertThat(left.rest().append(right.rest()).utf8()).isEqualTo("llo world world");
    }

    /// D63: `skip` behind the end of a fragment did nothing, large values overflowed, `available` saw one fragment.
    @Test
    void streamSkipsAndCountsAcrossFragments() throws IOException {
        InputStream stream = HELLO_WORLD.asInputStream();
        assertThat(stream.available()).isEqualTo(11);
        assertThat(stream.skip(7)).isEqualTo(7);
        assertThat(stream.available()).isEqualTo(4);
        assertThat(stream.skip(-1)).isZero();
        assertThat(stream.skip(Long.MAX_VALUE)).isEqualTo(4);
        assertThat(stream.skip(Long.MAX_VALUE)).isZero();
        assertThat(HELLO_WORLD.compact().asInputStream().skip(1L << 40)).isEqualTo(11);
    }

    /// D64: a read of more bytes than remain gave fewer.
    @Test
    void shortReadsFailAndDoNotMove() {
        ByteStringReader reader = HELLO_WORLD.reader().skip(8);
        List<Runnable> reads = List.of(
                () -> reader.readBytes(4),
                () -> reader.readInto(new byte[4]),
                () -> reader.readUtf8(4),
                () -> reader.skip(4),
                () -> reader.require(4),
                () -> reader.peekBytes(4),
                reader::readInt,
                reader::readFloat,
                reader::readLong,
                reader::readDouble,
                () -> reader.readLongPart(4),
                () -> reader.readUntil(ByteString.of('\n')),
                () -> ByteString.of(0x80, 0x80).reader().readVarint());
        for (Runnable read : reads) {
            assertThatThrownBy(read::run).isInstanceOf(NoSuchElementException.class);
            assertThat(reader.position()).isEqualTo(8);
        }
        assertThat(reader.tryReadBytes(4)).isEmpty();
        assertThat(reader.tryReadInt()).isEmpty();
        assertThat(reader.tryReadLong()).isEmpty();
        assertThat(reader.tryReadUntil(ByteString.of('\n'))).isEmpty();
        assertThat(reader.position()).isEqualTo(8);
        assertThat(reader.readUtf8(3)).isEqualTo("rld");
    }

    /// D65: the search for the empty slice failed.
    @Test
    void emptyPatternIsFoundWhereTheSearchBegins() {
        assertThat(HELLO_WORLD.indexOf(ByteString.empty())).isZero();
        assertThat(HELLO_WORLD.indexOf(ByteString.empty(), 7)).isEqualTo(7);
        assertThat(HELLO_WORLD.indexOf(ByteString.empty(), 99)).isEqualTo(11);
        assertThat(HELLO_WORLD.indexOf(new byte[0], -1)).isZero();
        assertThat(HELLO_WORLD.lastIndexOf(ByteString.empty())).isEqualTo(11);
        assertThat(ByteString.empty().indexOf(ByteString.empty())).isZero();
    }

    /// D66: copies returned negative counts, and an offset in the source was taken for one in the target.
    @Test
    void copiesReturnWhatTheyCopied() {
        for (ByteString bytes : List.of(HELLO_WORLD, HELLO_WORLD.compact())) {
            assertThat(bytes.copyTo(11, new byte[5], 0, 5)).isZero();
            assertThat(bytes.copyTo(new byte[5], 5, 0)).isZero();
            ByteBuffer buffer = ByteBuffer.allocate(8).position(2);
            assertThat(bytes.copyTo(3, buffer)).isEqualTo(6);
            assertThat(buffer.array()).isEqualTo("\0\0lo wor".getBytes(StandardCharsets.UTF_8));
            assertThat(bytes.copyTo(3, buffer)).isZero();
            assertThat(bytes.copyTo(11, buffer.clear())).isZero();
        }
    }

    /// D67: joins overflowed the length silently.
    @Test
    void joinsBeyondTheLargestSizeAreRefused() {
        ByteString large = ByteString.zeros(1 << 20).repeat(2047);
        ByteString rest = ByteString.zeros((1 << 20) - 1);
        ByteString full = large.append(rest);
        assertThat(full.size()).isEqualTo(Integer.MAX_VALUE);
        assertThat(full.byteAt(Integer.MAX_VALUE - 1)).isZero();
        assertThat(full.fragmentCount()).isEqualTo(2048);

        ByteString one = ByteString.of('x');
        assertThatIllegalArgumentException()
                .isThrownBy(() -> full.append(one))
                .withMessage("2147483648 bytes: a ByteString holds at most 2147483647");
        assertThatIllegalArgumentException().isThrownBy(() -> full.append(full));
        assertThatIllegalArgumentException().isThrownBy(() -> one.append(full));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.concat(List.of(full, full, full)));
        assertThatIllegalArgumentException().isThrownBy(() -> large.repeat(2));
        assertThatIllegalArgumentException().isThrownBy(() -> one.repeat(-1));
        var builder = new ByteStringBuilder().put(full);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.putByte(1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.put(new byte[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.put(one));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.put(full));
        assertThat(builder.result()).isEqualTo(full);
    }

    /// D67: access to ropes was linear; the path to a byte is short here, see also [RopeTest].
    @Test
    void pathToAnyByteIsShort() {
        ByteString rope = ByteString.empty();
        for (int i = 0; i < 100_000; i++) {
            rope = rope.append(ByteString.zeros(200));
        }
        assertThat(rope.fragmentCount()).isEqualTo(100_000);
        assertThat(rope.height).isLessThan((byte) 26);
    }

    /// D67: a small slice pinned a large array for good.
    @Test
    void trimmedSliceLetsGoOfItsArray() {
        ByteString slice = ByteString.zeros(128 << 10).take(16);
        assertThat(slice.retainedSize()).isEqualTo(128 << 10);
        assertThat(slice.trim().retainedSize()).isEqualTo(16);
        assertThat(slice.trim()).isEqualTo(slice);
        ByteString mostOfIt = ByteString.zeros(100).take(60);
        assertThat(mostOfIt.trim()).isSameAs(mostOfIt);
    }

    /// D67: small puts and large appends in turn made fragments without bound.
    @Test
    void fragmentsOfABuilderAreBounded() {
        var builder = new ByteStringBuilder();
        ByteString small = ByteString.zeros(100);
        ByteString large = ByteString.zeros(1000);
        for (int i = 0; i < 1000; i++) {
            builder.putInt(i).put(small).putByte(0);
        }
        assertThat(builder.result().fragmentCount()).isLessThan(20);
        for (int i = 0; i < 1000; i++) {
            builder.putInt(i).put(large);
        }
        assertThat(builder.result().fragmentCount()).isLessThan(2050);
    }
}
