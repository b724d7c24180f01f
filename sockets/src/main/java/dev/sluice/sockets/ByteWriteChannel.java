package dev.sluice.sockets;

import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes to a socket on the calling thread; for one thread at a time.
///
/// What is written is sent when the channel is flushed or closed, or when the 16 KiB of its buffer are full; with
/// auto-flush each operation sends. The buffer is held only while it is not empty; what is as large as the buffer
/// goes past it. When [#flush] returns, the system has accepted all that was written before.
///
/// An operation blocks while the peer takes no more. It can be interrupted and can run into a deadline:
/// [TcpOptions#writeTimeout] or [Deadline]. Afterwards the channel can be used on: what was buffered still is,
/// and of memory of the caller its position, or `bytesTransferred` of the exception, tells how much was taken. A
/// failure of the connection is thrown by the call that meets it, at the latest by the flush.
public final class ByteWriteChannel implements WritableByteChannel {
    private final Socket socket;
    private final Output output;
    private final boolean autoFlush;
    private final ArrayView array = new ArrayView();

    ByteWriteChannel(Socket socket, boolean autoFlush) {
        this.socket = socket;
        this.output = new Output(socket);
        this.autoFlush = autoFlush;
    }

    /// Whether each operation sends what it has written.
    public boolean autoFlush() {
        return autoFlush;
    }

    // Bytes

    /// Writes all of `src`.
    ///
    /// @throws ClosedWriteChannelException if this side has been closed for writing
    public void writeFully(ByteBuffer src) throws IOException {
        output.begin();
        try {
            output.write(src, autoFlush);
        } finally {
            output.end();
        }
    }

    /// Writes a range of `src`.
    ///
    /// @throws ClosedWriteChannelException if this side has been closed for writing
    public void writeFully(byte[] src, int offset, int length) throws IOException {
        output.begin();
        try {
            output.write(array.of(src, offset, length), autoFlush);
        } finally {
            output.end();
        }
    }

    /// Writes all of `src`.
    ///
    /// @throws ClosedWriteChannelException if this side has been closed for writing
    public void writeFully(byte[] src) throws IOException {
        writeFully(src, 0, src.length);
    }

    /// Writes all of `src`.
    ///
    /// @throws ClosedWriteChannelException if this side has been closed for writing
    public void write(ByteString src) throws IOException {
        output.begin();
        try {
            output.write(src, autoFlush);
        } finally {
            output.end();
        }
    }

    /// Writes all of `src`.
    ///
    /// @return how many bytes that was
    @Override
    public int write(ByteBuffer src) throws IOException {
        int start = src.position();
        writeFully(src);
        return src.position() - start;
    }

    /// Writes text in UTF-8.
    ///
    /// @throws ClosedWriteChannelException if this side has been closed for writing
    public void writeString(String text) throws IOException {
        writeFully(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The same as [#writeString], under the name it has elsewhere.
    public void writeBytes(String text) throws IOException {
        writeString(text);
    }

    // Numbers, big-endian unless an order is given

    /// Writes a byte.
    public void writeByte(int value) throws IOException {
        writeNumber(value, Byte.BYTES, ByteOrder.BIG_ENDIAN);
    }

    /// Writes two bytes.
    public void writeShort(int value) throws IOException {
        writeShort(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes two bytes in the given order.
    public void writeShort(int value, ByteOrder order) throws IOException {
        writeNumber(value, Short.BYTES, order);
    }

    /// Writes four bytes.
    public void writeInt(int value) throws IOException {
        writeInt(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes four bytes in the given order.
    public void writeInt(int value, ByteOrder order) throws IOException {
        writeNumber(value, Integer.BYTES, order);
    }

    /// Writes eight bytes.
    public void writeLong(long value) throws IOException {
        writeLong(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes eight bytes in the given order.
    public void writeLong(long value, ByteOrder order) throws IOException {
        writeNumber(value, Long.BYTES, order);
    }

    /// Writes a number of IEEE 754 in four bytes.
    public void writeFloat(float value) throws IOException {
        writeInt(Float.floatToRawIntBits(value));
    }

    /// Writes a number of IEEE 754 in eight bytes.
    public void writeDouble(double value) throws IOException {
        writeLong(Double.doubleToRawLongBits(value));
    }

    private void writeNumber(long value, int bytes, ByteOrder order) throws IOException {
        output.begin();
        try {
            var room = output.room(bytes).order(order);
            switch (bytes) {
                case Byte.BYTES -> room.put((byte) value);
                case Short.BYTES -> room.putShort((short) value);
                case Integer.BYTES -> room.putInt((int) value);
                default -> room.putLong(value);
            }
            if (autoFlush) {
                output.flush();
            }
        } finally {
            output.end();
        }
    }

    // Sending and ending

    /// Sends what was written: when this returns, the system has all of it.
    ///
    /// @throws IOException if the connection is lost; what was not sent is kept, but cannot be sent any more
    public void flush() throws IOException {
        output.begin();
        try {
            output.flush();
        } finally {
            output.end();
        }
    }

    /// Flushes, then sends the end: the peer reads it after all that was written. The socket stays open for
    /// reading.
    public void flushAndClose() throws IOException {
        if (isClosedForWrite()) {
            return;
        }
        output.begin();
        try {
            output.finish();
        } finally {
            output.end();
        }
    }

    /// The same as [#flushAndClose]. Again does nothing.
    @Override
    public void close() throws IOException {
        flushAndClose();
    }

    /// Drops what was not flushed and resets the connection, as an orderly end would tell the peer that it has
    /// all.
    ///
    /// @param cause what later operations tell as their cause
    public void cancel(@Nullable Throwable cause) {
        output.close(cause);
        socket.abort();
    }

    /// Whether nothing can be written any more on this side.
    public boolean isClosedForWrite() {
        return output.isClosed();
    }

    /// Why the channel or the socket was closed on this side; null if it was not, or for no special reason.
    public @Nullable Throwable closedCause() {
        return output.cause();
    }

    /// The same as [#isClosedForWrite], negated.
    @Override
    public boolean isOpen() {
        return !isClosedForWrite();
    }

    /// This channel as a stream; closing it flushes and sends the end.
    public OutputStream toOutputStream() {
        return new ChannelOutputStream(this);
    }

    Output output() {
        return output;
    }

    @Override
    public String toString() {
        return "write channel of " + socket;
    }
}
