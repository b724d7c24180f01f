package dev.sluice.bytes;

import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Puts a [ByteString] together.
///
/// Small things are copied into a buffer of the builder, once; byte strings of at least 512 bytes are taken by
/// reference. [#result()] may be called at any time and does not end the building: what follows goes behind what is
/// there, into the rest of the same buffer. Numbers are written in the builder's order, big-endian unless told
/// otherwise, or in that of the call.
///
/// All methods that put return the builder. A result longer than 2^31 - 1 bytes is an [IllegalArgumentException], at
/// the put that would make it. Amortised O(1) per byte. One thread at a time.
public final class ByteStringBuilder {

    private static final int FIRST_BUFFER_BYTES = 256;
    private static final int MAX_BUFFER_BYTES = 1 << 16;
    private static final int BY_REFERENCE_BYTES = 512;

    /// What is before the open run, in order.
    private final List<ByteString> pieces = new ArrayList<>();
    /// Size of all pieces.
    private int piecesSize;

    /// The open run is `[start, end)`; what is before belongs to pieces, what is behind is free.
    private byte[] buffer;
    private int start;
    private int end;
    /// Where the free part ends: with the buffer, or where the size would pass 2^31 - 1.
    private int limit;

    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    /// Counts results: bytes that were in one can no longer be patched.
    private int results;

    /// An empty builder.
    public ByteStringBuilder() {
        this(FIRST_BUFFER_BYTES);
    }

    /// An empty builder whose first buffer holds `capacity` bytes.
    public ByteStringBuilder(int capacity) {
        buffer = new byte[capacity];
        limit = capacity;
    }

    /// Sets the order of the numbers that follow.
    public ByteStringBuilder order(ByteOrder order) {
        this.order = Objects.requireNonNull(order);
        return this;
    }

    /// The number of bytes so far.
    public int size() {
        return piecesSize + end - start;
    }

    /// Whether there are no bytes.
    public boolean isEmpty() {
        return size() == 0;
    }

    /// Forgets all bytes; the order stays.
    public ByteStringBuilder clear() {
        pieces.clear();
        piecesSize = 0;
        end = start;
        setLimit();
        results++;
        return this;
    }

    /// The bytes so far. O(pieces since the last result).
    public ByteString result() {
        closeRun();
        ByteString result = Rope.join(pieces);
        pieces.clear();
        pieces.add(result);
        results++;
        return result;
    }

    // ---- numbers

    /// One byte, the lowest eight bits of the value.
    public ByteStringBuilder putByte(int value) {
        int at = open(Byte.BYTES);
        buffer[at] = (byte) value;
        return this;
    }

    /// Two bytes, the lowest sixteen bits of the value.
    public ByteStringBuilder putShort(int value) {
        return putShort(value, order);
    }

    /// Two bytes, the lowest sixteen bits of the value.
    public ByteStringBuilder putShort(int value, ByteOrder order) {
        int at = open(Short.BYTES);
        Words.putShort(buffer, at, (short) value, order);
        return this;
    }

    /// Four bytes.
    public ByteStringBuilder putInt(int value) {
        return putInt(value, order);
    }

    /// Four bytes.
    public ByteStringBuilder putInt(int value, ByteOrder order) {
        int at = open(Integer.BYTES);
        Words.putInt(buffer, at, value, order);
        return this;
    }

    /// Eight bytes.
    public ByteStringBuilder putLong(long value) {
        return putLong(value, order);
    }

    /// Eight bytes.
    public ByteStringBuilder putLong(long value, ByteOrder order) {
        int at = open(Long.BYTES);
        Words.putLong(buffer, at, value, order);
        return this;
    }

    /// Four bytes, IEEE 754.
    public ByteStringBuilder putFloat(float value) {
        return putFloat(value, order);
    }

    /// Four bytes, IEEE 754.
    public ByteStringBuilder putFloat(float value, ByteOrder order) {
        return putInt(Float.floatToRawIntBits(value), order);
    }

    /// Eight bytes, IEEE 754.
    public ByteStringBuilder putDouble(double value) {
        return putDouble(value, order);
    }

    /// Eight bytes, IEEE 754.
    public ByteStringBuilder putDouble(double value, ByteOrder order) {
        return putLong(Double.doubleToRawLongBits(value), order);
    }

    /// The lowest `count` bytes of the value, 1 to 8.
    public ByteStringBuilder putLongPart(long value, int count) {
        return putLongPart(value, count, order);
    }

    /// The lowest `count` bytes of the value, 1 to 8.
    public ByteStringBuilder putLongPart(long value, int count, ByteOrder order) {
        Words.checkPart(count);
        int at = open(count);
        Words.putPart(buffer, at, value, count, order);
        return this;
    }

    /// An unsigned LEB128 number of 1 to 10 bytes, seven bits each, the lowest first (the varint of Protocol
    /// Buffers).
    public ByteStringBuilder putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            putByte((int) rest | 0x80);
            rest >>>= 7;
        }
        return putByte((int) rest);
    }

    // ---- arrays

    /// A copy of the array.
    public ByteStringBuilder put(byte[] values) {
        return put(values, 0, values.length);
    }

    /// A copy of `length` bytes from index `from` on.
    public ByteStringBuilder put(byte[] values, int from, int length) {
        Objects.checkFromIndexSize(from, length, values.length);
        int fits = Math.min(length, limit - end);
        int rest = length - fits;
        if (rest > 0) {
            ByteString.checkSize((long) size() + length);
        }
        System.arraycopy(values, from, buffer, end, fits);
        end += fits;
        int at = open(rest);
        System.arraycopy(values, from + fits, buffer, at, rest);
        return this;
    }

    /// All numbers, in the builder's order.
    public ByteStringBuilder putShorts(short... values) {
        return putShorts(values, 0, values.length);
    }

    /// `length` numbers from index `from` on, in the builder's order.
    public ByteStringBuilder putShorts(short[] values, int from, int length) {
        return putShorts(values, from, length, order);
    }

    /// `length` numbers from index `from` on, in the given order.
    public ByteStringBuilder putShorts(short[] values, int from, int length, ByteOrder order) {
        return putNumbers(values, values.length, from, length, ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order));
    }

    /// All numbers, in the builder's order.
    public ByteStringBuilder putInts(int... values) {
        return putInts(values, 0, values.length);
    }

    /// `length` numbers from index `from` on, in the builder's order.
    public ByteStringBuilder putInts(int[] values, int from, int length) {
        return putInts(values, from, length, order);
    }

    /// `length` numbers from index `from` on, in the given order.
    public ByteStringBuilder putInts(int[] values, int from, int length, ByteOrder order) {
        return putNumbers(values, values.length, from, length, ValueLayout.JAVA_INT_UNALIGNED.withOrder(order));
    }

    /// All numbers, in the builder's order.
    public ByteStringBuilder putLongs(long... values) {
        return putLongs(values, 0, values.length);
    }

    /// `length` numbers from index `from` on, in the builder's order.
    public ByteStringBuilder putLongs(long[] values, int from, int length) {
        return putLongs(values, from, length, order);
    }

    /// `length` numbers from index `from` on, in the given order.
    public ByteStringBuilder putLongs(long[] values, int from, int length, ByteOrder order) {
        return putNumbers(values, values.length, from, length, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order));
    }

    /// All numbers, in the builder's order.
    public ByteStringBuilder putFloats(float... values) {
        return putFloats(values, 0, values.length);
    }

    /// `length` numbers from index `from` on, in the builder's order.
    public ByteStringBuilder putFloats(float[] values, int from, int length) {
        return putFloats(values, from, length, order);
    }

    /// `length` numbers from index `from` on, in the given order.
    public ByteStringBuilder putFloats(float[] values, int from, int length, ByteOrder order) {
        return putNumbers(values, values.length, from, length, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order));
    }

    /// All numbers, in the builder's order.
    public ByteStringBuilder putDoubles(double... values) {
        return putDoubles(values, 0, values.length);
    }

    /// `length` numbers from index `from` on, in the builder's order.
    public ByteStringBuilder putDoubles(double[] values, int from, int length) {
        return putDoubles(values, from, length, order);
    }

    /// `length` numbers from index `from` on, in the given order.
    public ByteStringBuilder putDoubles(double[] values, int from, int length, ByteOrder order) {
        return putNumbers(values, values.length, from, length, ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order));
    }

    private ByteStringBuilder putNumbers(Object values, int count, int from, int length, ValueLayout layout) {
        Objects.checkFromIndexSize(from, length, count);
        int bytes = ByteString.checkSize(length * layout.byteSize());
        int at = open(bytes);
        MemorySegment.copy(values, from, MemorySegment.ofArray(buffer), layout, at, length);
        return this;
    }

    // ---- bytes and text

    /// The bytes, by reference if they are many.
    public ByteStringBuilder put(ByteString bytes) {
        if (bytes.size() >= BY_REFERENCE_BYTES) {
            ByteString.checkSize((long) size() + bytes.size());
            closeRun();
            addPiece(bytes);
        } else {
            int at = open(bytes.size());
            bytes.copyTo(buffer, at, bytes.size());
        }
        return this;
    }

    /// A copy of what remains in the buffer, whose position moves to its limit.
    public ByteStringBuilder put(ByteBuffer bytes) {
        int count = bytes.remaining();
        int at = open(count);
        bytes.get(buffer, at, count);
        return this;
    }

    /// The text in UTF-8.
    public ByteStringBuilder putUtf8(String text) {
        return putString(text, StandardCharsets.UTF_8);
    }

    /// The text in the given charset; what the charset cannot say is replaced.
    public ByteStringBuilder putString(String text, Charset charset) {
        return put(text.getBytes(charset));
    }

    /// The length of the text in UTF-8, a number of `count` bytes (1 to 8) in the builder's order, and then the text.
    ///
    /// @throws IllegalArgumentException if the number is too small for the length
    public ByteStringBuilder putPrefixedUtf8(String text, int count) {
        return putPrefixedUtf8(text, count, order);
    }

    /// The length of the text in UTF-8, a number of `count` bytes (1 to 8) in the given order, and then the text.
    ///
    /// @throws IllegalArgumentException if the number is too small for the length
    public ByteStringBuilder putPrefixedUtf8(String text, int count, ByteOrder order) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        Words.checkPart(count);
        if (count < Integer.BYTES && utf8.length >>> (Byte.SIZE * count) != 0) {
            throw new IllegalArgumentException(utf8.length + " bytes of text, and a length of " + count + " bytes");
        }
        return putLongPart(utf8.length, count, order).put(utf8);
    }

    // ---- back-fill

    /// Leaves room for a number of `count` bytes (1 to 8) that is known later, such as the length of what follows.
    public Reservation reserve(int count) {
        return reserve(count, order);
    }

    /// Leaves room for a number of `count` bytes (1 to 8) in the given order.
    public Reservation reserve(int count, ByteOrder order) {
        putLongPart(0, count, order);
        return new Reservation(buffer, end - count, count, order);
    }

    /// Room for a number, to be filled before the next [#result()] or [#clear()]. It is zero until then.
    public final class Reservation {

        private final byte[] array;
        private final int at;
        private final int count;
        private final int behind = size();
        private final int epoch = results;
        private final ByteOrder order;

        private Reservation(byte[] array, int at, int count, ByteOrder order) {
            this.array = array;
            this.at = at;
            this.count = count;
            this.order = order;
        }

        /// Writes the lowest bytes of the value, in the order that they were reserved in.
        ///
        /// @throws IllegalStateException if the builder has given out or cleared the bytes
        public void fill(long value) {
            if (epoch != results) {
                throw new IllegalStateException("the reserved bytes were given out, or cleared");
            }
            Words.putPart(array, at, value, count, order);
        }

        /// Writes the number of bytes that were put behind the reservation.
        ///
        /// @throws IllegalStateException if the builder has given out or cleared the bytes
        public void fillLength() {
            fill(size() - (long) behind);
        }
    }

    /// A stream that writes to this builder. Closing it does nothing.
    public OutputStream asOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) {
                putByte(value);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                put(bytes, from, length);
            }
        };
    }

    // ---- the buffer

    /// Makes the open run longer by `count` bytes and returns where in the buffer these are.
    private int open(int count) {
        if (count > limit - end) {
            grow(count);
        }
        int at = end;
        end += count;
        return at;
    }

    /// Goes on in a new buffer, as large as all that is there up to 64 KiB: no byte is copied again, and buffers are
    /// few.
    private void grow(int count) {
        ByteString.checkSize((long) size() + count);
        closeRun();
        buffer = new byte[Math.max(count, Math.clamp(piecesSize, FIRST_BUFFER_BYTES, MAX_BUFFER_BYTES))];
        start = 0;
        end = 0;
        setLimit();
    }

    private void setLimit() {
        limit = (int) Math.min(buffer.length, (long) start + Integer.MAX_VALUE - piecesSize);
    }

    private void closeRun() {
        if (end > start) {
            Fragment run = Fragment.over(buffer, start, end - start);
            start = end;
            addPiece(run);
        }
    }

    private void addPiece(ByteString piece) {
        pieces.add(piece);
        piecesSize += piece.size();
        setLimit();
    }
}
