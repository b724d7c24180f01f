package dev.sluice.bench.bytes;

import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What looks at all bytes: 64 KiB in one array, or in eight fragments of 8 KiB.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScanBenchmark {

    private static final int SIZE = 1 << 16;
    private static final int FRAGMENT_BYTES = 8192;
    private static final String PATTERN = "boundary!";
    private static final String SET = "\r\n!";

    @Param({"compact", "fragmented"})
    String shape = "compact";

    private ByteString sluice = ByteString.empty();
    private ByteString sluiceTwin = sluice;
    private ByteString sluiceUpper = sluice;
    private org.apache.pekko.util.ByteString pekko = org.apache.pekko.util.ByteString.emptyByteString();
    private org.apache.pekko.util.ByteString pekkoTwin = pekko;
    private okio.ByteString okioBytes = okio.ByteString.EMPTY;
    private okio.ByteString okioTwin = okioBytes;
    private Buffer okioBuffer = new Buffer();

    private final ByteString sluiceSet = ByteString.fromUtf8(SET);
    private final okio.ByteString okioSet = okio.ByteString.encodeUtf8(SET);
    private final ByteString sluicePattern = ByteString.fromUtf8(PATTERN);
    private final org.apache.pekko.util.ByteString pekkoPattern = org.apache.pekko.util.ByteString.fromString(PATTERN);
    private final okio.ByteString okioPattern = okio.ByteString.encodeUtf8(PATTERN);
    private final okio.ByteString okioLineEnd = okio.ByteString.encodeUtf8("\n");
    private final ByteBuffer direct = ByteBuffer.allocateDirect(SIZE);

    @Setup
    public void fill() {
        byte[] text = Samples.text(SIZE);
        byte[] end = (PATTERN + "\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(end, 0, text, SIZE - end.length, end.length);
        List<byte[]> pieces = Samples.pieces(text, shape.equals("compact") ? SIZE : FRAGMENT_BYTES);
        sluice = Samples.sluice(pieces);
        sluiceTwin = Samples.sluice(Samples.pieces(text, pieces.getFirst().length));
        sluiceUpper = sluice.map(Character::toUpperCase);
        pekko = Samples.pekko(pieces);
        pekkoTwin = Samples.pekko(Samples.pieces(text, pieces.getFirst().length));
        okioBuffer = Samples.okio(text);
        okioBytes = shape.equals("compact") ? okio.ByteString.of(text) : okioBuffer.snapshot();
        okioTwin = shape.equals("compact")
                ? okio.ByteString.of(text)
                : Samples.okio(text).snapshot();
    }

    @Benchmark
    public boolean equalsSluice() {
        return sluice.equals(sluiceTwin);
    }

    @Benchmark
    public boolean equalsPekko() {
        return pekko.equals(pekkoTwin);
    }

    @Benchmark
    public boolean equalsOkio() {
        return okioBytes.equals(okioTwin);
    }

    /// A fresh slice, since two of the three remember their hash.
    @Benchmark
    public int hashSluice() {
        return sluice.drop(1).hashCode();
    }

    @Benchmark
    public int hashPekko() {
        return pekko.drop(1).hashCode();
    }

    @Benchmark
    public int hashOkio() {
        return okioBytes.substring(1).hashCode();
    }

    @Benchmark
    public int indexOfByteSluice() {
        return sluice.indexOf('\n');
    }

    @Benchmark
    public int indexOfBytePekko() {
        return pekko.indexOf((byte) '\n');
    }

    @Benchmark
    public long indexOfByteOkio() {
        return shape.equals("compact") ? okioBytes.indexOf(okioLineEnd) : okioBuffer.indexOf((byte) '\n');
    }

    @Benchmark
    public int indexOfPatternSluice() {
        return sluice.indexOf(sluicePattern);
    }

    @Benchmark
    public int indexOfPatternPekko() {
        return pekko.indexOfSlice(pekkoPattern);
    }

    @Benchmark
    public long indexOfPatternOkio() throws IOException {
        return shape.equals("compact") ? okioBytes.indexOf(okioPattern) : okioBuffer.indexOf(okioPattern);
    }

    @Benchmark
    public int indexOfAnySluice() {
        return sluice.indexOfAny(sluiceSet);
    }

    @Benchmark
    public int indexOfAnyPekko() {
        return pekko.indexWhere(value -> SET.indexOf((byte) value) >= 0);
    }

    /// Okio's byte strings cannot do it, its buffers can.
    @Benchmark
    public long indexOfAnyOkio() {
        return okioBuffer.indexOfElement(okioSet);
    }

    @Benchmark
    public boolean equalsIgnoreCaseSluice() {
        return sluice.equalsIgnoreAsciiCase(sluiceUpper);
    }

    /// Of a fresh slice, since Okio remembers the text of a compact one.
    @Benchmark
    public String utf8Sluice() {
        return sluice.drop(1).utf8();
    }

    @Benchmark
    public String utf8Pekko() {
        return pekko.drop(1).utf8String();
    }

    @Benchmark
    public String utf8Okio() {
        return okioBytes.substring(1).utf8();
    }

    @Benchmark
    public int copyToDirectSluice() {
        return sluice.copyTo(direct.clear());
    }

    @Benchmark
    public int copyToDirectPekko() {
        return pekko.copyToBuffer(direct.clear());
    }

    /// Okio's buffer is emptied by a copy of its content, so that it is cloned first, which shares the segments.
    @Benchmark
    public int copyToDirectOkio() throws IOException {
        direct.clear();
        if (shape.equals("compact")) {
            direct.put(okioBytes.asByteBuffer());
            return direct.position();
        }
        Buffer copy = okioBuffer.clone();
        while (direct.hasRemaining()) {
            copy.read(direct);
        }
        return direct.position();
    }
}
