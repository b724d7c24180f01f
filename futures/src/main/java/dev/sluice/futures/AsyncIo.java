package dev.sluice.futures;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;

/// What can be done with anything that is read from or written to.
///
/// The operations here are those of [AsyncRead] and [AsyncWrite], but complete with the object and the buffer, so
/// that a chain of them needs no variables around it; see there for their failures. Nothing is ever closed.
public final class AsyncIo {
    /// The end of the input; the same number as in [java.nio.channels.ReadableByteChannel#read].
    public static final int EOF = -1;

    /// Nothing yet; the context's waker will be woken.
    public static final int PENDING = -2;

    private AsyncIo() {}

    // Operations.

    /// What a read comes to.
    ///
    /// @param bytes how many were read, or [#EOF]
    /// @param io what was read from
    /// @param buf where they are, before its position
    public record Received<S>(int bytes, S io, ByteBuffer buf) {}

    /// What filling a buffer comes to.
    ///
    /// @param io what was read from
    /// @param buf which is full
    public record Filled<S>(S io, ByteBuffer buf) {}

    /// What reading to the end comes to.
    ///
    /// @param io what was read from
    /// @param bytes all that came
    public record Drained<S>(S io, ByteString bytes) {}

    /// What writing a buffer comes to.
    ///
    /// @param io what was written to
    /// @param buf which is empty
    public record Written<S>(S io, ByteBuffer buf) {}

    /// What a copy comes to.
    ///
    /// @param bytes how many were copied
    public record Copied<R, W>(long bytes, R reader, W writer) {}

    /// Reads what is there; as [AsyncRead#read]. Cancel safe: yes.
    public static <S extends AsyncRead> PollFuture<Received<S>> read(S io, ByteBuffer buf) {
        return new Once<>("read", cx -> {
            int n = io.pollRead(cx, buf);
            return n == PENDING ? Poll.pending() : Poll.ready(new Received<>(n, io, buf));
        });
    }

    /// Fills `buf`; as [AsyncRead#readExact]. Cancel safe: yes, the position of `buf` is the progress.
    public static <S extends AsyncRead> PollFuture<Filled<S>> readExact(S io, ByteBuffer buf) {
        return new ReadExact<>(io, buf, full -> new Filled<>(io, full));
    }

    /// Reads to the end, at most `limit` bytes; as [AsyncRead#readToEnd(int)]. Cancel safe: no, what has been read
    /// is lost.
    public static <S extends AsyncRead> PollFuture<Drained<S>> readToEnd(S io, int limit) {
        return new ReadToEnd<>(io, new ByteStringBuilder(), limit, all -> new Drained<>(io, all.result()));
    }

    /// Writes all of `buf`; as [AsyncWrite#writeAll(ByteBuffer)]. Cancel safe: yes, the position of `buf` is the
    /// progress.
    public static <S extends AsyncWrite> PollFuture<Written<S>> writeAll(S io, ByteBuffer buf) {
        return new WriteAll<>("writeAll", io, Poll.ready(new Written<>(io, buf)), buf);
    }

    /// Passes on what has been taken; as [AsyncWrite#flush]. Cancel safe: yes.
    public static <S extends AsyncWrite> PollFuture<S> flush(S io) {
        return new Once<>("flush", cx -> io.pollFlush(cx) ? Poll.ready(io) : Poll.pending());
    }

    /// Ends the output; as [AsyncWrite#shutdown]. Cancel safe: yes.
    public static <S extends AsyncWrite> PollFuture<S> shutdown(S io) {
        return new Once<>("shutdown", cx -> io.pollShutdown(cx) ? Poll.ready(io) : Poll.pending());
    }

    /// Copies until `reader` ends, and flushes `writer`, which it does not shut down. While `reader` has nothing,
    /// `writer` is flushed. Holds no buffer while it waits. Cancel safe: no, what has been read and not written
    /// is lost. To copy only so many bytes, [take][AsyncRead#take] them.
    public static <R extends AsyncRead, W extends AsyncWrite> PollFuture<Copied<R, W>> copy(R reader, W writer) {
        return new Copy<>(reader, writer);
    }

    /// Copies from each of two connections to the other, until both have ended; see [CopyBidirectional].
    public static <A extends AsyncRead & AsyncWrite, B extends AsyncRead & AsyncWrite>
            CopyBidirectional<A, B> copyBidirectional(A first, B second) {
        return new CopyBidirectional<>(first, second);
    }

    // Objects made of others.

    /// A reader and a writer as one object.
    public static <R extends AsyncRead, W extends AsyncWrite> JoinedIo<R, W> join(R reader, W writer) {
        return new JoinedIo<>(reader, writer);
    }

    /// The two directions of an object, for two tasks.
    public static <S extends AsyncRead & AsyncWrite> SplitIo<S> split(S io) {
        return SplitIo.of(io);
    }

    /// The object that two halves are of, which are not to be used any more.
    ///
    /// @throws IllegalArgumentException if they are not of one object; they can be used on
    public static <S extends AsyncRead & AsyncWrite> S unsplit(SplitIo.Reader<S> reader, SplitIo.Writer<S> writer) {
        return new SplitIo<>(reader, writer).unsplit();
    }

    // Objects in memory.

    /// The ends of a connection through memory.
    public record Duplex(DuplexStream first, DuplexStream second) {}

    /// A connection through memory. In each direction it holds as many bytes as `capacity` says; who writes more
    /// waits until they are read.
    public static Duplex duplex(int capacity) {
        var there = new Pipe(capacity);
        var back = new Pipe(capacity);
        return new Duplex(new DuplexStream(back, there), new DuplexStream(there, back));
    }

    /// A reader that has ended.
    public static AsyncRead empty() {
        return (cx, dst) -> !dst.hasRemaining() ? 0 : cx.proceed() ? EOF : PENDING;
    }

    /// A reader that gives the same byte without end.
    public static AsyncRead repeat(byte value) {
        return (cx, dst) -> {
            int n = dst.remaining();
            if (n > 0 && !cx.proceed()) {
                return PENDING;
            }
            while (dst.hasRemaining()) {
                dst.put(value);
            }
            cx.moved(n);
            return n;
        };
    }

    /// A writer that takes everything, and keeps nothing.
    public static AsyncWrite sink() {
        return new Sink();
    }

    private static final class Sink implements AsyncWrite {
        @Override
        public int pollWrite(Context cx, ByteBuffer src) {
            if (!cx.proceed()) {
                return PENDING;
            }
            int n = src.remaining();
            src.position(src.limit());
            cx.moved(n);
            return n;
        }

        @Override
        public boolean pollShutdown(Context cx) {
            return true;
        }
    }

    /// The index of the first buffer that is not empty or full; the index after the last if there is none.
    static int firstRemaining(ByteBuffer[] buffers, int offset, int length) {
        int at = offset;
        while (at < offset + length && !buffers[at].hasRemaining()) {
            at++;
        }
        return at;
    }
}
