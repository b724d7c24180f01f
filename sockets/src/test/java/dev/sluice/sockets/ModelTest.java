package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Cases;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The channels against the simplest model there is, an array: whatever the pieces that input comes in, and
/// whatever is tried too early, the outcome is that of the whole.
///
/// Every reading operation is tried after each piece with no time to wait. It either has its outcome or times
/// out, and then must have lost nothing.
@EveryTransport
class ModelTest {
    /// Dense in what matters: line ends, and starts, middles and ends of characters.
    private static final byte[] ALPHABET = {
        'a', 'b', '\r', '\n', '\r', '\n', (byte) 0xC3, (byte) 0xA9, (byte) 0xE2, (byte) 0x82, (byte) 0xAC, (byte) 0xFF
    };

    private final Net net;

    ModelTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static byte[] input(Random random, int most) {
        var input = new byte[random.nextInt(most)];
        for (int i = 0; i < input.length; i++) {
            input[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return input;
    }

    /// Sends an array in pieces, and retries an operation after each piece until it has its outcome.
    private static final class Feed {
        private final Random random;
        private final Net.Outside outside;
        private final byte[] input;
        private final int longestPiece;
        private int sent;

        Feed(Random random, Net.Outside outside, byte[] input) {
            this.random = random;
            this.outside = outside;
            this.input = input;
            this.longestPiece = random.nextBoolean() ? 1 : 1 + input.length / 2;
        }

        <T extends @Nullable Object> T outcome(ScopedValue.CallableOp<T, IOException> operation) throws IOException {
            while (sent < input.length) {
                try {
                    return Deadline.within(Duration.ZERO, operation);
                } catch (SocketTimeoutException _) {
                    sendPiece();
                }
            }
            return operation.call();
        }

        private void sendPiece() throws IOException {
            int n = Math.min(input.length - sent, 1 + random.nextInt(longestPiece));
            outside.send(Arrays.copyOfRange(input, sent, sent + n));
            sent += n;
            if (sent == input.length) {
                outside.peer().shutdownOutput();
            }
            // So that all of it can be found without waiting.
            var in = outside.near().in();
            in.awaitContent(in.available() + n);
        }

        void begin() throws IOException {
            if (input.length == 0) {
                outside.peer().shutdownOutput();
            }
        }
    }

    // 44 45 46 47 48 49 50
    @Test
    void linesAreThoseOfTheWhole() {
        Cases.each(400, random -> {
            var input = input(random, 60);
            int limit = 1 + random.nextInt(12);
            var ending = random.nextBoolean() ? LineEnding.DEFAULT : LineEnding.LENIENT;
            try (var outside = net.outside()) {
                var feed = new Feed(random, outside, input);
                feed.begin();
                assertThat(lines(feed, limit, ending))
                        .as("%s, limit %d, %s", Arrays.toString(input), limit, ending)
                        .isEqualTo(expectedLines(input, limit, ending));
            }
        });
    }

    private static List<String> lines(Feed feed, int limit, LineEnding ending) throws IOException {
        var lines = new ArrayList<String>();
        while (true) {
            var line = new StringBuilder();
            try {
                if (!feed.outcome(() -> feed.outside.near().in().readLineTo(line, limit, ending))) {
                    lines.add("end: " + line);
                    return lines;
                }
                lines.add("line: " + line);
            } catch (LimitExceededException _) {
                lines.add("too long: " + line);
            }
        }
    }

    private static List<String> expectedLines(byte[] input, int limit, LineEnding ending) {
        var lines = new ArrayList<String>();
        int at = 0;
        while (true) {
            int end = at;
            while (end < input.length && !isEnd(input[end], ending)) {
                end++;
            }
            boolean found = end < input.length;
            int content = found && input[end] == '\n' && end > at && input[end - 1] == '\r' ? end - 1 : end;
            if (content - at > limit) {
                lines.add("too long: " + new String(input, at, limit, UTF_8));
                at += limit;
            } else if (found) {
                lines.add("line: " + new String(input, at, content - at, UTF_8));
                boolean two = input[end] == '\r' && end + 1 < input.length && input[end + 1] == '\n';
                at = end + (two ? 2 : 1);
            } else {
                lines.add("end: " + new String(input, at, content - at, UTF_8));
                return lines;
            }
        }
    }

    private static boolean isEnd(byte value, LineEnding ending) {
        return value == '\n' || (value == '\r' && ending == LineEnding.LENIENT);
    }

    // 49
    @Test
    void textIsThatOfTheWhole() {
        Cases.each(100, random -> {
            var text = new StringBuilder();
            for (int i = random.nextInt(100); i > 0; i--) {
                int codePoint = random.nextInt(0x20, random.nextBoolean() ? 0x300 : Character.MAX_CODE_POINT + 1);
                text.appendCodePoint(
                        Character.isDefined(codePoint) && codePoint >> 11 != 0xD800 >> 11 ? codePoint : '?');
            }
            try (var outside = net.outside()) {
                var feed = new Feed(random, outside, (text + "\r\n").getBytes(UTF_8));
                assertThat(feed.outcome(() -> outside.near().in().readLine())).isEqualTo(text.toString());
            }
        });
    }

    // 38 40 41 42
    @Test
    void operationsReadWhatTheyWouldReadOfTheWhole() {
        Cases.each(400, random -> {
            var input = input(random, 80);
            try (var outside = net.outside()) {
                var feed = new Feed(random, outside, input);
                feed.begin();
                int at = 0;
                while (at < input.length) {
                    at = step(random, feed, input, at);
                }
                assertThat(feed.outcome(() -> outside.near().in().exhausted())).isTrue();
            }
        });
    }

    /// Does one operation and compares its outcome.
    ///
    /// @return where the next one begins
    private static int step(Random random, Feed feed, byte[] input, int at) throws IOException {
        var in = feed.outside.near().in();
        int left = input.length - at;
        int n = random.nextInt(Math.min(left, 9) + 2);
        var next = n <= left ? ByteString.copyOf(input, at, n) : null;
        return switch (random.nextInt(10)) {
            case 0 -> {
                assertThat(feed.outcome(in::readByte)).isEqualTo(input[at]);
                yield at + 1;
            }
            case 1 -> {
                if (left < Integer.BYTES) {
                    assertThat(feed.outcome(() -> endsBefore(in, Integer.BYTES)))
                            .isTrue();
                    yield at;
                }
                boolean little = random.nextBoolean();
                var order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
                assertThat(feed.outcome(() -> in.readInt(order)))
                        .isEqualTo(ByteBuffer.wrap(input).order(order).getInt(at));
                yield at + Integer.BYTES;
            }
            case 2 -> {
                assertThat(feed.outcome(() -> in.peek(n))).isEqualTo(next);
                yield at;
            }
            case 3 -> {
                if (next == null) {
                    assertThat(feed.outcome(() -> endsBefore(in, n))).isTrue();
                    yield at;
                }
                assertThat(feed.outcome(() -> in.readByteString(n))).isEqualTo(next);
                yield at + n;
            }
            case 4 -> {
                var room = ByteBuffer.allocate(1 + n);
                int read = feed.outcome(() -> in.readAvailable(room));
                assertThat(ByteString.copyOf(room.flip())).isEqualTo(ByteString.copyOf(input, at, read));
                yield at + read;
            }
            case 5 -> {
                var expected = next == null || random.nextBoolean() ? ByteString.fromUtf8("a\r") : next;
                boolean found = expected.size() <= left
                        && ByteString.copyOf(input, at, expected.size()).equals(expected);
                assertThat(feed.outcome(() -> in.skipIfFound(expected))).isEqualTo(found);
                yield found ? at + expected.size() : at;
            }
            case 6 -> readUntil(feed, input, at, n);
            case 7 -> {
                // The only one that may have consumed something when it times out.
                assertThat(feed.outcome(() -> in.awaitContent(n))).isEqualTo(next != null);
                assertThat(in.discard(Math.min(n, left))).isEqualTo(Math.min(n, left));
                yield at + Math.min(n, left);
            }
            case 8 -> {
                var line = new StringBuilder();
                feed.outcome(() -> in.readLineTo(line, Integer.MAX_VALUE, LineEnding.LENIENT));
                int end = at;
                while (end < input.length && !isEnd(input[end], LineEnding.LENIENT)) {
                    end++;
                }
                assertThat(line.toString()).isEqualTo(new String(input, at, end - at, UTF_8));
                if (end + 1 >= input.length) {
                    yield input.length;
                }
                // Not followed by another line, to which an LF after a CR would not belong.
                assertThat(feed.outcome(in::readByte)).isEqualTo(input[end + 1]);
                yield end + 2;
            }
            default -> {
                assertThat(feed.outcome(() -> in.awaitContent(n))).isEqualTo(next != null);
                yield at;
            }
        };
    }

    private static boolean endsBefore(ByteReadChannel in, int bytes) throws IOException {
        try {
            in.readByteString(bytes);
            return false;
        } catch (EOFException _) {
            return true;
        }
    }

    private static int readUntil(Feed feed, byte[] input, int at, int limit) throws IOException {
        var in = feed.outside.near().in();
        var delimiter = ByteString.fromUtf8("\r\n");
        int found = ByteString.copyOf(input, at, input.length - at).indexOf(delimiter, 0);
        try {
            var before = feed.outcome(() -> in.readUntil(delimiter, limit));
            if (before == null) {
                assertThat(found).isNegative();
                return at;
            }
            assertThat(before).isEqualTo(ByteString.copyOf(input, at, found));
            return at + found + 2;
        } catch (LimitExceededException _) {
            assertThat(found < 0 ? input.length - at - 1 : found).isGreaterThan(limit);
            return at;
        }
    }

    // 12 24 40
    @Test
    void whatIsWrittenInAnyWayArrivesInOrder() {
        Cases.each(60, random -> {
            var expected = new ByteArrayOutputStream();
            try (var server = net.listen();
                    var socket = net.connect(server);
                    var accepted = server.accept()) {
                var in = accepted.openReadChannel();
                var out = socket.openWriteChannel(random.nextBoolean());
                var written = net.setup.run(() -> {
                    write(random, out, new DataOutputStream(expected));
                    out.close();
                });
                var received = in.readRemaining(Integer.MAX_VALUE);
                written.get();
                assertThat(received.toByteArray()).isEqualTo(expected.toByteArray());
            }
        });
    }

    private static void write(Random random, ByteWriteChannel out, DataOutputStream expected) throws IOException {
        for (int i = random.nextInt(40); i > 0; i--) {
            var bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? 40_000 : 100)];
            random.nextBytes(bytes);
            long value = random.nextLong();
            switch (random.nextInt(9)) {
                case 0 -> {
                    out.writeByte((int) value);
                    expected.writeByte((int) value);
                }
                case 1 -> {
                    out.writeShort((int) value);
                    expected.writeShort((int) value);
                }
                case 2 -> {
                    out.writeLong(value);
                    expected.writeLong(value);
                }
                case 3 -> {
                    out.writeInt((int) value, ByteOrder.LITTLE_ENDIAN);
                    expected.writeInt(Integer.reverseBytes((int) value));
                }
                case 4 -> {
                    out.writeString("ü" + value);
                    expected.write(("ü" + value).getBytes(UTF_8));
                }
                case 5 -> {
                    out.write(ByteString.copyOf(bytes));
                    expected.write(bytes);
                }
                case 6 -> {
                    out.writeFully(
                            ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
                    expected.write(bytes);
                }
                case 7 -> {
                    out.writeFully(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
                    expected.write(bytes);
                }
                default -> {
                    out.writeFully(bytes, bytes.length / 3, bytes.length / 2);
                    expected.write(bytes, bytes.length / 3, bytes.length / 2);
                    out.flush();
                }
            }
        }
    }
}
