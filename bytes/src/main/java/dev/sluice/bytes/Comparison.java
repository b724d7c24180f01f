package dev.sluice.bytes;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Comparing byte strings run by run, whatever their fragments are.
final class Comparison {

    private Comparison() {}

    /// How many bytes are the same from the two indexes on.
    static int commonPrefix(ByteString a, int fromA, ByteString b, int fromB) {
        var left = new FragmentCursor(a, fromA, a.size);
        var right = new FragmentCursor(b, fromB, b.size);
        int common = 0;
        while (left.length > 0 && right.length > 0) {
            int n = Math.min(left.length, right.length);
            int same = Arrays.mismatch(
                    left.array, left.offset, left.offset + n, right.array, right.offset, right.offset + n);
            if (same >= 0) {
                return common + same;
            }
            common += n;
            left.consume(n);
            right.consume(n);
        }
        return common;
    }

    static boolean equalIgnoringAsciiCase(ByteString a, ByteString b) {
        if (a.size != b.size) {
            return false;
        }
        var left = new FragmentCursor(a);
        var right = new FragmentCursor(b);
        while (left.length > 0) {
            int n = Math.min(left.length, right.length);
            if (!equalIgnoringAsciiCase(left.array, left.offset, right.array, right.offset, n)) {
                return false;
            }
            left.consume(n);
            right.consume(n);
        }
        return true;
    }

    private static boolean equalIgnoringAsciiCase(byte[] a, int fromA, byte[] b, int fromB, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            long left = Words.getLong(a, fromA + i, ByteOrder.BIG_ENDIAN);
            long right = Words.getLong(b, fromB + i, ByteOrder.BIG_ENDIAN);
            if (left != right && lower(left) != lower(right)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (lower(a[fromA + i]) != lower(b[fromB + i])) {
                return false;
            }
        }
        return true;
    }

    /// Each of eight bytes that is one of A to Z as its small letter. The sums carry into the sign of a lane where
    /// its lower seven bits are at least `A`, or more than `Z`.
    private static long lower(long ascii) {
        long low = ascii & 0x7f7f_7f7f_7f7f_7f7fL;
        long atLeastA = low + 0x3f3f_3f3f_3f3f_3f3fL;
        long behindZ = low + 0x2525_2525_2525_2525L;
        long letters = (atLeastA ^ behindZ) & ~ascii & 0x8080_8080_8080_8080L;
        return ascii | letters >>> 2;
    }

    static boolean equalInConstantTime(ByteString a, ByteString b) {
        if (a.size != b.size) {
            return false;
        }
        var left = new FragmentCursor(a);
        var right = new FragmentCursor(b);
        int differences = 0;
        while (left.length > 0) {
            int n = Math.min(left.length, right.length);
            for (int i = 0; i < n; i++) {
                differences |= left.array[left.offset + i] ^ right.array[right.offset + i];
            }
            left.consume(n);
            right.consume(n);
        }
        return differences == 0;
    }

    static int hash(ByteString bytes) {
        var crc = new CRC32C();
        for (var run = new FragmentCursor(bytes); run.length > 0; run.next()) {
            crc.update(run.array, run.offset, run.length);
        }
        return (int) crc.getValue();
    }
}
