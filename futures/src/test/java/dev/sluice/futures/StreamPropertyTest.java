package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random data in random chunks, read and written by every operation, with and without cancels, gives what the
/// plain array says. A failure tells its seed; `-Dsluice.seed=…` runs that one alone.
@Timeout(60)
class StreamPropertyTest {
    private static final String SEED = System.getProperty("sluice.seed");
    private static final int ROUNDS = 400;

    private Random random = new Random();

    private interface Round {
        void run() throws Exception;
    }

    private void rounds(Round each) {
        var seeds = new Random();
        for (int i = 0; i < (SEED != null ? 1 : ROUNDS); i++) {
            long seed = SEED != null ? Long.parseLong(SEED) : seeds.nextLong();
            random = new Random(seed);
            try {
                each.run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("with -Dsluice.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /// Letters, with many ends of lines.
    private byte[] data() {
        var bytes = new byte[random.nextInt(200)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) "abcdefg\r\n,".charAt(random.nextInt(10));
        }
        return bytes;
    }

    private Trickle source(byte[] data) {
        return new Trickle(data, this::chunk);
    }

    private int chunk() {
        return 1 + random.nextInt(20);
    }

    /// To the end, or with a cancel at each pending point.
    private <T> T done(boolean cancels, Supplier<PollFuture<T>> operation) throws Exception {
        return cancels ? Cancelling.untilDone(operation::get) : operation.get().await();
    }

    private static List<String> parts(byte[] data, String delimiter) {
        var parts = new ArrayList<>(List.of(new String(data, StandardCharsets.UTF_8).split(delimiter, -1)));
        if (parts.getLast().isEmpty()) {
            parts.removeLast();
        }
        return parts;
    }

    @Test
    void readExactGivesTheArray() {
        rounds(() -> {
            var data = data();
            var source = source(data);
            var reader = random.nextBoolean() ? source : new BufReader<>(source, chunk());
            var all = new ByteStringBuilder();
            while (all.size() < data.length) {
                var dst = ByteBuffer.allocate(Math.min(chunk(), data.length - all.size()));
                done(random.nextBoolean(), () -> reader.readExact(dst));
                all.put(dst.flip());
            }
            assertThat(all.result().toByteArray()).isEqualTo(data);
        });
    }

    @Test
    void linesAndPartsAreThoseOfTheText() {
        rounds(() -> {
            var data = data();
            boolean cancels = random.nextBoolean();
            var lines = new BufReader<>(source(data), chunk());
            for (var expected : parts(data, "\r?\n")) {
                assertThat(done(cancels, () -> lines.readLine(200))).contains(expected);
            }
            assertThat(done(cancels, () -> lines.readLine(200))).isEmpty();
            assertThat(new BufReader<>(source(data), chunk()).lines().toList().await())
                    .isEqualTo(parts(data, "\r?\n"));
            assertThat(new BufReader<>(source(data), chunk())
                            .split((byte) ',', 200)
                            .map(ByteString::utf8)
                            .toList()
                            .await())
                    .isEqualTo(parts(data, ","));
        });
    }

    @Test
    void readUntilGivesTheArrayInPieces() {
        rounds(() -> {
            var data = data();
            var reader = new BufReader<>(source(data), chunk());
            var all = new ByteStringBuilder();
            ByteString piece;
            do {
                var delimiter = (byte) "a,\n".charAt(random.nextInt(3));
                piece = done(random.nextBoolean(), () -> reader.readUntil(delimiter, 200));
                int at = piece.indexOf(delimiter);
                assertThat(at < 0 || at == piece.size() - 1).isTrue();
                all.put(piece);
            } while (!piece.isEmpty());
            assertThat(all.result().toByteArray()).isEqualTo(data);
        });
    }

    @Test
    void takeAndChainCutAndJoin() {
        rounds(() -> {
            var first = data();
            var second = data();
            int cut = random.nextInt(first.length + 10);
            var source = source(first);
            var chain = source.take(cut).chain(source(second));
            var sink = new ByteStringBuilder();
            done(random.nextBoolean(), () -> chain.readToEnd(sink, 1000));
            var expected = ByteString.copyOf(first).take(cut).append(ByteString.copyOf(second));
            assertThat(sink.result()).isEqualTo(expected);
            assertThat(source.readToEnd(1000).await())
                    .isEqualTo(ByteString.copyOf(first).drop(cut));
        });
    }

    @Test
    void copyAndWriteAllBringAllOver() {
        rounds(() -> {
            var data = data();
            var target = new Narrow(this::chunk);
            var writer = random.nextBoolean() ? target : new BufWriter<>(target, chunk());
            assertThat(AsyncIo.copy(source(data), writer).await().bytes()).isEqualTo(data.length);
            var src = ByteBuffer.wrap(data);
            done(random.nextBoolean(), () -> writer.writeAll(src));
            done(random.nextBoolean(), writer::flush);
            var once = ByteString.copyOf(data);
            assertThat(ByteString.copyOf(target.bytes())).isEqualTo(once.append(once));
        });
    }

    @Test
    void aPipeGivesWhatItTook() {
        rounds(() -> {
            var data = data();
            var duplex = AsyncIo.duplex(chunk());
            var writing =
                    AsyncIo.copy(source(data), duplex.first()).andThen(copied -> AsyncIo.shutdown(copied.writer()));
            var both = PollFuture.join(writing, duplex.second().readToEnd(1000)).await();
            assertThat(both.second().toByteArray()).isEqualTo(data);
        });
    }
}
