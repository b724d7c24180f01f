package dev.sluice.bench.bytes;

import dev.sluice.bytes.ByteString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Joining and cutting. Okio has no join of byte strings; what comes nearest is a buffer that copies.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ShareBenchmark {

    private static final byte[] TEXT = Samples.text(1 << 16);
    private static final List<byte[]> FRAGMENTS = Samples.pieces(TEXT, 8192);
    /// 1,000 pieces of 200 bytes.
    private static final List<byte[]> PIECES = Samples.pieces(Samples.text(200_000), 200);
    /// The same text in 25 pieces of 8 KiB, which is how Okio keeps it.
    private static final List<byte[]> LARGE_PIECES = Samples.pieces(Samples.text(200_000), 8192);

    private final ByteString sluice = ByteString.copyOf(TEXT);
    private final ByteString sluiceRope = Samples.sluice(FRAGMENTS);
    private final List<ByteString> sluicePieces =
            PIECES.stream().map(ByteString::copyOf).toList();

    private final org.apache.pekko.util.ByteString pekko = org.apache.pekko.util.ByteString.fromArray(TEXT);
    private final org.apache.pekko.util.ByteString pekkoRope = Samples.pekko(FRAGMENTS);
    private final List<org.apache.pekko.util.ByteString> pekkoPieces =
            PIECES.stream().map(org.apache.pekko.util.ByteString::fromArray).toList();

    private final okio.ByteString okioBytes = okio.ByteString.of(TEXT);
    private final okio.ByteString okioRope = Samples.okio(TEXT).snapshot();
    private final List<okio.ByteString> okioPieces =
            PIECES.stream().map(okio.ByteString::of).toList();

    private final ByteString sluiceMany = Samples.sluice(PIECES);
    private final org.apache.pekko.util.ByteString pekkoMany = Samples.pekko(PIECES);
    /// In 25 segments, whatever the pieces are: Okio copies small ones together.
    private final okio.ByteString okioLarge =
            Samples.okio(Samples.text(200_000)).snapshot();

    private final ByteString sluiceLarge = Samples.sluice(LARGE_PIECES);
    private final org.apache.pekko.util.ByteString pekkoLarge = Samples.pekko(LARGE_PIECES);

    private int from = 10_000;
    private int to = 50_000;

    @Benchmark
    public ByteString concatSluice() {
        return sluicePieces.get(0).append(sluicePieces.get(1));
    }

    @Benchmark
    public org.apache.pekko.util.ByteString concatPekko() {
        return pekkoPieces.get(0).concat(pekkoPieces.get(1));
    }

    @Benchmark
    public okio.ByteString concatOkio() {
        return new Buffer().write(okioPieces.get(0)).write(okioPieces.get(1)).readByteString();
    }

    @Benchmark
    public ByteString append1000Sluice() {
        ByteString all = ByteString.empty();
        for (ByteString piece : sluicePieces) {
            all = all.append(piece);
        }
        return all;
    }

    @Benchmark
    public org.apache.pekko.util.ByteString append1000Pekko() {
        var all = org.apache.pekko.util.ByteString.emptyByteString();
        for (org.apache.pekko.util.ByteString piece : pekkoPieces) {
            all = all.concat(piece);
        }
        return all;
    }

    @Benchmark
    public okio.ByteString append1000Okio() {
        Buffer all = new Buffer();
        for (okio.ByteString piece : okioPieces) {
            all.write(piece);
        }
        return all.snapshot();
    }

    @Benchmark
    public ByteString sliceCompactSluice() {
        return sluice.slice(from, to);
    }

    @Benchmark
    public org.apache.pekko.util.ByteString sliceCompactPekko() {
        return pekko.slice(from, to);
    }

    @Benchmark
    public okio.ByteString sliceCompactOkio() {
        return okioBytes.substring(from, to);
    }

    @Benchmark
    public ByteString sliceFragmentedSluice() {
        return sluiceRope.slice(from, to);
    }

    @Benchmark
    public org.apache.pekko.util.ByteString sliceFragmentedPekko() {
        return pekkoRope.slice(from, to);
    }

    @Benchmark
    public okio.ByteString sliceFragmentedOkio() {
        return okioRope.substring(from, to);
    }

    /// 200 bytes, one from each fifth fragment of 1,000.
    @Benchmark
    public int byteAtSluice() {
        int sum = 0;
        for (int i = 0; i < 200_000; i += 1000) {
            sum += sluiceMany.byteAt(i);
        }
        return sum;
    }

    @Benchmark
    public int byteAtPekko() {
        int sum = 0;
        for (int i = 0; i < 200_000; i += 1000) {
            sum += pekkoMany.apply(i);
        }
        return sum;
    }

    @Benchmark
    public int byteAtLargeSluice() {
        int sum = 0;
        for (int i = 0; i < 200_000; i += 1000) {
            sum += sluiceLarge.byteAt(i);
        }
        return sum;
    }

    @Benchmark
    public int byteAtLargePekko() {
        int sum = 0;
        for (int i = 0; i < 200_000; i += 1000) {
            sum += pekkoLarge.apply(i);
        }
        return sum;
    }

    @Benchmark
    public int byteAtLargeOkio() {
        int sum = 0;
        for (int i = 0; i < 200_000; i += 1000) {
            sum += okioLarge.getByte(i);
        }
        return sum;
    }
}
