package dev.sluice.sockets;

import dev.sluice.reactor.StreamSocket;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// The reading side of a socket, under [ByteReadChannel]: try, then wait, once for all operations.
///
/// An operation calls [#begin], then any of the rest, then [#end], all on one thread.
final class Input {
    private final Socket socket;
    private final StreamSocket stream;
    private final ParkingWaiter waiter;
    private final Owner owner;

    /// What has come and has not been consumed; belongs to the owner.
    final Received received;

    /// How many bytes have come in all, consumed or not; belongs to the owner.
    private long come;

    /// Why reads fail from now on; null until [#cancel]. Written once, under this object's monitor.
    private volatile @Nullable Cancelled cancelled;

    /// The peer has ended: nothing comes after what has been received.
    private volatile boolean ended;

    Input(Socket socket) {
        this.socket = socket;
        this.stream = socket.stream();
        this.waiter = new ParkingWaiter(stream.loop(), stream.input(), "read from", stream);
        this.owner = new Owner("the read channel of", stream);
        this.received = new Received(socket.selector().channelBuffers());
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
        if (cancelled != null || !stream.isOpen()) {
            dropIfIdle(); // who closed may have found this operation inside, and left it to us
        }
    }

    private void requireOpen() throws IOException {
        var why = cancelled;
        if (why != null) {
            throw new ClosedReadChannelException(why.cause());
        }
        if (!stream.isOpen()) {
            stream.localAddress(); // throws what the socket was closed with
        }
    }

    /// Reads until at least `size` bytes have been received and not consumed.
    ///
    /// @return false if the end comes before
    boolean fill(int size) throws IOException {
        while (received.size() < size) {
            if (ended) {
                return false;
            }
            if (!stream.input().isReady()) {
                await(Deadline.NEVER, 0); // before a buffer is taken
                continue;
            }
            var room = received.room(size);
            int n;
            try {
                n = read(room);
            } finally {
                received.filled(room);
            }
            moved(n, Deadline.NEVER);
        }
        return true;
    }

    /// Like [#fill], but the end before is an error that consumes nothing.
    void require(int size) throws IOException {
        if (!fill(size)) {
            throw new EOFException("end of input after " + received.size() + " of " + size + " bytes");
        }
    }

    /// How many bytes have been consumed in all.
    long consumed() {
        return come - received.size();
    }

    /// Reads at least one byte into `dst`: what has been received, else straight from the socket if there is much
    /// room.
    ///
    /// @return how many bytes, 0 if there is no room, -1 at the end
    int readSome(ByteBuffer dst, long deadlineNanos) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        if (!received.isEmpty()) {
            return drain(dst);
        }
        while (!ended) {
            int n = read(dst);
            moved(n, deadlineNanos);
            if (n > 0) {
                return n;
            }
        }
        return -1;
    }

    /// Blocks until a read is worth while.
    ///
    /// @return false if the end has been reached
    boolean awaitReady() throws IOException {
        while (!ended && !stream.input().isReady()) {
            await(Deadline.NEVER, 0);
        }
        return !ended;
    }

    /// Reads what is there straight into `dst`, without waiting or giving way; nothing has been received that was
    /// not consumed.
    ///
    /// @return how many bytes, [StreamSocket#END], or [StreamSocket#WOULD_BLOCK]
    int tryRead(ByteBuffer dst) throws IOException {
        int n = read(dst);
        if (n == StreamSocket.END) {
            moved(n, Deadline.NEVER);
        } else if (n > 0) {
            come += n;
        }
        return n;
    }

    /// Counts what [#tryRead] gave, and gives way if that was much.
    void giveWay(int bytes) {
        waiter.moved(bytes);
    }

    private int read(ByteBuffer dst) throws IOException {
        try {
            return stream.read(dst);
        } catch (ClosedChannelException e) {
            throw ClosedSocket.meanwhile(e); // it was open when the operation began
        }
    }

    private int drain(ByteBuffer dst) {
        var from = received.filled();
        int n = Math.min(from.remaining(), dst.remaining());
        dst.put(dst.position(), from, from.position(), n);
        dst.position(dst.position() + n);
        received.skip(n);
        return n;
    }

    /// Takes note of what a read gave, and waits if that was nothing.
    private void moved(int n, long deadlineNanos) throws IOException {
        if (n > 0) {
            come += n;
            waiter.moved(n);
        } else if (n == StreamSocket.WOULD_BLOCK) {
            await(deadlineNanos, 0);
        } else if (n == StreamSocket.END) {
            requireOpen();
            ended = true;
        }
    }

    private void await(long deadlineNanos, int transferred) throws IOException {
        socket.await(waiter, socket.options().readTimeout(), deadlineNanos, transferred);
        requireOpen();
    }

    /// Drops what has been received, and fails all reads from now on.
    void cancel(@Nullable Throwable cause) throws IOException {
        synchronized (this) {
            if (cancelled != null) {
                return;
            }
            cancelled = new Cancelled(cause);
        }
        try {
            stream.shutdownInput();
        } catch (ClosedChannelException _) {
            return; // the whole socket is closed already
        } finally {
            dropIfIdle();
        }
    }

    void socketClosed() {
        waiter.close();
        dropIfIdle();
    }

    private void dropIfIdle() {
        if (owner.tryEnter()) {
            received.clear();
            owner.leave();
        }
    }

    boolean isClosed() {
        return cancelled != null || !stream.isOpen() || (ended && received.isEmpty());
    }

    @Nullable
    Throwable cause() {
        var why = cancelled;
        return why != null ? why.cause() : socket.closedCause();
    }

    StreamSocket stream() {
        return stream;
    }
}
