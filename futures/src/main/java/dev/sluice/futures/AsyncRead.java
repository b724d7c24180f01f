package dev.sluice.futures;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Something that bytes can be read from without blocking. One task at a time reads.
///
/// Each operation below is lazy, and reads no byte more than it is for. What the source throws goes through;
/// what has been read before that is where it would be after a cancel.
@FunctionalInterface
public interface AsyncRead {
    /// Reads what is there, as far as `dst` has room.
    ///
    /// @return how many bytes, 0 only if `dst` has no room; [AsyncIo#EOF]; or [AsyncIo#PENDING], and then the
    ///     context's waker will be woken when there is something
    int pollRead(Context cx, ByteBuffer dst) throws IOException;

    /// Reads into several buffers in turn. Unless it is overridden, only into the first one with room.
    ///
    /// @return how many bytes in all, 0 only if there is no room; [AsyncIo#EOF]; or [AsyncIo#PENDING]
    default long pollRead(Context cx, ByteBuffer[] dsts, int offset, int length) throws IOException {
        int at = AsyncIo.firstRemaining(dsts, offset, length);
        return at < offset + length ? pollRead(cx, dsts[at]) : 0;
    }

    // Bytes.

    /// Reads what is there, at least one byte; waits only if there is none. Gives how many, or [AsyncIo#EOF]; 0
    /// only if `dst` has no room. Cancel safe: yes, bytes that were read are told at once.
    default PollFuture<Integer> read(ByteBuffer dst) {
        return new Once<>("read", cx -> {
            int n = pollRead(cx, dst);
            return n == AsyncIo.PENDING ? Poll.pending() : Poll.ready(n);
        });
    }

    /// Fills `dst`, and gives it. Fails with [EarlyEndException] if the input ends before; what came is in `dst`.
    /// Cancel safe: yes, the position of `dst` is the progress, and the same call with it goes on.
    default PollFuture<ByteBuffer> readExact(ByteBuffer dst) {
        return new ReadExact<>(this, dst, full -> full);
    }

    /// Reads to the end, at most `limit` bytes. Fails with [LimitExceededException] if there are more. Cancel safe:
    /// no, what has been read is lost; with a [sink of your own][#readToEnd(ByteStringBuilder, int)] it is not.
    default PollFuture<ByteString> readToEnd(int limit) {
        return new ReadToEnd<>(this, new ByteStringBuilder(), limit, ByteStringBuilder::result);
    }

    /// Appends all to the end to `sink`, and gives that. Cancel safe: yes, what has been read is in `sink`, and the
    /// same call with it goes on.
    ///
    /// Fails with [LimitExceededException] if `sink` would come to hold more than `limit` bytes, with what it held
    /// before; it holds `limit` bytes then, and one more has been read and is lost.
    default PollFuture<ByteStringBuilder> readToEnd(ByteStringBuilder sink, int limit) {
        return new ReadToEnd<>(this, sink, limit, all -> all);
    }

    /// Reads to the end, at most `limit` bytes, which are UTF-8. Fails with [LimitExceededException] if there are
    /// more, and with [java.nio.charset.CharacterCodingException] if they are something else. Cancel safe: no, what
    /// has been read is lost.
    default PollFuture<String> readToString(int limit) {
        return new ReadToEnd<>(
                this, new ByteStringBuilder(), limit, all -> all.result().strictString(StandardCharsets.UTF_8));
    }

    // Numbers.

    /// What `f` makes of the next `count` bytes, which it gets in a buffer of their own: a number, a header. Fails
    /// with [EarlyEndException] if the input ends before. Cancel safe: no, bytes that came are lost, unless this is
    /// a [BufReader], where they stay.
    ///
    /// @param order the byte order of the buffer
    default <T> PollFuture<T> readAs(int count, ByteOrder order, IoFunction<? super ByteBuffer, ? extends T> f) {
        return new ReadExact<>(this, ByteBuffer.allocate(count).order(order), full -> f.apply(full.flip()));
    }

    /// One byte. Fails with [EarlyEndException] at the end. Cancel safe: yes, there is no half of a byte.
    default PollFuture<Byte> readByte() {
        return readAs(Byte.BYTES, ByteOrder.BIG_ENDIAN, ByteBuffer::get);
    }

    /// Two bytes, the high one first; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Short> readShort() {
        return readShort(ByteOrder.BIG_ENDIAN);
    }

    /// Two bytes; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Short> readShort(ByteOrder order) {
        return readAs(Short.BYTES, order, ByteBuffer::getShort);
    }

    /// Four bytes, the highest one first; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Integer> readInt() {
        return readInt(ByteOrder.BIG_ENDIAN);
    }

    /// Four bytes; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Integer> readInt(ByteOrder order) {
        return readAs(Integer.BYTES, order, ByteBuffer::getInt);
    }

    /// Eight bytes, the highest one first; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Long> readLong() {
        return readLong(ByteOrder.BIG_ENDIAN);
    }

    /// Eight bytes; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Long> readLong(ByteOrder order) {
        return readAs(Long.BYTES, order, ByteBuffer::getLong);
    }

    /// Four bytes, the highest one first; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Float> readFloat() {
        return readFloat(ByteOrder.BIG_ENDIAN);
    }

    /// Four bytes; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Float> readFloat(ByteOrder order) {
        return readAs(Float.BYTES, order, ByteBuffer::getFloat);
    }

    /// Eight bytes, the highest one first; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Double> readDouble() {
        return readDouble(ByteOrder.BIG_ENDIAN);
    }

    /// Eight bytes; see [#readAs]. Cancel safe: no, unless this is a [BufReader].
    default PollFuture<Double> readDouble(ByteOrder order) {
        return readAs(Double.BYTES, order, ByteBuffer::getDouble);
    }

    // Other readers.

    /// The next `limit` bytes of this, which then seems to end; byte `limit` + 1 is not asked for.
    default AsyncRead take(long limit) {
        return new TakenRead(this, limit);
    }

    /// This, and where it ends `next`.
    default AsyncRead chain(AsyncRead next) {
        return new ChainedRead(this, next);
    }
}
