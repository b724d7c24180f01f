package dev.sluice.bench.bytes;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import dev.sluice.bytes.ByteStringReader;
import java.io.EOFException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import org.apache.pekko.util.ByteIterator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Writing and reading 100 records of a byte, a short, an int and a long.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    private static final int RECORDS = 100;
    private static final ByteOrder ORDER = ByteOrder.BIG_ENDIAN;
    private static final byte[] ENCODED = Samples.text(RECORDS * (1 + 2 + 4 + 8));
    private static final List<byte[]> FRAGMENTS = Samples.pieces(ENCODED, 200);

    private final ByteString sluice = ByteString.copyOf(ENCODED);
    private final ByteString sluiceRope = Samples.sluice(FRAGMENTS);
    private final org.apache.pekko.util.ByteString pekko = org.apache.pekko.util.ByteString.fromArray(ENCODED);
    private final org.apache.pekko.util.ByteString pekkoRope = Samples.pekko(FRAGMENTS);
    private final Buffer okioBytes = Samples.okio(ENCODED);

    @Benchmark
    public ByteString buildSluice() {
        var out = new ByteStringBuilder();
        for (int i = 0; i < RECORDS; i++) {
            out.putByte(i).putShort(i).putInt(i).putLong(i);
        }
        return out.result();
    }

    @Benchmark
    public org.apache.pekko.util.ByteString buildPekko() {
        var out = new org.apache.pekko.util.ByteStringBuilder();
        for (int i = 0; i < RECORDS; i++) {
            out.putByte((byte) i).putShort(i, ORDER).putInt(i, ORDER).putLong(i, ORDER);
        }
        return out.result();
    }

    @Benchmark
    public okio.ByteString buildOkio() {
        var out = new Buffer();
        for (int i = 0; i < RECORDS; i++) {
            out.writeByte(i).writeShort(i).writeInt(i).writeLong(i);
        }
        return out.readByteString();
    }

    @Benchmark
    public long readCompactSluice() {
        return read(sluice.reader());
    }

    @Benchmark
    public long readCompactPekko() {
        return read(pekko.iterator());
    }

    @Benchmark
    public long readCompactOkio() throws EOFException {
        Buffer in = okioBytes.clone();
        long sum = 0;
        for (int i = 0; i < RECORDS; i++) {
            sum += in.readByte() + in.readShort() + in.readInt() + in.readLong();
        }
        return sum;
    }

    @Benchmark
    public long readFragmentedSluice() {
        return read(sluiceRope.reader());
    }

    @Benchmark
    public long readFragmentedPekko() {
        return read(pekkoRope.iterator());
    }

    private static long read(ByteStringReader in) {
        long sum = 0;
        for (int i = 0; i < RECORDS; i++) {
            sum += in.readByte() + in.readShort() + in.readInt() + in.readLong();
        }
        return sum;
    }

    private static long read(ByteIterator in) {
        long sum = 0;
        for (int i = 0; i < RECORDS; i++) {
            sum += in.getByte() + in.getShort(ORDER) + in.getInt(ORDER) + in.getLong(ORDER);
        }
        return sum;
    }
}
