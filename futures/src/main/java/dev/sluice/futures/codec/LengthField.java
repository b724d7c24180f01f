package dev.sluice.futures.codec;

import java.nio.ByteOrder;
import java.util.Objects;

/// Where a frame says how long it is, and how that is meant.
///
/// ```
///   offset   bytes          value + adjustment counts from `skip` on
/// ┌────────┬────────┬─────────────────────────┐
/// │        │ length │                         │
/// └────────┴────────┴─────────────────────────┘
///          skip ────▶ what is given as the frame
/// ```
///
/// With `skip` 0 the frame is given with its header; if the number does not count the header, the adjustment
/// adds it.
///
/// @param bytes size of the number, 1 to 8; it has no sign
/// @param offset where the number begins
/// @param adjustment what is added to the number to get the size of the frame as it is given; may be negative
/// @param skip how many bytes at the beginning are left out
/// @param max size of the largest frame, as it is given and taken
public record LengthField(int bytes, ByteOrder order, int offset, int adjustment, int skip, int max) {
    private static final int MAX_HEADER_BYTES = 1 << 16;

    /// The largest frame unless told otherwise: 8 MiB.
    public static final int DEFAULT_MAX = 8 << 20;

    /// Checks all numbers.
    public LengthField {
        Objects.requireNonNull(order);
        if (bytes < 1 || bytes > 8) {
            throw new IllegalArgumentException("a length field of " + bytes + " bytes, not 1 to 8");
        }
        if (offset < 0 || offset > MAX_HEADER_BYTES || skip < 0 || skip > MAX_HEADER_BYTES) {
            throw new IllegalArgumentException("offset " + offset + " or skip " + skip + " is not in 0..65536");
        }
        if (max < 0 || max > 1 << 30) {
            throw new IllegalArgumentException("frames of at most " + max + " bytes, not in 0..2^30");
        }
    }

    /// A number of `bytes` bytes, big-endian, then as many bytes as it says, at most 8 MiB, which are the
    /// frame.
    public static LengthField ofBytes(int bytes) {
        return new LengthField(bytes, ByteOrder.BIG_ENDIAN, 0, 0, bytes, DEFAULT_MAX);
    }

    /// A number of one byte.
    public static LengthField ofByte() {
        return ofBytes(Byte.BYTES);
    }

    /// A number of two bytes.
    public static LengthField ofShort() {
        return ofBytes(Short.BYTES);
    }

    /// A number of four bytes: the default.
    public static LengthField ofInt() {
        return ofBytes(Integer.BYTES);
    }

    /// A number of eight bytes.
    public static LengthField ofLong() {
        return ofBytes(Long.BYTES);
    }

    /// The same, with the number in the other order.
    public LengthField littleEndian() {
        return new LengthField(bytes, ByteOrder.LITTLE_ENDIAN, offset, adjustment, skip, max);
    }

    /// The same, with `offset` bytes before the number. The frame still begins behind the number unless [#skip]
    /// is said after this.
    public LengthField offset(int offset) {
        return new LengthField(bytes, order, offset, adjustment, offset + bytes, max);
    }

    /// The same, with `adjustment` added to the number.
    public LengthField adjustment(int adjustment) {
        return new LengthField(bytes, order, offset, adjustment, skip, max);
    }

    /// The same, with the first `skip` bytes left out of the frame.
    public LengthField skip(int skip) {
        return new LengthField(bytes, order, offset, adjustment, skip, max);
    }

    /// The same, with frames of at most `max` bytes.
    public LengthField max(int max) {
        return new LengthField(bytes, order, offset, adjustment, skip, max);
    }

    /// How many bytes must be there before the size of the frame is known.
    int headerBytes() {
        return Math.max(offset + bytes, skip);
    }

    /// Whether the field has room for a number.
    boolean holds(long value) {
        return value >= 0 && (bytes == Long.BYTES || value >>> (Byte.SIZE * bytes) == 0);
    }
}
