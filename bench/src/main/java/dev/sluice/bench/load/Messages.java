package dev.sluice.bench.load;

import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The messages of one size, and the memory that all connections of a loop send and receive them with.
///
/// ```
///   0  long  connection and number of the message
///   8        the same bytes in every message
/// ```
///
/// What is sent lies ready, many messages in a row; only their headers are written anew. For one thread.
final class Messages {
    static final int HEADER = 8;
    static final int LARGEST = 64 * 1024 * 1024;

    private static final int NUMBER_BITS = 40;
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MOST_IN_A_ROW = 1024;

    /// Up to this size each message is compared in full, above it one in [#SAMPLE].
    private static final int SMALL = 4096;

    private static final int SAMPLE = 16;

    private final int size;
    private final int inARow;
    private final ByteBuffer outgoing;
    private final ByteBuffer expected;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);

    Messages(int size) {
        this.size = size;
        this.inARow = Math.clamp(BUFFER_BYTES / size, 1, MOST_IN_A_ROW);
        this.outgoing = ByteBuffer.allocateDirect(inARow * size);
        for (int i = 0; i < outgoing.capacity(); i++) {
            outgoing.put(i, pattern(i % size));
        }
        this.expected = outgoing.duplicate();
    }

    private static byte pattern(int at) {
        return (byte) (at * 131 + (at >> 8) * 17 + 3);
    }

    /// How a message begins.
    static long header(int connection, long number) {
        return (long) connection << NUMBER_BITS | number;
    }

    int size() {
        return size;
    }

    /// Room for what is received.
    ByteBuffer room() {
        return incoming.clear();
    }

    /// Writes messages from `number` to `end`, without the last, as far as the socket takes them.
    ///
    /// @param offset how many bytes of the first have been written already
    /// @return as [StreamSocket#write(ByteBuffer)]
    int write(StreamSocket socket, int connection, long number, int offset, long end) throws IOException {
        int count = (int) Math.min(end - number, inARow);
        outgoing.clear();
        for (int i = 0; i < count; i++) {
            outgoing.putLong(i * size, header(connection, number + i));
        }
        return socket.write(outgoing.limit(count * size).position(offset));
    }

    /// Whether the body of a message is compared.
    boolean isChecked(int connection, long number) {
        return size <= SMALL || (connection + number) % SAMPLE == 0;
    }

    /// Whether the next bytes are what a message has from `offset` on. They are not consumed.
    boolean matches(ByteBuffer received, int offset, int length) {
        int end = received.limit();
        received.limit(received.position() + length);
        int difference = received.mismatch(expected.limit(offset + length).position(offset));
        received.limit(end);
        return difference < 0;
    }
}
