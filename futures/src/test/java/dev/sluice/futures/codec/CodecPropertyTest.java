package dev.sluice.futures.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.Step;
import dev.sluice.futures.testkit.FlakySocketPair;
import dev.sluice.futures.testkit.TaskSpy;
import dev.sluice.testing.Cases;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Codecs over connections that come in all pieces; checklist items 97 and 102-104.
@Timeout(120)
class CodecPropertyTest {
    private static final int MOST = 300;

    private static ByteString bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteString.copyOf(bytes);
    }

    private static LengthField anyField(Random random) {
        var field = LengthField.ofBytes(2 + random.nextInt(7)).max(MOST + 100);
        if (random.nextBoolean()) {
            field = field.littleEndian();
        }
        if (random.nextInt(3) == 0) {
            field = field.offset(random.nextInt(4));
        }
        if (random.nextInt(3) == 0) {
            field = field.skip(field.skip() + random.nextInt(3));
        }
        return field.adjustment(random.nextInt(20) - 20);
    }

    private static Codec<ByteString> anyCodec(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> DelimiterCodec.anyOf(MOST);
            case 1 -> DelimiterCodec.sequence(ByteString.fromUtf8("\r\n\r\n"), MOST);
            case 2 -> new FixedSizeCodec(1 + random.nextInt(MOST));
            default -> new LengthCodec(anyField(random));
        };
    }

    private static ByteString anyFrame(Random random, Codec<ByteString> codec) {
        if (codec instanceof FixedSizeCodec) {
            return bytes(random, codec.maxFrameBytes());
        }
        var frame = bytes(random, random.nextInt(MOST));
        return codec instanceof LengthCodec
                ? frame
                : frame.map(b -> switch (b) {
                    case ',', ';', '\n', '\r' -> 'x';
                    default -> b;
                });
    }

    /// Both ends of a connection that is cut anyhow, polled in turn.
    private static <T> List<T> carried(long seed, Codec<T> codec, List<T> items, Random random) throws Exception {
        var pair = FlakySocketPair.of(seed);
        var out = new FramedWrite<>(pair.first(), codec).backPressureAt(1 + random.nextInt(2000));
        var in = new FramedRead<>(pair.second(), codec);
        var sending = PollFuture.done();
        for (var item : items) {
            sending = sending.andThen(sent -> item.hashCode() % 3 == 0 ? out.send(item) : out.feed(item));
        }
        return PollFuture.join(sending.andThen(sent -> out.shutdown()), in.toList())
                .await()
                .second();
    }

    /// Items 97, 103, 104.
    @Test
    void whatIsSentInFramesComesInFrames() {
        Cases.each(400, random -> {
            var codec = anyCodec(random);
            var items = new ArrayList<ByteString>();
            int count = random.nextInt(40);
            for (int i = 0; i < count; i++) {
                items.add(anyFrame(random, codec));
            }
            var come = carried(random.nextLong(), codec, items, random);
            assertThat(come).isEqualTo(items);
        });
    }

    /// Items 97, 102.
    @Test
    void linesComeAsTheyWereSent() {
        Cases.each(200, random -> {
            var items = new ArrayList<String>();
            for (int i = random.nextInt(40); i > 0; i--) {
                int length = random.nextInt(50);
                items.add(random.ints(length, 0x20, 0x3000)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
            }
            assertThat(carried(random.nextLong(), new LineCodec(150), items, random))
                    .isEqualTo(items);
        });
    }

    /// Item 102.
    @Test
    void theSameLinesComeWhereverTheInputIsCut() {
        var wire = ByteString.fromUtf8("ab\r\nfar too long for this\r\n\r\nabcd\nabcde\nä\r\r\nend");
        var expected = read(wire, wire.size());
        assertThat(expected).containsExactly("ab", "!", "", "abcd", "!", "ä\r", "end");
        for (int size = 1; size < wire.size(); size++) {
            assertThat(read(wire, size)).as("pieces of %d", size).isEqualTo(expected);
        }
    }

    private static AsyncRead pieces(ByteBuffer input, IntSupplier pieceBytes) {
        return (cx, dst) -> {
            int n = Math.min(pieceBytes.getAsInt(), input.remaining());
            dst.put(input.slice(input.position(), n));
            input.position(input.position() + n);
            return n > 0 ? n : AsyncIo.EOF;
        };
    }

    private static List<String> read(ByteString wire, int pieceBytes) {
        var pieces = pieces(wire.asByteBuffer(), () -> pieceBytes);
        var task = new TaskSpy();
        var frames = new FramedRead<>(pieces, new LineCodec(4));
        var lines = new ArrayList<String>();
        while (true) {
            try {
                switch (task.pollNext(frames)) {
                    case Step.Item<String>(var line) -> lines.add(line);
                    case Step.Done<String> _ -> {
                        return lines;
                    }
                    case Step.Pending<String> _ -> {}
                }
            } catch (IOException e) {
                lines.add("!");
            }
        }
    }

    /// Garbage gives frames or failures, and the end: it neither hangs nor is kept beyond the limit.
    @Test
    void garbageComesToAnEndWithinItsLimits() {
        Cases.each(400, random -> {
            var garbage = bytes(random, random.nextInt(20_000));
            var unread = garbage.asByteBuffer();
            int piece = 1 + random.nextInt(3000);
            var pieces = pieces(unread, () -> 1 + random.nextInt(piece));
            Codec<?> codec = random.nextBoolean() ? anyCodec(random) : new LineCodec(MOST);
            var frames = new FramedRead<Object>(pieces, codec);
            var task = new TaskSpy();
            for (int polls = 0; !endsBy(task, frames, unread.remaining()); polls++) {
                assertThat(polls).isLessThan(3 * garbage.size() + 10);
            }
            assertThat(frames.takeApart().size()).isLessThanOrEqualTo(codec.maxFrameBytes() + piece);
        });
    }

    private static boolean endsBy(TaskSpy task, FramedRead<Object> frames, int unread) {
        try {
            return task.pollNext(frames) instanceof Step.Done && unread == 0;
        } catch (FrameException e) {
            return false;
        } catch (IOException e) {
            return true; // the bytes make no sense any more
        }
    }

    @Test
    void aResetEndsBothSidesAndLosesNoWholeFrameBefore() {
        Cases.each(100, random -> {
            var pair = FlakySocketPair.withResets(random.nextLong(), 200);
            var out = Framed.lengthPrefixed(pair.first(), LengthField.ofInt());
            var in = Framed.lengthPrefixed(pair.second(), LengthField.ofInt());
            var come = new ArrayList<ByteString>();
            var sent = bytes(random, 500);
            PollFuture<Void> sending = PollFuture.loop(0, n -> out.send(sent).map(done -> n));
            try {
                PollFuture.join(sending, in.forEach(come::add)).await();
                throw new AssertionError("the connection was never reset");
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            assertThat(come).allMatch(sent::equals);
        });
    }
}
