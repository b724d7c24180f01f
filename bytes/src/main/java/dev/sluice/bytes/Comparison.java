package dev.sluice.bytes;

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
        int at = commonPrefix(a, 0, b, 0);
        while (at < a.size) {
            if (lower(a.byteAt(at)) != lower(b.byteAt(at))) {
                return false;
            }
            at++;
            at += commonPrefix(a, at, b, at);
        }
        return true;
    }

    private static int lower(byte ascii) {
        return ascii >= 'A' && ascii <= 'Z' ? ascii + ('a' - 'A') : ascii;
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
