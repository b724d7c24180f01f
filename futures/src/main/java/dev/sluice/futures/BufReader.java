package dev.sluice.futures;

import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A reader that reads ahead, so that it can look for the end of a line. For one task at a time.
///
/// What has been read and not been asked for stays inside, also when an operation is abandoned half-way or fails:
/// all operations but those that say otherwise are cancel safe. It holds memory only while there are such bytes,
/// and no more of it than the limits of the operations and [#capacity] allow. A reader that is dropped takes its
/// bytes with it.
public final class BufReader<R extends AsyncRead> implements AsyncRead {
    /// How many bytes are read ahead, if not said otherwise.
    public static final int CAPACITY = 16 * 1024;

    /// The longest line that [#readLine()] and [#lines()] take, in bytes.
    public static final int LINE_LIMIT = 64 * 1024;

    private static final byte[] NONE = {};

    private final R source;
    private final int capacity;

    /// Unread bytes are those from `start` to `end`.
    private byte[] bytes = NONE;

    private int start;
    private int end;

    /// How many of the unread bytes are known not to be `sought`.
    private int searched;

    private byte sought;

    /// A reader of `source` that reads 16 KiB ahead.
    public BufReader(R source) {
        this(source, CAPACITY);
    }

    /// @param capacity how many bytes are read ahead at most, except to find the end of something longer
    public BufReader(R source, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " has no room for a byte");
        }
        this.source = Objects.requireNonNull(source);
        this.capacity = capacity;
    }

    /// What is read from. Bytes that are in this reader will not be found there.
    public R source() {
        return source;
    }

    /// How many bytes are read ahead at most.
    public int capacity() {
        return capacity;
    }

    // What is buffered.

    /// A view of the unread bytes; holds until the next operation. [#consume] says how many of them have been used.
    public ByteBuffer buffered() {
        return ByteBuffer.wrap(bytes, start, size()).slice().asReadOnlyBuffer();
    }

    /// Forgets the first `count` unread bytes.
    ///
    /// @throws IllegalArgumentException if there are fewer
    public void consume(int count) {
        if (count < 0 || count > size()) {
            throw new IllegalArgumentException("cannot consume " + count + " of " + size() + " bytes");
        }
        start += count;
        searched = 0;
    }

    /// Sees to it that there are unread bytes: reads only if there are none.
    ///
    /// @return how many there are; [AsyncIo#EOF]; or [AsyncIo#PENDING]
    public int pollFill(Context cx) throws IOException {
        return size() > 0 ? size() : readMore(cx);
    }

    /// The unread bytes, once there are some, as [#buffered] gives them; empty at the end. Cancel safe: yes, they
    /// stay until [#consume].
    public PollFuture<ByteBuffer> fillBuf() {
        return new Once<>("fillBuf", cx -> pollFill(cx) == AsyncIo.PENDING ? Poll.pending() : Poll.ready(buffered()));
    }

    private int size() {
        return end - start;
    }

    /// One read, at the end of what there is. It goes through a borrowed buffer, so that a reader that waits needs
    /// no memory.
    private int readMore(Context cx) throws IOException {
        var buffers = cx.buffers();
        var large = buffers.take();
        try {
            int n = source.pollRead(cx, large.limit(Math.min(capacity, large.capacity())));
            if (n > 0) {
                keep(large.flip());
            } else if (size() == 0) {
                bytes = NONE;
                start = end = 0;
            }
            return n;
        } finally {
            buffers.give(large);
        }
    }

    private void keep(ByteBuffer more) {
        int size = size();
        int needed = size + more.remaining();
        if (needed > bytes.length) {
            var old = bytes;
            bytes = new byte[Math.max(needed, 2 * size)];
            System.arraycopy(old, start, bytes, 0, size);
        } else if (start > 0) {
            System.arraycopy(bytes, start, bytes, 0, size);
        }
        start = 0;
        end = needed;
        more.get(bytes, size, more.remaining());
    }

    /// Reads what is there. With nothing buffered and room for [#capacity] in `dst`, straight from the source.
    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        if (size() == 0 && dst.remaining() >= capacity) {
            return source.pollRead(cx, dst);
        }
        int n = pollFill(cx);
        if (n > 0) {
            n = Math.min(n, dst.remaining());
            dst.put(bytes, start, n);
            consume(n);
        }
        return n;
    }

    // Up to something.

    /// Reads up to the next `delimiter` and with it; if the input ends before, what is left; nothing at the end.
    /// Cancel safe: yes, bytes stay inside until the delimiter has come.
    ///
    /// Fails with [LimitExceededException] if there are more than `limit` bytes before the delimiter; they stay
    /// unread.
    public PollFuture<ByteString> readUntil(byte delimiter, int limit) {
        return new Until<>(delimiter, limit, "the delimiter", length -> ByteString.copyOf(taken(length)));
    }

    /// Reads a line of at most [#LINE_LIMIT] bytes; see [#readLine(int)]. Cancel safe: yes.
    public PollFuture<Optional<String>> readLine() {
        return readLine(LINE_LIMIT);
    }

    /// Reads a line of UTF-8, without its end: LF or CR LF. The last line need not have one; empty at the end.
    /// Cancel safe: yes, bytes stay inside until the line is whole.
    ///
    /// Fails with [LimitExceededException] if the line is longer than `limit` bytes, a CR included, and they stay
    /// unread; with [java.nio.charset.CharacterCodingException] if it is not UTF-8, and then it has been read.
    public PollFuture<Optional<String>> readLine(int limit) {
        return new Until<>((byte) '\n', limit, "the end of a line", this::line);
    }

    /// The lines to the end, each of at most [#LINE_LIMIT] bytes; see [#lines(int)]. Cancel safe: yes.
    public PollStream<String> lines() {
        return lines(LINE_LIMIT);
    }

    /// The lines to the end, as [#readLine(int)] gives them. A failure ends the stream, but not this reader.
    /// Cancel safe: yes, a line that is not whole stays inside.
    public PollStream<String> lines(int limit) {
        return new Parts<>(() -> readLine(limit));
    }

    /// What is between the delimiters, to the end. There is no empty item after a delimiter that is the last byte.
    /// A failure ends the stream, but not this reader. Cancel safe: yes, an item that is not whole stays inside.
    ///
    /// @param limit how long an item may be, in bytes
    public PollStream<ByteString> split(byte delimiter, int limit) {
        return new Parts<>(() -> new Until<>(
                delimiter,
                limit,
                "the delimiter",
                length -> item(taken(length), delimiter).map(ByteString::copyOf)));
    }

    /// Moves `searched` on to the delimiter, or behind where it may be.
    private boolean finds(byte delimiter, int limit) {
        if (delimiter != sought) {
            sought = delimiter;
            searched = 0;
        }
        int most = (int) Math.min(size(), limit + 1L);
        while (searched < most && bytes[start + searched] != delimiter) {
            searched++;
        }
        return searched < most;
    }

    private ByteBuffer taken(int length) {
        var taken = ByteBuffer.wrap(bytes, start, length);
        consume(length);
        return taken;
    }

    private Optional<String> line(int length) throws IOException {
        var line = item(taken(length), (byte) '\n');
        if (line.isEmpty()) {
            return Optional.empty();
        }
        var text = line.get();
        int last = text.limit() - 1;
        if (length > text.remaining() && text.hasRemaining() && text.get(last) == '\r') {
            text.limit(last);
        }
        return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
    }

    /// Without the delimiter; empty if there is nothing at all.
    private static Optional<ByteBuffer> item(ByteBuffer taken, byte delimiter) {
        if (!taken.hasRemaining()) {
            return Optional.empty();
        }
        int last = taken.limit() - 1;
        return Optional.of(taken.get(last) == delimiter ? taken.limit(last) : taken);
    }

    /// What `f` makes of the next `count` bytes. Fails with [EarlyEndException] if the input ends before; what there
    /// is stays unread. Cancel safe: yes, bytes stay inside until all are there.
    @Override
    public <T> PollFuture<T> readAs(int count, ByteOrder order, IoFunction<? super ByteBuffer, ? extends T> f) {
        var copy = ByteBuffer.allocate(count).order(order);
        return new Once<>("readAs", cx -> {
            while (size() < count) {
                int n = readMore(cx);
                if (n == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (n == AsyncIo.EOF) {
                    throw new EarlyEndException(size(), count);
                }
            }
            copy.put(bytes, start, count).flip();
            consume(count);
            return Poll.ready(f.apply(copy));
        });
    }

    @Override
    public String toString() {
        return "buffered " + source;
    }

    private interface Found<T> {
        /// @param length how many bytes, with the delimiter
        T take(int length) throws IOException;
    }

    /// Reads until a byte comes, or the end.
    private final class Until<T> implements PollFuture<T> {
        private final byte delimiter;
        private final int limit;
        private final String missing;
        private final Found<T> found;
        private boolean over;

        Until(byte delimiter, int limit, String missing, Found<T> found) {
            this.delimiter = delimiter;
            this.limit = LimitExceededException.checked(limit);
            this.missing = missing;
            this.found = found;
        }

        @Override
        public Poll<T> poll(Context cx) throws IOException {
            if (over) {
                throw new IllegalStateException("reading up to " + missing + " polled after it was done");
            }
            over = true; // by whatever is thrown from here on
            while (!finds(delimiter, limit)) {
                if (searched > limit) {
                    throw new LimitExceededException(limit, missing);
                }
                int n = readMore(cx);
                if (n == AsyncIo.PENDING) {
                    over = false;
                    return Poll.pending();
                }
                if (n == AsyncIo.EOF) {
                    return Poll.ready(found.take(size()));
                }
            }
            return Poll.ready(found.take(searched + 1));
        }
    }

    /// One part after the other, until one is empty.
    private static final class Parts<T> implements PollStream<T> {
        private final IoSupplier<PollFuture<Optional<T>>> reading;
        private @Nullable PollFuture<Optional<T>> current;
        private boolean ended;

        Parts(IoSupplier<PollFuture<Optional<T>>> reading) {
            this.reading = reading;
        }

        @Override
        public Step<T> pollNext(Context cx) throws IOException {
            if (ended) {
                return Step.done();
            }
            ended = true; // by whatever is thrown from here on
            var polled = current != null ? current : reading.get();
            current = polled;
            if (!(polled.poll(cx) instanceof Poll.Ready<Optional<T>>(var part))) {
                ended = false;
                return Step.pending();
            }
            current = null;
            ended = part.isEmpty();
            return part.isPresent() ? Step.item(part.get()) : Step.done();
        }
    }
}
