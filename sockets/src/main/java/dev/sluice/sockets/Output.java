package dev.sluice.sockets;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The writing side of a socket, under [ByteWriteChannel]: try, then wait, once for all operations.
///
/// An operation calls [#begin], then any of the rest, then [#end], all on one thread.
final class Output {
    private final Socket socket;
    private final StreamSocket stream;
    private final ParkingWaiter waiter;
    private final Owner owner;
    private final BufferPool pool;

    /// What has been written and not flushed, up to its position; null if there is nothing. Belongs to the owner.
    private @Nullable ByteBuffer pending;

    /// Why writes fail from now on; null until the channel is closed or cancelled. Written once, under this object's
    /// monitor.
    private volatile @Nullable Cancelled closed;

    Output(Socket socket) {
        this.socket = socket;
        this.stream = socket.stream();
        this.waiter = new ParkingWaiter(stream.loop(), stream.output(), "write to", stream);
        this.owner = new Owner("the write channel of", stream);
        this.pool = socket.selector().channelBuffers();
    }

    void begin() throws IOException {
        owner.enter();
        try {
            requireOpen();
            waiter.requireNotInterrupted();
        } catch (InterruptedIOException e) {
            owner.leave();
            throw socket.interrupted(e);
        } catch (IOException e) {
            end();
            throw e;
        }
    }

    void end() {
        owner.leave();
        if (!stream.isOpen()) {
            dropIfIdle(); // who closed may have found this operation inside, and left it to us
        }
    }

    private void requireOpen() throws IOException {
        var why = closed;
        if (why != null) {
            throw new ClosedWriteChannelException(why.cause());
        }
        if (!stream.isOpen()) {
            stream.localAddress(); // throws what the socket was closed with
        }
    }

    /// Room for at least `bytes`, of at most a channel's buffer: put them there.
    ByteBuffer room(int bytes) throws IOException {
        var buffer = pending;
        if (buffer != null && buffer.remaining() < bytes) {
            flush();
            buffer = pending;
        }
        if (buffer == null) {
            buffer = pool.take();
            pending = buffer;
        }
        return buffer;
    }

    /// Takes all of `src`: a small one into the buffer, a large one straight to the system.
    void write(ByteBuffer src, boolean flush) throws IOException {
        if (flush || src.remaining() >= SelectorManager.CHANNEL_BYTES) {
            flush();
            writeThrough(src);
        } else if (src.hasRemaining()) {
            room(src.remaining()).put(src);
        }
    }

    /// Takes all of `src` from byte `from` on.
    void write(ByteString src, boolean flush) throws IOException {
        if (!flush && src.size() < SelectorManager.CHANNEL_BYTES) {
            if (!src.isEmpty()) {
                src.copyTo(room(src.size()));
            }
            return;
        }
        flush();
        int written = 0;
        while (written < src.size()) {
            int n = tryWrite(src, written);
            if (n >= 0) {
                written += n;
            }
            moved(n, written);
        }
    }

    /// Returns when the system has all that was written before.
    void flush() throws IOException {
        var buffer = pending;
        if (buffer == null) {
            return;
        }
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                moved(tryWrite(buffer), 0); // nothing of the caller's memory: that comes after
            }
        } finally {
            buffer.compact();
            if (buffer.position() == 0) {
                drop();
            }
        }
    }

    /// Writes all of `src`, past the buffer, which is empty.
    void writeThrough(ByteBuffer src) throws IOException {
        int start = src.position();
        while (src.hasRemaining()) {
            moved(tryWrite(src), src.position() - start);
        }
    }

    /// Writes what the system takes of `src` now, past the buffer, which is empty. The rest becomes what is to be
    /// flushed, in memory of just its size.
    void writeOrKeep(ByteBuffer src) throws IOException {
        while (src.hasRemaining()) {
            int n = tryWrite(src);
            if (n < 0) {
                pending = ByteBuffer.allocate(src.remaining()).put(src);
                return;
            }
        }
    }

    private int tryWrite(ByteBuffer src) throws IOException {
        try {
            return stream.write(src);
        } catch (ClosedChannelException e) {
            throw ClosedSocket.meanwhile(e); // it was open when the operation began
        }
    }

    private int tryWrite(ByteString src, int from) throws IOException {
        try {
            return stream.write(src, from);
        } catch (ClosedChannelException e) {
            throw ClosedSocket.meanwhile(e);
        }
    }

    /// Takes note of what a write gave, and waits if that was nothing.
    private void moved(int n, int transferred) throws IOException {
        if (n >= 0) {
            waiter.moved(n);
            return;
        }
        socket.await(waiter, socket.options().writeTimeout(), Deadline.NEVER, transferred);
        requireOpen();
    }

    /// Flushes, then sends the end.
    void finish() throws IOException {
        flush();
        close(null);
        stream.shutdownOutput();
    }

    /// Flushes for a close of the socket, unless another thread is inside an operation.
    ///
    /// @param limit zero for none
    /// @throws IOException if something is left; the text says how much
    void flushWithin(Duration limit) throws IOException {
        if (!owner.tryEnter()) {
            return;
        }
        try {
            if (limit.isZero()) {
                flush();
            } else if (pending != null) {
                Deadline.within(limit, () -> {
                    flush();
                    return null;
                });
            }
        } catch (IOException e) {
            int left = pending == null ? 0 : pending.position();
            throw new IOException("closed with " + left + " bytes not sent on the " + stream, e);
        } finally {
            drop();
            owner.leave();
        }
    }

    synchronized void close(@Nullable Throwable cause) {
        if (closed == null) {
            closed = new Cancelled(cause);
        }
    }

    void socketClosed() {
        waiter.close();
        dropIfIdle();
    }

    private void dropIfIdle() {
        if (owner.tryEnter()) {
            drop();
            owner.leave();
        }
    }

    private void drop() {
        var buffer = pending;
        pending = null;
        if (buffer != null && buffer.capacity() == SelectorManager.CHANNEL_BYTES) {
            pool.give(buffer);
        }
    }

    boolean isClosed() {
        return closed != null || !stream.isOpen();
    }

    @Nullable
    Throwable cause() {
        var why = closed;
        return why != null ? why.cause() : socket.closedCause();
    }
}
