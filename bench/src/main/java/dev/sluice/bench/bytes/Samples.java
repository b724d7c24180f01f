package dev.sluice.bench.bytes;

import dev.sluice.bytes.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import okio.Buffer;

/// The same bytes in each library, compact and in the same fragments.
final class Samples {

    private Samples() {}

    /// Lower-case letters and spaces, which never contain a line end or an exclamation mark.
    static byte[] text(int size) {
        var random = new SplittableRandom(size);
        byte[] text = new byte[size];
        for (int i = 0; i < size; i++) {
            text[i] = (byte) "abcdefghijklmnopqrstuvwxyz ".charAt(random.nextInt(27));
        }
        return text;
    }

    static List<byte[]> pieces(byte[] bytes, int length) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += length) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + length)));
        }
        return pieces;
    }

    static ByteString sluice(List<byte[]> pieces) {
        return ByteString.concat(pieces.stream().map(ByteString::copyOf).toList());
    }

    static org.apache.pekko.util.ByteString pekko(List<byte[]> pieces) {
        return pieces.stream()
                .map(org.apache.pekko.util.ByteString::fromArray)
                .reduce(org.apache.pekko.util.ByteString.emptyByteString(), (a, b) -> a.concat(b));
    }

    /// Okio chooses the fragments itself: 8 KiB each.
    static Buffer okio(byte[] bytes) {
        return new Buffer().write(bytes);
    }
}
