package dev.sluice.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/// An immutable sequence of up to 2^31 - 1 bytes.
///
/// It is a rope: one *fragment*, a run of an array, or a balanced tree of fragments. Joining and slicing share
/// fragments and copy no bytes, except that neighbours of together at most 128 bytes are copied into one.
///
/// **Ownership.** The bytes never change. Whatever comes from a mutable source is copied on the way in, and nothing
/// hands out an array, unless the method's name begins with `unsafe`. So a byte string may be shared between threads
/// freely, also through a data race.
///
/// **Memory.** A slice keeps the whole arrays of its fragments reachable: 16 bytes cut from a 128-KiB read buffer pin
/// 128 KiB. [#retainedSize()] tells, [#trim()] and [#compact()] cure it.
///
/// **Indexes.** Methods that cut or search clamp their indexes: a negative one means 0, one behind the end means the
/// end. Methods that access a position throw [IndexOutOfBoundsException] instead. A result longer than 2^31 - 1 bytes
/// is an [IllegalArgumentException]. `null` is never accepted.
///
/// **Bytes as numbers.** Where a method takes a byte as an `int` it uses the lowest eight bits, so both
/// `indexOf('\n')` and `indexOf(b)` mean what they say. Functions are given bytes as 0 to 255.
///
/// **Costs** (n bytes, f fragments; f is 1 for what a factory made):
///
/// | | |
/// |---|---|
/// | `size`, `isEmpty`, `reader` | O(1) |
/// | `byteAt` and its kin | O(log f) |
/// | `append`, `prepend`, slices | O(log f) |
/// | `concat(parts)`, `join` | O(parts) |
/// | `hashCode` | O(n) once |
/// | `compact` | O(n), O(1) if it is compact |
/// | everything that looks at bytes | O(n) at array speed, plus O(f) |
public abstract sealed class ByteString implements Comparable<ByteString>, Serializable permits Fragment, Rope {

    @Serial
    private static final long serialVersionUID = 1;

    private static final int SHOWN_BYTES = 100;

    /// What the kernel takes in one gathered write (`IOV_MAX` of Linux).
    private static final int GATHERED_FRAGMENTS = 1024;

    final transient int size;
    /// The length of the longest path to a fragment; 0 for a fragment.
    final transient byte height;
    /// 0 until it has been asked for.
    private transient int hash;

    ByteString(int size, int height) {
        this.size = size;
        this.height = (byte) height;
    }

    // ---- create

    /// The byte string of no bytes.
    public static ByteString empty() {
        return Fragment.EMPTY;
    }

    /// These bytes.
    public static ByteString of(byte... bytes) {
        return copyOf(bytes);
    }

    /// These bytes, written as numbers from -128 to 255.
    ///
    /// @throws IllegalArgumentException if a number is not a byte
    public static ByteString of(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < array.length; i++) {
            if (bytes[i] < Byte.MIN_VALUE || bytes[i] > 0xff) {
                throw new IllegalArgumentException(bytes[i] + " at index " + i + " is not a byte");
            }
            array[i] = (byte) bytes[i];
        }
        return Fragment.over(array);
    }

    /// A copy of the array. O(n).
    public static ByteString copyOf(byte[] source) {
        return Fragment.over(source.clone());
    }

    /// A copy of `length` bytes of the array, from index `from` on. O(n).
    public static ByteString copyOf(byte[] source, int from, int length) {
        Objects.checkFromIndexSize(from, length, source.length);
        return Fragment.over(Arrays.copyOfRange(source, from, from + length));
    }

    /// A copy of what remains in the buffer, whose position moves to its limit. One bulk get.
    public static ByteString copyOf(ByteBuffer source) {
        if (source.hasArray()) {
            int at = source.arrayOffset() + source.position();
            byte[] copy = Arrays.copyOfRange(source.array(), at, at + source.remaining()); // which is not cleared first
            source.position(source.limit());
            return Fragment.over(copy);
        }
        byte[] array = new byte[source.remaining()];
        source.get(array);
        return Fragment.over(array);
    }

    /// A copy of the segment, native memory included.
    ///
    /// @throws IllegalArgumentException if the segment is longer than 2^31 - 1 bytes
    public static ByteString copyOf(MemorySegment source) {
        byte[] array = new byte[checkSize(source.byteSize())];
        MemorySegment.ofArray(array).copyFrom(source);
        return Fragment.over(array);
    }

    /// The text in UTF-8.
    public static ByteString fromUtf8(String text) {
        return fromString(text, StandardCharsets.UTF_8);
    }

    /// The text in the given charset; what the charset cannot say is replaced.
    public static ByteString fromString(String text, Charset charset) {
        return Fragment.over(text.getBytes(charset));
    }

    /// The bytes of pairs of hexadecimal digits, upper or lower case.
    ///
    /// @throws IllegalArgumentException if the text is anything else
    public static ByteString fromHex(CharSequence digits) {
        return Fragment.over(HexFormat.of().parseHex(digits));
    }

    /// The bytes of Base64 text (RFC 4648, section 4), padded or not.
    ///
    /// @throws IllegalArgumentException if the text is anything else
    public static ByteString fromBase64(String text) {
        return Fragment.over(Base64.getDecoder().decode(text));
    }

    /// The bytes of Base64 text in the alphabet for URLs (RFC 4648, section 5), padded or not.
    ///
    /// @throws IllegalArgumentException if the text is anything else
    public static ByteString fromBase64Url(String text) {
        return Fragment.over(Base64.getUrlDecoder().decode(text));
    }

    /// `count` times the byte 0, in an array of its own.
    ///
    /// @throws IllegalArgumentException if `count` is negative
    public static ByteString zeros(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(count + " bytes");
        }
        return Fragment.over(new byte[count]);
    }

    /// All parts, in order. O(parts).
    public static ByteString concat(Iterable<ByteString> parts) {
        List<ByteString> all = new ArrayList<>();
        for (ByteString part : parts) {
            all.add(Objects.requireNonNull(part, "a part"));
        }
        return Rope.join(all);
    }

    /// All parts, in order, with the separator between each two. O(parts).
    public static ByteString join(ByteString separator, Iterable<ByteString> parts) {
        Objects.requireNonNull(separator, "separator");
        List<ByteString> all = new ArrayList<>();
        for (ByteString part : parts) {
            if (!all.isEmpty()) {
                all.add(separator);
            }
            all.add(Objects.requireNonNull(part, "a part"));
        }
        return Rope.join(all);
    }

    /// What the stream gives until it ends, but no more than `limit` bytes of it. Blocks as the stream does.
    public static ByteString readFrom(InputStream source, int limit) throws IOException {
        return Transfer.from(source, limit);
    }

    /// What the channel gives until it ends, or has nothing now if it is non-blocking, but no more than `limit` bytes
    /// of it.
    public static ByteString readFrom(ReadableByteChannel source, int limit) throws IOException {
        return Transfer.from(source, limit);
    }

    /// The array itself as a byte string. The caller promises never to write to it again. O(1).
    public static ByteString unsafeWrap(byte[] array) {
        return Fragment.over(array);
    }

    /// `length` bytes of the array itself, from index `from` on. The caller promises never to write to them again.
    /// O(1).
    public static ByteString unsafeWrap(byte[] array, int from, int length) {
        Objects.checkFromIndexSize(from, length, array.length);
        return Fragment.over(array, from, length);
    }

    // ---- measure and access

    /// The number of bytes.
    public final int size() {
        return size;
    }

    /// Whether there are no bytes.
    public final boolean isEmpty() {
        return size == 0;
    }

    /// The byte at an index.
    public final byte byteAt(int index) {
        Objects.checkIndex(index, size);
        ByteString node = this;
        while (node instanceof Rope rope) {
            if (index < rope.left.size) {
                node = rope.left;
            } else {
                index -= rope.left.size;
                node = rope.right;
            }
        }
        Fragment fragment = (Fragment) node;
        return fragment.array[fragment.offset + index];
    }

    /// The byte at an index as a number from 0 to 255.
    public final int unsignedByteAt(int index) {
        return byteAt(index) & 0xff;
    }

    /// Two bytes at an index, the most significant first.
    public final short shortAt(int index) {
        return shortAt(index, ByteOrder.BIG_ENDIAN);
    }

    /// Two bytes at an index, in the given order.
    public final short shortAt(int index, ByteOrder order) {
        Objects.checkFromIndexSize(index, Short.BYTES, size);
        return this instanceof Fragment f
                ? Words.getShort(f.array, f.offset + index, order)
                : Words.inOrder((short) bigEndian(index, Short.BYTES), order);
    }

    /// Four bytes at an index, the most significant first.
    public final int intAt(int index) {
        return intAt(index, ByteOrder.BIG_ENDIAN);
    }

    /// Four bytes at an index, in the given order.
    public final int intAt(int index, ByteOrder order) {
        Objects.checkFromIndexSize(index, Integer.BYTES, size);
        return this instanceof Fragment f
                ? Words.getInt(f.array, f.offset + index, order)
                : Words.inOrder((int) bigEndian(index, Integer.BYTES), order);
    }

    /// Eight bytes at an index, the most significant first.
    public final long longAt(int index) {
        return longAt(index, ByteOrder.BIG_ENDIAN);
    }

    /// Eight bytes at an index, in the given order.
    public final long longAt(int index, ByteOrder order) {
        Objects.checkFromIndexSize(index, Long.BYTES, size);
        return this instanceof Fragment f
                ? Words.getLong(f.array, f.offset + index, order)
                : Words.inOrder(bigEndian(index, Long.BYTES), order);
    }

    /// The big-endian number of `count` bytes, at most eight, zero-extended.
    final long bigEndian(int index, int count) {
        long value = 0;
        for (int i = index; i < index + count; i++) {
            value = value << 8 | unsignedByteAt(i);
        }
        return value;
    }

    /// How many runs of arrays hold the bytes: at least 1. O(f).
    public final int fragmentCount() {
        return this instanceof Rope rope ? rope.left.fragmentCount() + rope.right.fragmentCount() : 1;
    }

    /// Whether this holds one array and all bytes of it.
    public final boolean isCompact() {
        return this instanceof Fragment fragment && fragment.isWholeArray();
    }

    // ---- slice

    /// The first `count` bytes.
    public final ByteString take(int count) {
        return slice(0, count);
    }

    /// All but the first `count` bytes.
    public final ByteString drop(int count) {
        return slice(count, size);
    }

    /// The last `count` bytes.
    public final ByteString takeRight(int count) {
        return slice(size - Math.clamp(count, 0, size), size);
    }

    /// All but the last `count` bytes.
    public final ByteString dropRight(int count) {
        return slice(0, size - Math.clamp(count, 0, size));
    }

    /// The bytes from index `from` up to but not including `to`: this object if these are all. Never copies.
    public final ByteString slice(int from, int to) {
        int begin = Math.clamp(from, 0, size);
        int end = Math.clamp(to, 0, size);
        return begin >= end ? Fragment.EMPTY : Rope.range(this, begin, end);
    }

    /// What was cut in two.
    public record Split(ByteString before, ByteString after) {}

    /// The bytes before and from an index on.
    public final Split splitAt(int index) {
        return new Split(take(index), drop(index));
    }

    /// The longest prefix whose bytes all pass.
    public final ByteString takeWhile(IntPredicate condition) {
        return take(prefixLength(condition));
    }

    /// What follows the longest prefix whose bytes all pass.
    public final ByteString dropWhile(IntPredicate condition) {
        return drop(prefixLength(condition));
    }

    /// The longest prefix whose bytes all pass, and what follows it.
    public final Split span(IntPredicate condition) {
        return splitAt(prefixLength(condition));
    }

    private int prefixLength(IntPredicate condition) {
        int end = indexWhere(condition.negate());
        return end < 0 ? size : end;
    }

    /// The first byte.
    ///
    /// @throws NoSuchElementException if this is empty
    public final byte head() {
        checkNotEmpty();
        return byteAt(0);
    }

    /// The last byte.
    ///
    /// @throws NoSuchElementException if this is empty
    public final byte last() {
        checkNotEmpty();
        return byteAt(size - 1);
    }

    private void checkNotEmpty() {
        if (isEmpty()) {
            throw new NoSuchElementException("an empty byte string has no first and no last byte");
        }
    }

    /// All but the first byte; empty if this is empty.
    public final ByteString tail() {
        return drop(1);
    }

    /// All but the last byte; empty if this is empty.
    public final ByteString init() {
        return dropRight(1);
    }

    /// Consecutive slices of `length` bytes, the last one shorter if need be; none if this is empty.
    ///
    /// @throws IllegalArgumentException if the length is not positive
    public final Stream<ByteString> grouped(int length) {
        if (length <= 0) {
            throw new IllegalArgumentException("groups of " + length + " bytes");
        }
        return IntStream.range(0, Math.ceilDiv(size, length))
                .mapToObj(group -> slice(group * length, (int) Math.min(size, (group + 1L) * length)));
    }

    // ---- join

    /// These bytes, then those of `other`.
    ///
    /// @throws IllegalArgumentException if these are together more than 2^31 - 1 bytes
    public final ByteString append(ByteString other) {
        return Rope.join(this, other);
    }

    /// The bytes of `other`, then these.
    ///
    /// @throws IllegalArgumentException if these are together more than 2^31 - 1 bytes
    public final ByteString prepend(ByteString other) {
        return Rope.join(other, this);
    }

    /// These bytes `count` times. A long result shares storage with itself: O(log count).
    ///
    /// @throws IllegalArgumentException if that is more than 2^31 - 1 bytes, or `count` is negative
    public final ByteString repeat(int count) {
        return Transformation.repeat(this, count);
    }

    static int checkSize(long size) {
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(size + " bytes: a ByteString holds at most " + Integer.MAX_VALUE);
        }
        return (int) size;
    }

    // ---- compact

    /// The same bytes in one array of just their size: this object if it is so already.
    public final ByteString compact() {
        return isCompact() ? this : Fragment.over(toByteArray());
    }

    /// The same bytes in at most about twice their size of memory: this object if they are so already, otherwise
    /// compact.
    public final ByteString trim() {
        return retainedSize() <= 2L * size ? this : compact();
    }

    /// The bytes of all arrays that this keeps from being collected, each array counted once. O(f).
    public final long retainedSize() {
        var arrays = new IdentityHashMap<byte[], Boolean>();
        for (var run = new FragmentCursor(this); run.length > 0; run.next()) {
            arrays.put(run.array, true);
        }
        return arrays.keySet().stream().mapToLong(array -> array.length).sum();
    }

    // ---- search

    /// The index of the first such byte, or -1.
    public final int indexOf(int value) {
        return indexOf(value, 0, size);
    }

    /// The index of the first such byte at `from` or behind it, or -1.
    public final int indexOf(int value, int from) {
        return indexOf(value, from, size);
    }

    /// The index of the first such byte in the range, or -1.
    public final int indexOf(int value, int from, int to) {
        int begin = Math.clamp(from, 0, size);
        return Search.indexOf(this, (byte) value, begin, Math.clamp(to, begin, size));
    }

    /// The index of the first occurrence of the pattern, or -1.
    public final int indexOf(ByteString pattern) {
        return indexOf(pattern, 0);
    }

    /// The index of the first occurrence of the pattern that begins at `from` or behind it, or -1. The empty pattern
    /// occurs at `from`. O(n) whatever the bytes are; for a buffer that grows see [DelimiterSearch].
    public final int indexOf(ByteString pattern, int from) {
        int begin = Math.clamp(from, 0, size);
        return switch (pattern.size) {
            case 0 -> begin;
            case 1 -> Search.indexOf(this, pattern.byteAt(0), begin, size);
            default -> new DelimiterSearch(pattern).scan(this, begin, size);
        };
    }

    /// The index of the first occurrence of the pattern, or -1.
    public final int indexOf(byte[] pattern) {
        return indexOf(unsafeWrap(pattern), 0);
    }

    /// The index of the first occurrence of the pattern that begins at `from` or behind it, or -1.
    public final int indexOf(byte[] pattern, int from) {
        return indexOf(unsafeWrap(pattern), from);
    }

    /// The index of the last such byte, or -1.
    public final int lastIndexOf(int value) {
        return lastIndexOf(value, size);
    }

    /// The index of the last such byte before index `to`, or -1.
    public final int lastIndexOf(int value, int to) {
        return Search.lastIndexOf(this, (byte) value, Math.clamp(to, 0, size));
    }

    /// The index of the last occurrence of the pattern, or -1. The empty pattern occurs at the end. O(n·m) at worst.
    public final int lastIndexOf(ByteString pattern) {
        return Search.lastIndexOf(this, pattern, size);
    }

    /// The index of the first byte that is one of `set`, or -1.
    public final int indexOfAny(ByteString set) {
        return indexOfAny(set, 0);
    }

    /// The index of the first byte at `from` or behind it that is one of `set`, or -1.
    public final int indexOfAny(ByteString set, int from) {
        return Search.indexOfAny(this, set, Math.clamp(from, 0, size));
    }

    /// The index of the first byte that passes, or -1.
    public final int indexWhere(IntPredicate condition) {
        return indexWhere(condition, 0);
    }

    /// The index of the first byte at `from` or behind it that passes, or -1.
    public final int indexWhere(IntPredicate condition, int from) {
        return Search.indexWhere(this, condition, Math.clamp(from, 0, size));
    }

    /// Whether there is such a byte.
    public final boolean contains(int value) {
        return indexOf(value) >= 0;
    }

    /// Whether the pattern occurs.
    public final boolean contains(ByteString pattern) {
        return indexOf(pattern) >= 0;
    }

    /// How many such bytes there are.
    public final int count(int value) {
        return Search.count(this, (byte) value);
    }

    /// Whether this begins with the prefix.
    public final boolean startsWith(ByteString prefix) {
        return startsWith(prefix, 0);
    }

    /// Whether the prefix stands at index `from`; never if it is out of range.
    public final boolean startsWith(ByteString prefix, int from) {
        return from >= 0 && from <= size - prefix.size && Comparison.commonPrefix(this, from, prefix, 0) == prefix.size;
    }

    /// Whether this begins with the prefix.
    public final boolean startsWith(byte[] prefix) {
        return startsWith(unsafeWrap(prefix));
    }

    /// Whether this begins with the text in UTF-8.
    public final boolean startsWith(String prefix) {
        return startsWith(fromUtf8(prefix));
    }

    /// Whether this ends with the suffix.
    public final boolean endsWith(ByteString suffix) {
        return startsWith(suffix, size - suffix.size);
    }

    /// Whether this ends with the suffix.
    public final boolean endsWith(byte[] suffix) {
        return endsWith(unsafeWrap(suffix));
    }

    /// Whether this ends with the text in UTF-8.
    public final boolean endsWith(String suffix) {
        return endsWith(fromUtf8(suffix));
    }

    // ---- compare

    /// Whether `other` is a byte string of the same bytes, in whatever fragments.
    @Override
    public final boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof ByteString that
                && size == that.size
                && Comparison.commonPrefix(this, 0, that, 0) == size;
    }

    /// A hash of the bytes, independent of their fragments; computed once. It is no defence against chosen input, but
    /// a `HashMap` is not slowed down by it either, since byte strings are comparable.
    @Override
    public final int hashCode() {
        int known = hash;
        if (known == 0) {
            int computed = Comparison.hash(this);
            known = computed == 0 ? 1 : computed;
            hash = known;
        }
        return known;
    }

    /// The lexicographic order of unsigned bytes.
    @Override
    public final int compareTo(ByteString other) {
        int common = Comparison.commonPrefix(this, 0, other, 0);
        return common < size && common < other.size
                ? Byte.compareUnsigned(byteAt(common), other.byteAt(common))
                : Integer.compare(size, other.size);
    }

    /// The first index at which the two differ, the shorter one's size if it is a prefix of the other, -1 if they are
    /// equal.
    public final int mismatch(ByteString other) {
        int common = Comparison.commonPrefix(this, 0, other, 0);
        return common == size && common == other.size ? -1 : common;
    }

    /// Whether the bytes are the same when the letters A to Z are taken for a to z.
    public final boolean equalsIgnoreAsciiCase(ByteString other) {
        return Comparison.equalIgnoringAsciiCase(this, other);
    }

    /// Whether the bytes are the same, in a time that depends on the sizes and fragments only: for secrets.
    public final boolean equalsConstantTime(ByteString other) {
        return Comparison.equalInConstantTime(this, other);
    }

    // ---- decode

    /// The bytes as UTF-8; malformed input is replaced as `String` does.
    public final String utf8() {
        return Decoding.string(this, StandardCharsets.UTF_8);
    }

    /// The bytes as US-ASCII; others than 0 to 127 are replaced.
    public final String ascii() {
        return Decoding.string(this, StandardCharsets.US_ASCII);
    }

    /// The bytes in the given charset; malformed input is replaced as `String` does.
    public final String string(Charset charset) {
        return Decoding.string(this, charset);
    }

    /// The bytes in the given charset.
    ///
    /// @throws CharacterCodingException if they are malformed
    public final String strictString(Charset charset) throws CharacterCodingException {
        return Decoding.strictString(this, charset);
    }

    /// Two lower-case hexadecimal digits for each byte.
    public final String hex() {
        return Decoding.hex(this);
    }

    /// Base64 (RFC 4648, section 4), padded.
    public final String base64() {
        return Decoding.base64(this, Base64.getEncoder());
    }

    /// Base64 in the alphabet for URLs (RFC 4648, section 5), not padded.
    public final String base64Url() {
        return Decoding.base64(this, Base64.getUrlEncoder().withoutPadding());
    }

    /// The decimal number that is written in these bytes.
    ///
    /// @throws NumberFormatException if there is none, or it is not a `long`
    public final long parseLong() {
        return parseLong(10);
    }

    /// The number that is written in these bytes with the digits of a radix from 2 to 36.
    ///
    /// @throws NumberFormatException if there is none, or it is not a `long`
    public final long parseLong(int radix) {
        return Long.parseLong(ascii(), radix);
    }

    // ---- copy out

    /// All bytes in an array of their own.
    public final byte[] toByteArray() {
        byte[] array = new byte[size];
        copyTo(array, 0, size);
        return array;
    }

    /// Copies the first `length` bytes, or all if there are fewer, to the array from index `at` on.
    ///
    /// @return how many were copied
    /// @throws IndexOutOfBoundsException if the array has no such range
    public final int copyTo(byte[] target, int at, int length) {
        return copyTo(0, target, at, length);
    }

    /// Copies `length` bytes from index `from` on, or all that follow if these are fewer, to the array from index
    /// `at` on.
    ///
    /// @return how many were copied
    /// @throws IndexOutOfBoundsException if the array has no such range, or `from` is not in `0..size()`
    public final int copyTo(int from, byte[] target, int at, int length) {
        Objects.checkFromIndexSize(at, length, target.length);
        int count = Math.min(length, size - checkPosition(from));
        if (this instanceof Fragment fragment) {
            System.arraycopy(fragment.array, fragment.offset + from, target, at, count);
            return count;
        }
        Rope.copy(this, from, from + count, ByteBuffer.wrap(target, at, count));
        return count;
    }

    /// Copies what fits into the buffer, whose position moves behind it.
    ///
    /// @return how many bytes were copied
    public final int copyTo(ByteBuffer target) {
        return copyTo(0, target);
    }

    /// Copies what follows index `from`, as far as it fits, into the buffer, whose position moves behind it.
    ///
    /// @return how many bytes were copied
    /// @throws IndexOutOfBoundsException if `from` is not in `0..size()`
    public final int copyTo(int from, ByteBuffer target) {
        int count = Math.min(target.remaining(), size - checkPosition(from));
        Rope.copy(this, from, from + count, target);
        return count;
    }

    private int checkPosition(int from) {
        return Objects.checkIndex(from, size + 1);
    }

    /// Writes all bytes to the stream.
    public final void writeTo(OutputStream target) throws IOException {
        Transfer.to(target::write, this);
    }

    /// Offers all bytes to the channel in one gathered write.
    ///
    /// @return how many it took
    public final long writeTo(GatheringByteChannel target) throws IOException {
        return writeTo(0, target);
    }

    /// Offers the bytes from index `from` on to the channel in one gathered write, of the first 1,024 fragments at
    /// most. Call it again with `from` plus the count for what is left.
    ///
    /// @return how many bytes it took
    /// @throws IndexOutOfBoundsException if `from` is not in `0..size()`
    public final long writeTo(int from, GatheringByteChannel target) throws IOException {
        return target.write(Transfer.buffers(this, checkPosition(from), GATHERED_FRAGMENTS));
    }

    /// Feeds all bytes to the digest.
    public final void update(MessageDigest digest) {
        Transfer.to(digest::update, this);
    }

    /// Feeds all bytes to the checksum.
    public final void update(Checksum checksum) {
        Transfer.to(checksum::update, this);
    }

    /// The array of a compact byte string, not a copy. The caller promises not to write to it. O(1).
    ///
    /// @throws IllegalStateException if this is not compact
    public final byte[] unsafeArray() {
        if (this instanceof Fragment fragment && fragment.isWholeArray()) {
            return fragment.array;
        }
        throw new IllegalStateException("not compact: call compact() first");
    }

    // ---- views

    /// A read-only buffer for each fragment, at least one. They share the bytes.
    public final ByteBuffer[] asByteBuffers() {
        return Transfer.buffers(this, 0, Integer.MAX_VALUE);
    }

    /// A read-only buffer of all bytes. It shares them if they are one fragment, and has a copy otherwise.
    public final ByteBuffer asByteBuffer() {
        Fragment fragment = oneFragment();
        return Transfer.buffer(fragment.array, fragment.offset, size);
    }

    /// A read-only segment of all bytes. It shares them if they are one fragment, and has a copy otherwise.
    public final MemorySegment asMemorySegment() {
        Fragment fragment = oneFragment();
        return MemorySegment.ofArray(fragment.array)
                .asSlice(fragment.offset, size)
                .asReadOnly();
    }

    private Fragment oneFragment() {
        return this instanceof Fragment fragment ? fragment : Fragment.over(toByteArray());
    }

    /// A new stream over the bytes. It supports `mark`, and `available` tells all that remain.
    public final InputStream asInputStream() {
        return reader().asInputStream();
    }

    /// A new reader at the first byte.
    public final ByteStringReader reader() {
        return new ByteStringReader(this);
    }

    /// The fragments as byte strings, in order; none if this is empty.
    public final Iterable<ByteString> fragments() {
        return () -> new Iterator<>() {
            private final FragmentCursor run = new FragmentCursor(ByteString.this);

            @Override
            public boolean hasNext() {
                return run.length > 0;
            }

            @Override
            public ByteString next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no more fragments");
                }
                Fragment fragment = Fragment.over(run.array, run.offset, run.length);
                run.next();
                return fragment;
            }
        };
    }

    /// Calls the consumer with each fragment as a byte string, in order; never if this is empty.
    public final void forEachFragment(Consumer<? super ByteString> consumer) {
        switch (this) {
            case Fragment fragment -> {
                if (size > 0) {
                    consumer.accept(fragment);
                }
            }
            case Rope rope -> {
                rope.left.forEachFragment(consumer);
                rope.right.forEachFragment(consumer);
            }
        }
    }

    /// The bytes as numbers from 0 to 255.
    public final IntStream bytes() {
        return StreamSupport.stream(fragments().spliterator(), false)
                .flatMapToInt(fragment -> IntStream.range(0, fragment.size).map(fragment::unsignedByteAt));
    }

    // ---- transform

    /// The lowest eight bits of what the function makes of each byte.
    public final ByteString map(IntUnaryOperator function) {
        return Transformation.map(this, function);
    }

    /// Each byte xor-ed with that of the mask, which is repeated as often as need be: the masking of RFC 6455,
    /// section 5.3.
    ///
    /// @throws IllegalArgumentException if the mask is empty
    public final ByteString xorWith(ByteString mask) {
        return Transformation.xor(this, mask);
    }

    /// The bytes from the last to the first.
    public final ByteString reverse() {
        return Transformation.reverse(this);
    }

    /// What the function makes of the seed and the first byte, of that and the second byte, and so on.
    public final long fold(long seed, LongBinaryOperator function) {
        long value = seed;
        for (var run = new FragmentCursor(this); run.length > 0; run.next()) {
            for (int i = 0; i < run.length; i++) {
                value = function.applyAsLong(value, run.array[run.offset + i] & 0xff);
            }
        }
        return value;
    }

    /// The size and the first bytes, 100 at most: `ByteString(5 bytes: 68 65 6c 6c 6f)`.
    @Override
    public final String toString() {
        String shown = HexFormat.ofDelimiter(" ").formatHex(take(SHOWN_BYTES).toByteArray());
        return "ByteString(" + size + " bytes" + (isEmpty() ? "" : ": ") + shown + (size > SHOWN_BYTES ? " …)" : ")");
    }

    // ---- serialization

    /// Only the bytes are written, not the fragments.
    @Serial
    final Object writeReplace() {
        return new SerializedByteString(this);
    }

    @Serial
    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a ByteString is serialized as a SerializedByteString");
    }

    @Serial
    private void readObjectNoData() throws InvalidObjectException {
        throw new InvalidObjectException("a ByteString is serialized as a SerializedByteString");
    }
}
