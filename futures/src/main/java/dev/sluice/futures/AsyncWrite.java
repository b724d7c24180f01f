package dev.sluice.futures;

import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Something that bytes can be written to without blocking. One task at a time writes.
///
/// Each operation below is lazy. What the target throws goes through; how much of a buffer was written before that
/// its position tells.
public interface AsyncWrite {
    /// Writes what is taken, from the position of `src` on.
    ///
    /// @return how many bytes; or [AsyncIo#PENDING], and then the context's waker will be woken when more is
    ///     taken. 0 if `src` is empty, else a writer that gives 0 will never take more
    int pollWrite(Context cx, ByteBuffer src) throws IOException;

    /// Writes from several buffers in turn. Unless it is overridden, only from the first one that is not empty.
    ///
    /// @return how many bytes in all; or [AsyncIo#PENDING]
    default long pollWrite(Context cx, ByteBuffer[] srcs, int offset, int length) throws IOException {
        int at = AsyncIo.firstRemaining(srcs, offset, length);
        return at < offset + length ? pollWrite(cx, srcs[at]) : 0;
    }

    /// Passes on what has been taken and is still here.
    ///
    /// @return whether that is done; if not, the context's waker will be woken
    default boolean pollFlush(Context cx) throws IOException {
        return true;
    }

    /// Flushes, then ends the output: the reader at the other side finds the end. Doing it again is fine.
    ///
    /// @return whether that is done; if not, the context's waker will be woken
    boolean pollShutdown(Context cx) throws IOException;

    // Bytes.

    /// Writes what is taken at once, at least one byte unless `src` is empty. Gives how many. Cancel safe: yes,
    /// bytes that were written are told at once.
    default PollFuture<Integer> write(ByteBuffer src) {
        return new Once<>("write", cx -> {
            int n = pollWrite(cx, src);
            return n == AsyncIo.PENDING ? Poll.pending() : Poll.ready(n);
        });
    }

    /// Writes all of `src`, and gives it. Fails with [WriteZeroException] if no more is taken. Cancel safe: yes, the
    /// position of `src` is the progress, and the same call with it goes on.
    default PollFuture<ByteBuffer> writeAll(ByteBuffer src) {
        return new WriteAll<>("writeAll", this, Poll.ready(src), src);
    }

    /// Writes all of several buffers, gathered. Fails with [WriteZeroException] if no more is taken. Cancel safe:
    /// yes, the positions of the buffers are the progress, and the same call with them goes on. The array is not to
    /// be changed meanwhile.
    default PollFuture<Void> writeAll(ByteBuffer... srcs) {
        return new WriteAll<>("writeAll", this, Poll.done(), srcs);
    }

    /// Writes all of `bytes`, gathered if they are in pieces. Fails with [WriteZeroException] if no more is taken.
    /// Cancel safe: no, nobody can tell how much was written. Write its buffers to know.
    default PollFuture<Void> writeAll(ByteString bytes) {
        return writeAll(bytes.asByteBuffers());
    }

    /// Writes `text` in UTF-8, as [#writeAll(ByteString)]. Cancel safe: no, nobody can tell how much was written.
    default PollFuture<Void> writeString(String text) {
        return writeAll(ByteString.fromUtf8(text));
    }

    /// Passes on what has been taken and is still here. Cancel safe: yes.
    default PollFuture<Void> flush() {
        return new Once<>("flush", cx -> pollFlush(cx) ? Poll.done() : Poll.pending());
    }

    /// Flushes, then ends the output: the reader at the other side finds the end. Doing it again is fine. Cancel
    /// safe: yes.
    default PollFuture<Void> shutdown() {
        return new Once<>("shutdown", cx -> pollShutdown(cx) ? Poll.done() : Poll.pending());
    }

    // Numbers.

    /// Writes the lowest eight bits of `value`. Cancel safe: yes, there is no half of a byte.
    default PollFuture<Void> writeByte(int value) {
        return new WriteAll<>(
                "writeByte", this, Poll.done(), bytes(1, ByteOrder.BIG_ENDIAN).put(0, (byte) value));
    }

    /// Writes the lowest 16 bits of `value`, the high byte first. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeShort(int value) {
        return writeShort(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes the lowest 16 bits of `value`. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeShort(int value, ByteOrder order) {
        return new WriteAll<>("writeShort", this, Poll.done(), bytes(2, order).putShort(0, (short) value));
    }

    /// Writes four bytes, the highest one first. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeInt(int value) {
        return writeInt(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes four bytes. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeInt(int value, ByteOrder order) {
        return new WriteAll<>("writeInt", this, Poll.done(), bytes(4, order).putInt(0, value));
    }

    /// Writes eight bytes, the highest one first. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeLong(long value) {
        return writeLong(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes eight bytes. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeLong(long value, ByteOrder order) {
        return new WriteAll<>("writeLong", this, Poll.done(), bytes(8, order).putLong(0, value));
    }

    /// Writes four bytes, the highest one first. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeFloat(float value) {
        return writeFloat(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes four bytes. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeFloat(float value, ByteOrder order) {
        return new WriteAll<>("writeFloat", this, Poll.done(), bytes(4, order).putFloat(0, value));
    }

    /// Writes eight bytes, the highest one first. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeDouble(double value) {
        return writeDouble(value, ByteOrder.BIG_ENDIAN);
    }

    /// Writes eight bytes. Cancel safe: no, a part may have been written.
    default PollFuture<Void> writeDouble(double value, ByteOrder order) {
        return new WriteAll<>("writeDouble", this, Poll.done(), bytes(8, order).putDouble(0, value));
    }

    private static ByteBuffer bytes(int count, ByteOrder order) {
        return ByteBuffer.allocate(count).order(order);
    }
}
