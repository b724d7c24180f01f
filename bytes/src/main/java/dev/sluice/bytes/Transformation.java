package dev.sluice.bytes;

import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/// New byte strings computed from the bytes of another.
final class Transformation {

    /// Shorter repetitions are made compact, longer ones share storage.
    private static final int COMPACT_REPETITION_BYTES = 8192;

    private Transformation() {}

    static ByteString repeat(ByteString bytes, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("repeated " + count + " times");
        }
        int total = ByteString.checkSize((long) bytes.size * count);
        if (total <= COMPACT_REPETITION_BYTES) {
            byte[] repeated = new byte[total];
            for (int at = 0; at < total; at += bytes.size) {
                bytes.copyTo(repeated, at, bytes.size);
            }
            return Fragment.over(repeated);
        }
        ByteString half = repeat(bytes, count / 2);
        ByteString both = half.append(half);
        return count % 2 == 0 ? both : both.append(bytes);
    }

    static ByteString map(ByteString bytes, IntUnaryOperator function) {
        byte[] mapped = bytes.toByteArray();
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = (byte) function.applyAsInt(mapped[i] & 0xff);
        }
        return Fragment.over(mapped);
    }

    static ByteString xor(ByteString bytes, ByteString mask) {
        if (mask.isEmpty()) {
            throw new IllegalArgumentException("an empty mask");
        }
        byte[] masked = bytes.toByteArray();
        byte[] key = mask.toByteArray();
        int at = 0;
        if (Long.BYTES % key.length == 0) {
            long lanes = mask.repeat(Long.BYTES / key.length).longAt(0);
            for (; at <= masked.length - Long.BYTES; at += Long.BYTES) {
                long word = Words.getLong(masked, at, ByteOrder.BIG_ENDIAN);
                Words.putLong(masked, at, word ^ lanes, ByteOrder.BIG_ENDIAN);
            }
        }
        for (; at < masked.length; at++) {
            masked[at] ^= key[at % key.length];
        }
        return Fragment.over(masked);
    }

    static ByteString reverse(ByteString bytes) {
        byte[] reversed = bytes.toByteArray();
        for (int low = 0, high = reversed.length - 1; low < high; low++, high--) {
            byte b = reversed[low];
            reversed[low] = reversed[high];
            reversed[high] = b;
        }
        return Fragment.over(reversed);
    }
}
