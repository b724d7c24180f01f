package dev.sluice.sockets;

import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection: one channel to read from, one to write to, each for one thread at a time.
///
/// The two directions share nothing, so one thread may read while another writes. [#close] flushes what was
/// written, within the close timeout, sends the end, and gives the descriptor back; threads that wait in an
/// operation then get an [java.nio.channels.AsynchronousCloseException]. Interrupting such a thread ends its
/// operation with an [InterruptedIOException] and leaves the socket open, unless [TcpOptions#closeOnInterrupt]
/// says otherwise.
public final class Socket implements AutoCloseable {
    private final SelectorManager selector;
    private final StreamSocket stream;
    private final TcpOptions options;
    private final CloseMonitor closeMonitor;

    private @Nullable ByteReadChannel reader;
    private @Nullable ByteWriteChannel writer;

    Socket(SelectorManager selector, StreamSocket stream, TcpOptions options) {
        this.selector = selector;
        this.stream = stream;
        this.options = options;
        this.closeMonitor = new CloseMonitor(stream.released());
    }

    /// Both channels of a socket.
    public record Connection(Socket socket, ByteReadChannel input, ByteWriteChannel output) {}

    /// The channel to read from.
    ///
    /// @throws IllegalStateException if it is open already
    /// @throws java.nio.channels.ClosedChannelException if the socket is closed
    public synchronized ByteReadChannel openReadChannel() throws IOException {
        requireOpen();
        if (reader != null) {
            throw new IllegalStateException("the read channel of " + this + " is open already");
        }
        var opened = new ByteReadChannel(this);
        reader = opened;
        return opened;
    }

    /// The channel to write to, which sends when it is flushed, closed or full.
    public ByteWriteChannel openWriteChannel() throws IOException {
        return openWriteChannel(false);
    }

    /// The channel to write to.
    ///
    /// @param autoFlush whether every write is sent at once
    /// @throws IllegalStateException if it is open already
    /// @throws java.nio.channels.ClosedChannelException if the socket is closed
    public synchronized ByteWriteChannel openWriteChannel(boolean autoFlush) throws IOException {
        requireOpen();
        if (writer != null) {
            throw new IllegalStateException("the write channel of " + this + " is open already");
        }
        var opened = new ByteWriteChannel(this, autoFlush);
        writer = opened;
        return opened;
    }

    /// Opens both channels.
    public Connection connection() throws IOException {
        return new Connection(this, openReadChannel(), openWriteChannel());
    }

    private void requireOpen() throws IOException {
        if (!stream.isOpen()) {
            stream.localAddress(); // throws what the socket was closed with
        }
    }

    /// The address on this side.
    public SocketAddress localAddress() throws IOException {
        return stream.localAddress();
    }

    /// The peer's address; known also when the connection is lost.
    public SocketAddress remoteAddress() {
        return stream.remoteAddress();
    }

    /// The value of an option.
    ///
    /// @throws UnsupportedOperationException if the transport does not have it
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return stream.getOption(option);
    }

    /// Sets an option.
    ///
    /// @throws UnsupportedOperationException if the transport does not have it
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        stream.setOption(option, value);
    }

    /// Why the socket was closed on this side, if that was a failure.
    @Nullable
    Throwable closedCause() {
        return stream.isOpen()
                ? null
                : ClosedSocket.exception(stream::localAddress).getCause();
    }

    /// Blocks until the peer has closed its side or the connection is lost, also while nobody reads. Any number of
    /// threads may wait. On the `nio` transport this ends only when a read or write meets the end.
    public void awaitPeerClosed() throws IOException {
        var waiter = ParkingWaiter.observing(stream.loop(), stream.peerClosed(), "wait for the peer to close", stream);
        try {
            waiter.requireNotInterrupted();
            while (!stream.peerClosed().isReady()) {
                waiter.await(Deadline.currentNanos(), 0);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } finally {
            waiter.close();
        }
        if (!stream.isOpen()) {
            throw ClosedSocket.meanwhile(stream::localAddress);
        }
    }

    /// Whether the socket has been closed on this side.
    public boolean isClosed() {
        return !stream.isOpen();
    }

    /// Blocks until the socket has been closed on this side.
    ///
    /// @throws IllegalStateException on an event loop, which must not block
    public void awaitClosed() throws InterruptedException {
        closeMonitor.await();
    }

    /// Flushes what was written, within the close timeout, sends the end, and closes. Again does nothing.
    ///
    /// If another thread is inside a write or flush, the socket is closed under it, without a flush of its own.
    ///
    /// @throws IOException if what was written could not be sent; the text says how much. The socket is closed
    ///     all the same
    @Override
    public void close() throws IOException {
        ByteWriteChannel toFlush;
        synchronized (this) {
            toFlush = writer;
        }
        try {
            if (toFlush != null && stream.isOpen()) {
                toFlush.output().flushWithin(options.closeTimeout());
            }
        } finally {
            stream.close();
            closed();
        }
    }

    /// Closes at once and resets the connection: what the peer has not got yet is dropped, and it gets an error.
    public void abort() {
        stream.abort();
        closed();
    }

    /// Closes at once because of a failure, which later operations tell as their cause.
    public void cancel(IOException cause) {
        stream.close(Objects.requireNonNull(cause));
        closed();
    }

    private synchronized void closed() {
        if (reader != null) {
            reader.input().socketClosed();
        }
        if (writer != null) {
            writer.output().socketClosed();
        }
    }

    /// Blocks until a direction of the socket is worth another try, within the limits that hold for it.
    ///
    /// @param timeout how long this wait may take; zero for no limit
    /// @param deadlineNanos when the operation must have ended; [Deadline#NEVER] for no limit
    /// @param transferred how many bytes the operation has moved so far
    void await(ParkingWaiter waiter, Duration timeout, long deadlineNanos, int transferred) throws IOException {
        long deadline = Deadline.earlier(deadlineNanos, Deadline.currentNanos());
        if (!timeout.isZero()) {
            deadline = Deadline.earlier(deadline, Deadline.after(timeout));
        }
        long fatal = options.socketTimeout().isZero() ? Deadline.NEVER : Deadline.after(options.socketTimeout());
        try {
            waiter.await(Deadline.earlier(deadline, fatal), transferred);
        } catch (SocketTimeoutException e) {
            if (fatal != Deadline.NEVER && System.nanoTime() - fatal >= 0) {
                cancel(e);
            }
            throw e;
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        }
        if (!stream.isOpen()) {
            throw ClosedSocket.meanwhile(stream::localAddress);
        }
    }

    /// What an interrupted operation throws.
    IOException interrupted(InterruptedIOException e) {
        if (!options.closeOnInterrupt()) {
            return e;
        }
        cancel(e);
        return new ClosedByInterruptException();
    }

    SelectorManager selector() {
        return selector;
    }

    StreamSocket stream() {
        return stream;
    }

    TcpOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return stream.toString();
    }
}
