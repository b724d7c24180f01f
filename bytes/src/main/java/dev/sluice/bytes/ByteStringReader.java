package dev.sluice.bytes;

import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A position in a [ByteString], which itself never changes.
///
/// Numbers are read in the reader's order, big-endian unless told otherwise, or in that of the call. What begins with
/// `read` or `skip` moves the position behind what it took; what begins with `peek` leaves it. If fewer bytes remain
/// than are asked for, a method throws [NoSuchElementException] and the position stays where it was; what begins with
/// `tryRead` returns empty instead, so that a parser can wait for more.
///
/// O(1) per number, O(log f) where it comes to another fragment; byte strings are sliced, not copied. One thread at a
/// time; [#copy()] is cheap.
public final class ByteStringReader {

    private static final int MAX_VARINT_BYTES = 10;

    private final ByteString source;
    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    private int mark;

    /// The fragment around the position, which is `next` in its array; byte `i` of the source is `array[i + shift]`.
    /// The fragment ends before `end`, and the position may be behind it.
    private byte[] array;
    private int next;
    private int end;
    private int shift;

    ByteStringReader(ByteString source) {
        this.source = source;
        seek(0);
    }

    /// Sets the order of the numbers that follow.
    public ByteStringReader order(ByteOrder order) {
        this.order = Objects.requireNonNull(order);
        return this;
    }

    /// A reader at the same position with the same mark and order, independent of this one from now on. O(1).
    public ByteStringReader copy() {
        var copy = new ByteStringReader(source).order(order);
        copy.seek(position());
        copy.mark = mark;
        return copy;
    }

    // ---- position

    /// The index of the next byte.
    public int position() {
        return next - shift;
    }

    /// The number of bytes from the position to the end.
    public int remaining() {
        return source.size() - position();
    }

    /// Whether any bytes remain.
    public boolean hasRemaining() {
        return remaining() > 0;
    }

    /// The bytes that remain, without moving.
    public ByteString rest() {
        return source.drop(position());
    }

    /// Remembers the position for [#reset()]. It is 0 before.
    public ByteStringReader mark() {
        mark = position();
        return this;
    }

    /// Goes back to the mark.
    public ByteStringReader reset() {
        seek(mark);
        return this;
    }

    /// Moves over `count` bytes.
    public ByteStringReader skip(int count) {
        require(count);
        next += count;
        return this;
    }

    /// Checks that `count` bytes remain.
    ///
    /// @throws NoSuchElementException if they do not
    public ByteStringReader require(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(count + " bytes");
        }
        if (count > remaining()) {
            throw new NoSuchElementException(
                    count + " bytes asked for at position " + position() + ", " + remaining() + " remain");
        }
        return this;
    }

    // ---- numbers

    /// The next byte.
    public byte peekByte() {
        byte value = readByte();
        next--;
        return value;
    }

    /// The next two bytes.
    public short peekShort() {
        return peekShort(order);
    }

    /// The next two bytes.
    public short peekShort(ByteOrder order) {
        short value = readShort(order);
        next -= Short.BYTES;
        return value;
    }

    /// The next four bytes.
    public int peekInt() {
        return peekInt(order);
    }

    /// The next four bytes.
    public int peekInt(ByteOrder order) {
        int value = readInt(order);
        next -= Integer.BYTES;
        return value;
    }

    /// The next eight bytes.
    public long peekLong() {
        return peekLong(order);
    }

    /// The next eight bytes.
    public long peekLong(ByteOrder order) {
        long value = readLong(order);
        next -= Long.BYTES;
        return value;
    }

    /// The next four bytes, IEEE 754.
    public float peekFloat() {
        return peekFloat(order);
    }

    /// The next four bytes, IEEE 754.
    public float peekFloat(ByteOrder order) {
        return Float.intBitsToFloat(peekInt(order));
    }

    /// The next eight bytes, IEEE 754.
    public double peekDouble() {
        return peekDouble(order);
    }

    /// The next eight bytes, IEEE 754.
    public double peekDouble(ByteOrder order) {
        return Double.longBitsToDouble(peekLong(order));
    }

    /// The next `count` bytes (1 to 8) as a number, zero-extended.
    public long peekLongPart(int count) {
        return peekLongPart(count, order);
    }

    /// The next `count` bytes (1 to 8) as a number, zero-extended.
    public long peekLongPart(int count, ByteOrder order) {
        Words.checkPart(count);
        require(count);
        long value = source.bigEndian(position(), count);
        return Words.inOrder(value, order) >>> (order.equals(ByteOrder.BIG_ENDIAN) ? 0 : Long.SIZE - Byte.SIZE * count);
    }

    /// The next byte.
    public byte readByte() {
        int at = take(Byte.BYTES);
        return array[at];
    }

    /// The next byte as a number from 0 to 255.
    public int readUnsignedByte() {
        return Byte.toUnsignedInt(readByte());
    }

    /// Two bytes.
    public short readShort() {
        return readShort(order);
    }

    /// Two bytes.
    public short readShort(ByteOrder order) {
        int at = take(Short.BYTES);
        return at >= 0 ? Words.getShort(array, at, order) : source.shortAt(position() - Short.BYTES, order);
    }

    /// Two bytes as a number from 0 to 65535.
    public int readUnsignedShort() {
        return Short.toUnsignedInt(readShort());
    }

    /// Four bytes.
    public int readInt() {
        return readInt(order);
    }

    /// Four bytes.
    public int readInt(ByteOrder order) {
        int at = take(Integer.BYTES);
        return at >= 0 ? Words.getInt(array, at, order) : source.intAt(position() - Integer.BYTES, order);
    }

    /// Four bytes as a number from 0 to 2^32 - 1.
    public long readUnsignedInt() {
        return Integer.toUnsignedLong(readInt());
    }

    /// Eight bytes.
    public long readLong() {
        return readLong(order);
    }

    /// Eight bytes.
    public long readLong(ByteOrder order) {
        int at = take(Long.BYTES);
        return at >= 0 ? Words.getLong(array, at, order) : source.longAt(position() - Long.BYTES, order);
    }

    /// Four bytes, IEEE 754.
    public float readFloat() {
        return readFloat(order);
    }

    /// Four bytes, IEEE 754.
    public float readFloat(ByteOrder order) {
        return Float.intBitsToFloat(readInt(order));
    }

    /// Eight bytes, IEEE 754.
    public double readDouble() {
        return readDouble(order);
    }

    /// Eight bytes, IEEE 754.
    public double readDouble(ByteOrder order) {
        return Double.longBitsToDouble(readLong(order));
    }

    /// `count` bytes (1 to 8) as a number, zero-extended.
    public long readLongPart(int count) {
        return readLongPart(count, order);
    }

    /// `count` bytes (1 to 8) as a number, zero-extended.
    public long readLongPart(int count, ByteOrder order) {
        long value = peekLongPart(count, order);
        next += count;
        return value;
    }

    /// An unsigned LEB128 number, see [ByteStringBuilder#putVarint(long)].
    ///
    /// @throws IllegalArgumentException if it has more than 64 bits; the position stays
    public long readVarint() {
        return tryReadVarint()
                .orElseThrow(() -> new NoSuchElementException(
                        "a varint begun at position " + position() + " goes on behind the end at " + source.size()));
    }

    // ---- bytes and text

    /// The next `count` bytes.
    public ByteString peekBytes(int count) {
        require(count);
        return source.slice(position(), position() + count);
    }

    /// `count` bytes.
    public ByteString readBytes(int count) {
        ByteString bytes = peekBytes(count);
        next += count;
        return bytes;
    }

    /// As many bytes as the array holds.
    public void readInto(byte[] target) {
        readInto(target, 0, target.length);
    }

    /// `length` bytes, to the array from index `at` on.
    public void readInto(byte[] target, int at, int length) {
        Objects.checkFromIndexSize(at, length, target.length);
        require(length);
        next += source.copyTo(position(), target, at, length);
    }

    /// `count` bytes as UTF-8; malformed input is replaced.
    public String readUtf8(int count) {
        return readBytes(count).utf8();
    }

    /// The bytes before the next delimiter. The position moves behind the delimiter.
    ///
    /// @throws NoSuchElementException if there is no delimiter; the position stays
    public ByteString readUntil(ByteString delimiter) {
        return tryReadUntil(delimiter)
                .orElseThrow(() -> new NoSuchElementException(
                        "no such delimiter at position " + position() + " or behind: " + delimiter));
    }

    // ---- what may not be there yet

    /// The next byte as a number from 0 to 255, if it is there.
    public OptionalInt tryReadUnsignedByte() {
        return remaining() < Byte.BYTES ? OptionalInt.empty() : OptionalInt.of(readUnsignedByte());
    }

    /// Two bytes as a number from 0 to 65535, if they are there.
    public OptionalInt tryReadUnsignedShort() {
        return remaining() < Short.BYTES ? OptionalInt.empty() : OptionalInt.of(readUnsignedShort());
    }

    /// Four bytes, if they are there.
    public OptionalInt tryReadInt() {
        return remaining() < Integer.BYTES ? OptionalInt.empty() : OptionalInt.of(readInt());
    }

    /// Four bytes as a number from 0 to 2^32 - 1, if they are there.
    public OptionalLong tryReadUnsignedInt() {
        return remaining() < Integer.BYTES ? OptionalLong.empty() : OptionalLong.of(readUnsignedInt());
    }

    /// Eight bytes, if they are there.
    public OptionalLong tryReadLong() {
        return remaining() < Long.BYTES ? OptionalLong.empty() : OptionalLong.of(readLong());
    }

    /// Four bytes, IEEE 754, if they are there; a `double` holds each `float` exactly.
    public OptionalDouble tryReadFloat() {
        return remaining() < Float.BYTES ? OptionalDouble.empty() : OptionalDouble.of(readFloat());
    }

    /// Eight bytes, IEEE 754, if they are there.
    public OptionalDouble tryReadDouble() {
        return remaining() < Double.BYTES ? OptionalDouble.empty() : OptionalDouble.of(readDouble());
    }

    /// `count` bytes (1 to 8) as a number, zero-extended, if they are there.
    public OptionalLong tryReadLongPart(int count) {
        Words.checkPart(count);
        return remaining() < count ? OptionalLong.empty() : OptionalLong.of(readLongPart(count));
    }

    /// An unsigned LEB128 number, if it is there to its last byte.
    ///
    /// @throws IllegalArgumentException if it has more than 64 bits; the position stays
    public OptionalLong tryReadVarint() {
        long value = 0;
        for (int i = 0; i < remaining(); i++) {
            byte group = source.byteAt(position() + i);
            if (i == MAX_VARINT_BYTES - 1 && (group & ~1) != 0) {
                throw new IllegalArgumentException("a varint of more than 64 bits at position " + position());
            }
            value |= (group & 0x7fL) << (7 * i);
            if (group >= 0) {
                next += i + 1;
                return OptionalLong.of(value);
            }
        }
        return OptionalLong.empty();
    }

    /// `count` bytes, if they are there.
    public Optional<ByteString> tryReadBytes(int count) {
        return remaining() < count ? Optional.empty() : Optional.of(readBytes(count));
    }

    /// `count` bytes as UTF-8, if they are there; malformed input is replaced.
    public Optional<String> tryReadUtf8(int count) {
        return tryReadBytes(count).map(ByteString::utf8);
    }

    /// The bytes before the next delimiter, if there is one. The position moves behind it.
    public Optional<ByteString> tryReadUntil(ByteString delimiter) {
        int found = source.indexOf(delimiter, position());
        if (found < 0) {
            return Optional.empty();
        }
        ByteString bytes = source.slice(position(), found);
        next += bytes.size() + delimiter.size();
        return Optional.of(bytes);
    }

    /// A stream that reads from here on and moves this reader.
    public InputStream asInputStream() {
        return new ReaderInputStream(this);
    }

    /// Moves over `count` bytes and returns where they are in the array, or -1 if they are not all in one fragment.
    private int take(int count) {
        int at = next;
        if (count <= end - at) {
            next = at + count;
            return at;
        }
        require(count);
        seek(position());
        at = next;
        next = at + count;
        return count <= end - at ? at : -1;
    }

    /// Moves to a position and makes the fragment around it the current one.
    private void seek(int position) {
        int begin = 0;
        ByteString node = source;
        while (node instanceof Rope rope) {
            if (position - begin < rope.left.size) {
                node = rope.left;
            } else {
                begin += rope.left.size;
                node = rope.right;
            }
        }
        Fragment fragment = (Fragment) node;
        array = fragment.array;
        shift = fragment.offset - begin;
        next = position + shift;
        end = fragment.end();
    }
}
