package dev.sluice.cli;

import dev.sluice.sockets.ByteReadChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// A message that can be verified, in memory that is used again for the next one. For one thread.
///
/// ```
///    0  int   connection
///    4  int   length of the payload
///    8  long  sequence number within the connection
///   16  int   CRC-32C of the fields above and the payload
///   20        payload: random bytes
/// ```
final class Message {
    private static final int CHECKSUM = 16;
    static final int HEADER = 20;

    private final int maxPayload;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();

    Message(int maxPayload) {
        this.maxPayload = maxPayload;
        this.bytes = new byte[HEADER + maxPayload];
        this.buffer = ByteBuffer.wrap(bytes);
    }

    /// Makes a message of random size and content.
    ///
    /// @return what is to be sent; valid until the next call
    ByteBuffer compose(int connection, long sequence, SplittableRandom random) {
        int length = random.nextInt(maxPayload + 1);
        buffer.clear().position(HEADER).limit(HEADER + length);
        random.nextBytes(bytes); // all of it: there is no variant for a range
        buffer.putInt(0, connection).putInt(4, length).putLong(8, sequence).putInt(CHECKSUM, checksum(length));
        return buffer.position(0);
    }

    /// Reads a message and verifies that it is the one that is due.
    ///
    /// @return its size in bytes
    /// @throws ProtocolException if it is another one, or not what was sent
    /// @throws EOFException if the input ends before it does
    int read(ByteReadChannel input, int connection, long sequence) throws IOException {
        input.awaitContent(HEADER); // so that one call to the system gets header and payload
        input.readFully(buffer.clear().limit(HEADER));
        int length = buffer.getInt(4);
        if (buffer.getInt(0) != connection || buffer.getLong(8) != sequence || length < 0 || length > maxPayload) {
            throw new ProtocolException("message " + sequence + " was due, but came "
                    + (buffer.getInt(0) == connection ? "" : "connection " + buffer.getInt(0) + ", ")
                    + "message " + buffer.getLong(8) + " of " + length + " bytes");
        }
        input.readFully(buffer.limit(HEADER + length));
        if (buffer.getInt(CHECKSUM) != checksum(length)) {
            throw new ProtocolException(
                    "message " + sequence + " of " + length + " bytes came back with a wrong checksum");
        }
        return HEADER + length;
    }

    /// Where a datagram is received into before it is verified. Something longer than any message is cut.
    ByteBuffer room() {
        return buffer.clear();
    }

    /// Verifies a datagram in [#room].
    ///
    /// @param size its whole length
    /// @return its sequence number
    /// @throws ProtocolException if it is not one that this connection has sent, or not what it was
    long verify(int size, int connection, long sent) throws ProtocolException {
        long sequence = size < HEADER ? -1 : buffer.getLong(8);
        boolean sized = size <= bytes.length;
        if (!sized
                || sequence < 0
                || sequence >= sent
                || buffer.getInt(0) != connection
                || buffer.getInt(4) != size - HEADER) {
            throw new ProtocolException("a datagram of " + size + " bytes came that was never sent");
        }
        if (buffer.getInt(CHECKSUM) != checksum(size - HEADER)) {
            throw new ProtocolException(
                    "datagram " + sequence + " of " + size + " bytes came back with a wrong checksum");
        }
        return sequence;
    }

    private int checksum(int length) {
        crc.reset();
        crc.update(bytes, 0, CHECKSUM);
        crc.update(bytes, HEADER, length);
        return (int) crc.getValue();
    }
}
