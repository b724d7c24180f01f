package dev.sluice.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;

/// Finding bytes, eight at a time where few values are sought. Ranges here are already checked.
///
/// A word that is xor-ed with the value in all eight lanes has a zero lane where the value stands; the two formulas
/// for zero lanes are from Hacker's Delight, 2nd edition, section 6-1.
final class Search {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = 0x8080_8080_8080_8080L;

    /// With more values than these, a byte is looked up in a table.
    private static final int FEW = 4;
    private static final long[] NO_LANES = {};
    private static final boolean[] NO_TABLE = {};

    private Search() {}

    static int indexOf(ByteString bytes, byte value, int from, int to) {
        int at = from;
        for (var run = new FragmentCursor(bytes, from, to); run.length > 0; run.next()) {
            int found = indexOf(run.array, run.offset, run.offset + run.length, value);
            if (found >= 0) {
                return at + found - run.offset;
            }
            at += run.length;
        }
        return -1;
    }

    /// The index in `array` of the first `value` in `[from, to)`, or -1.
    static int indexOf(byte[] array, int from, int to, byte value) {
        long lanes = (value & 0xff) * ONES;
        int at = from;
        for (; at <= to - 8; at += 8) {
            long zero = lowestZero((long) WORD.get(array, at) ^ lanes);
            if (zero != 0) {
                return at + (Long.numberOfTrailingZeros(zero) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (array[at] == value) {
                return at;
            }
        }
        return -1;
    }

    /// The index in `array` of the first `a` in `[from, to)` that `b` follows or that is the last byte of the range,
    /// or -1.
    static int indexOfPair(byte[] array, int from, int to, byte a, byte b) {
        long lanesA = (a & 0xff) * ONES;
        long lanesB = (b & 0xff) * ONES;
        int at = from;
        for (; at < to - 8; at += 8) {
            long differs = ((long) WORD.get(array, at) ^ lanesA) | ((long) WORD.get(array, at + 1) ^ lanesB);
            long zero = lowestZero(differs);
            if (zero != 0) {
                return at + (Long.numberOfTrailingZeros(zero) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (array[at] == a && (at == to - 1 || array[at + 1] == b)) {
                return at;
            }
        }
        return -1;
    }

    /// The index of the last `value` in `[0, to)`, or -1.
    static int lastIndexOf(ByteString bytes, byte value, int to) {
        switch (bytes) {
            case Fragment fragment -> {
                int found = lastIndexOf(fragment.array, fragment.offset, fragment.offset + to, value);
                return found < 0 ? -1 : found - fragment.offset;
            }
            case Rope rope -> {
                int middle = rope.left.size;
                if (to > middle) {
                    int found = lastIndexOf(rope.right, value, to - middle);
                    if (found >= 0) {
                        return middle + found;
                    }
                }
                return lastIndexOf(rope.left, value, Math.min(to, middle));
            }
        }
    }

    private static int lastIndexOf(byte[] array, int from, int to, byte value) {
        long lanes = (value & 0xff) * ONES;
        int at = to;
        for (; at >= from + 8; at -= 8) {
            long zero = everyZero((long) WORD.get(array, at - 8) ^ lanes);
            if (zero != 0) {
                return at - 1 - (Long.numberOfLeadingZeros(zero) >>> 3);
            }
        }
        while (--at >= from) {
            if (array[at] == value) {
                return at;
            }
        }
        return -1;
    }

    static int count(ByteString bytes, byte value) {
        int count = 0;
        for (var run = new FragmentCursor(bytes); run.length > 0; run.next()) {
            count += count(run.array, run.offset, run.offset + run.length, value);
        }
        return count;
    }

    private static int count(byte[] array, int from, int to, byte value) {
        long lanes = (value & 0xff) * ONES;
        int count = 0;
        int at = from;
        for (; at <= to - 8; at += 8) {
            count += Long.bitCount(everyZero((long) WORD.get(array, at) ^ lanes));
        }
        for (; at < to; at++) {
            if (array[at] == value) {
                count++;
            }
        }
        return count;
    }

    /// The index of the first byte in `[from, size)` that passes, or -1.
    static int indexWhere(ByteString bytes, IntPredicate condition, int from) {
        int at = from;
        for (var run = new FragmentCursor(bytes, from, bytes.size); run.length > 0; run.next()) {
            for (int i = 0; i < run.length; i++) {
                if (condition.test(run.array[run.offset + i] & 0xff)) {
                    return at + i;
                }
            }
            at += run.length;
        }
        return -1;
    }

    static int indexOfAny(ByteString bytes, ByteString set, int from) {
        if (set.isEmpty()) {
            return -1;
        }
        boolean few = set.size <= FEW;
        long[] lanes = few ? lanes(set) : NO_LANES;
        boolean[] table = few ? NO_TABLE : table(set);
        int at = from;
        for (var run = new FragmentCursor(bytes, from, bytes.size); run.length > 0; run.next()) {
            int end = run.offset + run.length;
            int found =
                    few ? indexOfAny(run.array, run.offset, end, lanes) : indexOfAny(run.array, run.offset, end, table);
            if (found >= 0) {
                return at + found - run.offset;
            }
            at += run.length;
        }
        return -1;
    }

    /// A word for each of FEW values; if the set has fewer, its last one is there again.
    private static long[] lanes(ByteString set) {
        long[] lanes = new long[FEW];
        for (int i = 0; i < FEW; i++) {
            lanes[i] = set.unsignedByteAt(Math.min(i, set.size - 1)) * ONES;
        }
        return lanes;
    }

    private static boolean[] table(ByteString set) {
        boolean[] table = new boolean[256];
        for (var run = new FragmentCursor(set); run.length > 0; run.consume(1)) {
            table[run.array[run.offset] & 0xff] = true;
        }
        return table;
    }

    private static int indexOfAny(byte[] array, int from, int to, long[] lanes) {
        long a = lanes[0];
        long b = lanes[1];
        long c = lanes[2];
        long d = lanes[3];
        int at = from;
        for (; at <= to - 8; at += 8) {
            long word = (long) WORD.get(array, at);
            long zero = lowestZero(word ^ a) | lowestZero(word ^ b) | lowestZero(word ^ c) | lowestZero(word ^ d);
            if (zero != 0) {
                return at + (Long.numberOfTrailingZeros(zero) >>> 3);
            }
        }
        for (; at < to; at++) {
            byte value = array[at];
            if (value == (byte) a || value == (byte) b || value == (byte) c || value == (byte) d) {
                return at;
            }
        }
        return -1;
    }

    private static int indexOfAny(byte[] array, int from, int to, boolean[] table) {
        for (int at = from; at < to; at++) {
            if (table[array[at] & 0xff]) {
                return at;
            }
        }
        return -1;
    }

    /// The index of the last occurrence of `pattern` that lies in `[0, to)`, or -1.
    static int lastIndexOf(ByteString bytes, ByteString pattern, int to) {
        if (pattern.isEmpty()) {
            return to;
        }
        byte first = pattern.byteAt(0);
        int at = to - pattern.size;
        while ((at = lastIndexOf(bytes, first, at + 1)) >= 0) {
            if (bytes.startsWith(pattern, at)) {
                return at;
            }
            at--;
        }
        return -1;
    }

    /// Non-zero if a lane of `word` is zero; the lowest sign bit then marks the first of them (higher ones may be
    /// false).
    private static long lowestZero(long word) {
        return (word - ONES) & ~word & SIGNS;
    }

    /// The sign bit of each lane that is zero, and no other.
    private static long everyZero(long word) {
        return ~(((word & ~SIGNS) + ~SIGNS) | word | ~SIGNS);
    }
}
