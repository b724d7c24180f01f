package dev.sluice.sockets;

import dev.sluice.bytes.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reads from a socket on the calling thread, which blocks until there is something; for one thread at a time.
///
/// Nothing is read ahead but what one call to the system gave: at most 16 KiB, or what the caller asked to see at
/// once, in a buffer that is held only while it is not empty. Reads into memory of the caller go past that
/// buffer.
///
/// Every operation that blocks can be interrupted and can run into a deadline: [TcpOptions#readTimeout],
/// [Deadline], or its own. Afterwards the channel can be used on and nothing is lost: operations that return a
/// value have consumed nothing, and of those that fill memory of the caller the memory's position, or
/// `bytesTransferred` of the exception, tells how far they got. A failure of the connection is thrown by the call
/// that meets it.
public final class ByteReadChannel implements ReadableByteChannel {
    /// The longest line that [#readLine()] takes, in bytes.
    public static final int LINE_LIMIT = 64 * 1024;

    private final Socket socket;
    private final Input input;
    private final LineReader lines;
    private final ArrayView array = new ArrayView();

    ByteReadChannel(Socket socket) {
        this.socket = socket;
        this.input = new Input(socket);
        this.lines = new LineReader(input);
    }

    // Bytes

    /// Reads what is there into `dst`, at least one byte; blocks until there is one.
    ///
    /// @return how many bytes, 0 if `dst` has no room, -1 at the end
    public int readAvailable(ByteBuffer dst) throws IOException {
        input.begin();
        try {
            return input.readSome(dst, Deadline.NEVER);
        } finally {
            input.end();
        }
    }

    /// Reads what is there within a time limit; a limit of zero does not wait.
    ///
    /// @throws java.net.SocketTimeoutException if no byte comes in that time
    public int readAvailable(ByteBuffer dst, Duration limit) throws IOException {
        input.begin();
        try {
            return input.readSome(dst, Deadline.after(limit));
        } finally {
            input.end();
        }
    }

    /// Reads what is there into a range of `dst`.
    public int readAvailable(byte[] dst, int offset, int length) throws IOException {
        input.begin();
        try {
            return input.readSome(array.of(dst, offset, length), Deadline.NEVER);
        } finally {
            input.end();
        }
    }

    /// Reads what is there into `dst`.
    public int readAvailable(byte[] dst) throws IOException {
        return readAvailable(dst, 0, dst.length);
    }

    /// The same as [#readAvailable(ByteBuffer)].
    @Override
    public int read(ByteBuffer dst) throws IOException {
        return readAvailable(dst);
    }

    /// Fills `dst`; its position tells how far that got, also if it fails.
    ///
    /// @throws EOFException if the end comes first
    public void readFully(ByteBuffer dst) throws IOException {
        input.begin();
        try {
            fill(dst);
        } finally {
            input.end();
        }
    }

    private void fill(ByteBuffer dst) throws IOException {
        int start = dst.position();
        try {
            while (dst.hasRemaining()) {
                if (input.readSome(dst, Deadline.NEVER) < 0) {
                    throw new EOFException("end of input after " + (dst.position() - start) + " of "
                            + (dst.limit() - start) + " bytes");
                }
            }
        } catch (InterruptedIOException e) {
            e.bytesTransferred = dst.position() - start;
            throw e;
        }
    }

    /// Fills a range of `dst`.
    ///
    /// @throws EOFException if the end comes first
    public void readFully(byte[] dst, int offset, int length) throws IOException {
        input.begin();
        try {
            fill(array.of(dst, offset, length));
        } finally {
            input.end();
        }
    }

    /// Fills `dst`.
    ///
    /// @throws EOFException if the end comes first
    public void readFully(byte[] dst) throws IOException {
        readFully(dst, 0, dst.length);
    }

    /// Reads `count` bytes, or nothing.
    ///
    /// @throws EOFException if the end comes first
    public ByteString readByteString(int count) throws IOException {
        requireNotNegative(count);
        input.begin();
        try {
            input.require(count);
            return take(count);
        } finally {
            input.end();
        }
    }

    /// Reads `count` bytes, or nothing.
    ///
    /// @throws EOFException if the end comes first
    public byte[] readByteArray(int count) throws IOException {
        return readByteString(count).toByteArray();
    }

    /// Reads all up to the end.
    ///
    /// @throws LimitExceededException if that is more than `limit` bytes; nothing has been consumed
    public ByteString readRemaining(int limit) throws IOException {
        requireNotNegative(limit);
        input.begin();
        try {
            while (input.received.size() <= limit) {
                if (!input.fill(input.received.size() + 1)) {
                    return take(input.received.size());
                }
            }
            throw new LimitExceededException(limit, "the end of the input");
        } finally {
            input.end();
        }
    }

    private static void requireNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " bytes are less than none");
        }
    }

    private ByteString take(int count) {
        var taken = input.received.copy(count);
        if (count > 0) {
            input.received.skip(count);
        }
        return taken;
    }

    // Numbers, big-endian unless an order is given

    /// Reads a byte.
    ///
    /// @throws EOFException at the end
    public byte readByte() throws IOException {
        return (byte) readNumber(Byte.BYTES, ByteOrder.BIG_ENDIAN);
    }

    /// Reads two bytes.
    ///
    /// @throws EOFException if the end comes first
    public short readShort() throws IOException {
        return readShort(ByteOrder.BIG_ENDIAN);
    }

    /// Reads two bytes in the given order.
    ///
    /// @throws EOFException if the end comes first
    public short readShort(ByteOrder order) throws IOException {
        return (short) readNumber(Short.BYTES, order);
    }

    /// Reads four bytes.
    ///
    /// @throws EOFException if the end comes first
    public int readInt() throws IOException {
        return readInt(ByteOrder.BIG_ENDIAN);
    }

    /// Reads four bytes in the given order.
    ///
    /// @throws EOFException if the end comes first
    public int readInt(ByteOrder order) throws IOException {
        return (int) readNumber(Integer.BYTES, order);
    }

    /// Reads eight bytes.
    ///
    /// @throws EOFException if the end comes first
    public long readLong() throws IOException {
        return readLong(ByteOrder.BIG_ENDIAN);
    }

    /// Reads eight bytes in the given order.
    ///
    /// @throws EOFException if the end comes first
    public long readLong(ByteOrder order) throws IOException {
        return readNumber(Long.BYTES, order);
    }

    /// Reads four bytes as a number of IEEE 754.
    ///
    /// @throws EOFException if the end comes first
    public float readFloat() throws IOException {
        return Float.intBitsToFloat(readInt());
    }

    /// Reads eight bytes as a number of IEEE 754.
    ///
    /// @throws EOFException if the end comes first
    public double readDouble() throws IOException {
        return Double.longBitsToDouble(readLong());
    }

    private long readNumber(int bytes, ByteOrder order) throws IOException {
        input.begin();
        try {
            input.require(bytes);
            var from = input.received.filled().order(order);
            long value = switch (bytes) {
                case Byte.BYTES -> from.get();
                case Short.BYTES -> from.getShort();
                case Integer.BYTES -> from.getInt();
                default -> from.getLong();
            };
            input.received.consumed();
            return value;
        } finally {
            input.end();
        }
    }

    // Lines, in UTF-8; broken sequences become U+FFFD

    /// Reads a line of at most [#LINE_LIMIT] bytes, without its end: LF or CR LF. The last line need not have
    /// one.
    ///
    /// @return null at the end
    /// @throws LimitExceededException if the line is longer; as many bytes as the limit have been consumed
    public @Nullable String readLine() throws IOException {
        return readLine(LINE_LIMIT);
    }

    /// Reads a line of at most `limit` bytes.
    ///
    /// @return null at the end
    /// @throws LimitExceededException if the line is longer; as many bytes as the limit have been consumed
    public @Nullable String readLine(int limit) throws IOException {
        var line = new StringBuilder();
        return readLineTo(line, limit, LineEnding.DEFAULT) || !line.isEmpty() ? line.toString() : null;
    }

    /// The same as [#readLine()], under the name it has elsewhere.
    public @Nullable String readASCIILine() throws IOException {
        return readLine();
    }

    /// Reads a line of at most `limit` bytes that must have an end.
    ///
    /// @return null at the end
    /// @throws EOFException if the input ends before the line does; what there was of it has been consumed
    /// @throws LimitExceededException if the line is longer; as many bytes as the limit have been consumed
    public @Nullable String readLineStrict(int limit) throws IOException {
        return readLineStrict(limit, LineEnding.DEFAULT);
    }

    /// Reads a line of at most `limit` bytes that must have the given end.
    ///
    /// @return null at the end
    /// @throws EOFException if the input ends before the line does; what there was of it has been consumed
    /// @throws LimitExceededException if the line is longer; as many bytes as the limit have been consumed
    public @Nullable String readLineStrict(int limit, LineEnding ending) throws IOException {
        var line = new StringBuilder();
        if (readLineTo(line, limit, ending)) {
            return line.toString();
        }
        if (line.isEmpty()) {
            return null;
        }
        throw new EOFException("end of input in the middle of a line, after " + line.length() + " characters");
    }

    /// Reads a line of at most `limit` bytes and appends it to `target`, without its end.
    ///
    /// @return true if the line had an end; false if the input has ended, after what has been appended
    /// @throws LimitExceededException if the line is longer; as many bytes as the limit have been appended
    public boolean readLineTo(StringBuilder target, int limit, LineEnding ending) throws IOException {
        requireNotNegative(limit);
        input.begin();
        try {
            return lines.read(target, limit, ending);
        } finally {
            input.end();
        }
    }

    // Looking and searching

    /// Reads what comes before a delimiter, and consumes that too.
    ///
    /// @param limit how many bytes may come before the delimiter
    /// @return null if the input ends before it; then nothing has been consumed
    /// @throws LimitExceededException if there is more than the limit before it; nothing has been consumed
    public @Nullable ByteString readUntil(ByteString delimiter, int limit) throws IOException {
        if (delimiter.isEmpty()) {
            throw new IllegalArgumentException("the delimiter is empty");
        }
        requireNotNegative(limit);
        input.begin();
        try {
            int searched = 0;
            while (true) {
                int size = input.received.size();
                int at = input.received.view().indexOf(delimiter, searched);
                if (at > limit || (at < 0 && (long) size - delimiter.size() >= limit)) {
                    throw new LimitExceededException(limit, "the delimiter");
                }
                if (at >= 0) {
                    var before = take(at);
                    input.received.skip(delimiter.size());
                    return before;
                }
                searched = Math.max(0, size - delimiter.size() + 1);
                if (!input.fill(size + 1)) {
                    return null;
                }
            }
        } finally {
            input.end();
        }
    }

    /// Consumes `expected` if that is what comes next; waits until there is enough to tell.
    ///
    /// @return false if something else or the end comes; then nothing has been consumed
    public boolean skipIfFound(ByteString expected) throws IOException {
        input.begin();
        try {
            for (int i = 0; i < expected.size(); i++) {
                if (!input.fill(i + 1) || input.received.get(i) != expected.byteAt(i)) {
                    return false;
                }
            }
            if (!expected.isEmpty()) {
                input.received.skip(expected.size());
            }
            return true;
        } finally {
            input.end();
        }
    }

    /// The next `count` bytes, which stay to be read.
    ///
    /// @return null if the end comes first
    public @Nullable ByteString peek(int count) throws IOException {
        requireNotNegative(count);
        input.begin();
        try {
            return input.fill(count) ? input.received.copy(count) : null;
        } finally {
            input.end();
        }
    }

    /// Blocks until at least `count` bytes can be read.
    ///
    /// @return false if the end comes first
    public boolean awaitContent(int count) throws IOException {
        requireNotNegative(count);
        input.begin();
        try {
            return input.fill(count);
        } finally {
            input.end();
        }
    }

    /// Whether the end has been reached; blocks until that is known.
    public boolean exhausted() throws IOException {
        return !awaitContent(1);
    }

    /// Consumes up to `count` bytes.
    ///
    /// @return how many; fewer only if the end comes first
    public long discard(long count) throws IOException {
        requireNotNegative(count);
        input.begin();
        long discarded = 0;
        try {
            while (discarded < count && input.fill(1)) {
                int n = (int) Math.min(count - discarded, input.received.size());
                input.received.skip(n);
                discarded += n;
            }
            return discarded;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, discarded);
            throw e;
        } finally {
            input.end();
        }
    }

    /// Consumes `count` bytes.
    ///
    /// @throws EOFException if the end comes first
    public void discardExact(long count) throws IOException {
        long discarded = discard(count);
        if (discarded < count) {
            throw new EOFException("end of input after " + discarded + " of " + count + " bytes");
        }
    }

    /// Writes all that comes to `target`, flushing as it goes, up to the end. Does not close `target`.
    ///
    /// @return how many bytes
    public long copyTo(ByteWriteChannel target) throws IOException {
        return copyTo(target, Long.MAX_VALUE);
    }

    /// Writes up to `limit` bytes to `target`, flushing as it goes. Bytes move through a large buffer that is
    /// held only while it is not empty.
    ///
    /// If it fails, `bytesTransferred` of an interruption or a timeout tells how many bytes were copied. A byte
    /// that has been read is then either written or waits in `target` to be flushed.
    ///
    /// @return how many bytes; fewer than the limit only if the end came first
    public long copyTo(ByteWriteChannel target, long limit) throws IOException {
        requireNotNegative(limit);
        input.begin();
        try {
            return new Copy(input, target.output()).run(limit);
        } finally {
            input.end();
        }
    }

    /// Copies up to the end, then flushes and ends `target`.
    ///
    /// @return how many bytes
    public long copyAndClose(ByteWriteChannel target) throws IOException {
        long copied = copyTo(target);
        target.flushAndClose();
        return copied;
    }

    /// This channel as a stream; closing it cancels the channel.
    public InputStream toInputStream() {
        return new ChannelInputStream(this);
    }

    int available() {
        return input.received.size();
    }

    // Ending

    /// Whether nothing can be read any more: the end has been reached, or this side has closed.
    public boolean isClosedForRead() {
        return input.isClosed();
    }

    /// Why the channel or the socket was closed on this side; null if it was not, or for no special reason.
    public @Nullable Throwable closedCause() {
        return input.cause();
    }

    /// Drops what has been received; later reads, and one that waits, fail with a [ClosedReadChannelException].
    public void cancel(@Nullable Throwable cause) throws IOException {
        input.cancel(cause);
    }

    /// The same as [#isClosedForRead], negated.
    @Override
    public boolean isOpen() {
        return !isClosedForRead();
    }

    /// Cancels, without a special reason. The socket stays open for writing.
    @Override
    public void close() throws IOException {
        cancel(null);
    }

    Input input() {
        return input;
    }

    @Override
    public String toString() {
        return "read channel of " + socket;
    }
}
