package dev.sluice.futures;

import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/// A connected stream socket: what [TcpStream] and [UnixStream] have in common.
///
/// One task at a time reads and one writes; they may be different ones. A second one that has to wait for the same
/// gets an [IllegalStateException] that names both. Any number may wait for readiness. Any thread may close; then
/// each operation, also one that waits, throws a [java.nio.channels.ClosedChannelException].
public abstract sealed class SocketStream extends ReadySocket implements AsyncRead, AsyncWrite
        permits TcpStream, UnixStream {
    final StreamSocket socket;

    SocketStream(StreamSocket socket) {
        super(socket.input(), socket.output(), socket.loop());
        this.socket = socket;
    }

    /// The socket of the core, for other faces in the same program.
    public StreamSocket socket() {
        return socket;
    }

    // Moving bytes.

    /// Reads what is there; see [AsyncRead#pollRead(Context, ByteBuffer)]. Does not touch the socket if `dst` has no
    /// room.
    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.read(dst);
            if (n != StreamSocket.WOULD_BLOCK) {
                cx.moved(n);
                return n;
            }
            if (waitsForInput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Reads into several buffers in turn, with one call to the system.
    @Override
    public long pollRead(Context cx, ByteBuffer[] dsts, int offset, int length) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            long n = socket.read(dsts, offset, length);
            if (n != StreamSocket.WOULD_BLOCK) {
                cx.moved(n);
                return n;
            }
            if (waitsForInput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Reads what the next read will give again.
    ///
    /// @return as [AsyncRead#pollRead(Context, ByteBuffer)]
    public int pollPeek(Context cx, ByteBuffer dst) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.peek(dst);
            if (n != StreamSocket.WOULD_BLOCK) {
                return n;
            }
            if (waitsForInput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Reads what the next read will give again: how many bytes, or [AsyncIo#EOF]. Cancel safe: yes.
    public PollFuture<Integer> peek(ByteBuffer dst) {
        return new Once<>("peek", cx -> {
            int n = pollPeek(cx, dst);
            return n != AsyncIo.PENDING ? Poll.ready(n) : Poll.pending();
        });
    }

    /// Writes what the system takes; see [AsyncWrite#pollWrite(Context, ByteBuffer)].
    @Override
    public int pollWrite(Context cx, ByteBuffer src) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.write(src);
            if (n != StreamSocket.WOULD_BLOCK) {
                cx.moved(n);
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Writes from several buffers in turn, gathered.
    @Override
    public long pollWrite(Context cx, ByteBuffer[] srcs, int offset, int length) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            long n = socket.write(srcs, offset, length);
            if (n != StreamSocket.WOULD_BLOCK) {
                cx.moved(n);
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Writes a range of a file, without a copy through the program where the system can do that.
    ///
    /// @return how many bytes, 0 only if `count` is 0; or [AsyncIo#PENDING]
    /// @throws java.io.EOFException if the file ends before `position`
    public long pollTransferFrom(Context cx, FileChannel file, long position, long count) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            long n = socket.transferFrom(file, position, count);
            if (n != StreamSocket.WOULD_BLOCK) {
                cx.moved(n);
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Writes `count` bytes of a file from `position` on, as [#pollTransferFrom] does. Fails with [EarlyEndException],
    /// which tells how many were written, if the file ends before. Cancel safe: no, nobody can tell how much was
    /// written.
    public PollFuture<Void> writeFile(FileChannel file, long position, long count) {
        return new WriteFile(this, file, position, count);
    }

    /// Ends the output: the peer finds the end after all that was written; reading goes on. Again, or after the
    /// peer has gone, does nothing.
    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        socket.shutdownOutput();
        return true;
    }

    // The same without waiting.

    /// Reads what is there without waiting; no waker is stored. If the system has not said that there is anything,
    /// it is not asked.
    ///
    /// @return how many bytes, 0 only if `dst` has no room; [AsyncIo#EOF]; or [AsyncIo#PENDING]
    public int tryRead(ByteBuffer dst) throws IOException {
        return (int) askInput(socket.read(dst));
    }

    /// Reads into several buffers in turn without waiting; no waker is stored.
    ///
    /// @return how many bytes in all, 0 only if there is no room; [AsyncIo#EOF]; or [AsyncIo#PENDING]
    public long tryRead(ByteBuffer[] dsts, int offset, int length) throws IOException {
        return askInput(socket.read(dsts, offset, length));
    }

    /// Writes what the system takes without waiting; no waker is stored. If the system has not said that it takes
    /// anything, it is not asked.
    ///
    /// @return how many bytes, 0 only if `src` is empty; or [AsyncIo#PENDING]
    public int tryWrite(ByteBuffer src) throws IOException {
        return (int) askOutput(socket.write(src));
    }

    /// Writes from several buffers in turn without waiting; no waker is stored.
    ///
    /// @return how many bytes in all, 0 only if all are empty; or [AsyncIo#PENDING]
    public long tryWrite(ByteBuffer[] srcs, int offset, int length) throws IOException {
        return askOutput(socket.write(srcs, offset, length));
    }

    /// Done once the peer has closed its side or the connection is lost, also while nobody reads. On a transport
    /// without such a notice (`nio`) only when a read or write has met it. Cancel safe: yes.
    public PollFuture<Void> closed() {
        return new Once<>("closed", cx -> cx.observe(socket.peerClosed(), loop()) ? Poll.pending() : Poll.done());
    }

    // What the socket is.

    @Override
    boolean hasPeerClosed() {
        return socket.peerClosed().isReady();
    }

    /// The address on this side.
    @Override
    public SocketAddress localAddress() throws IOException {
        return socket.localAddress();
    }

    /// The peer's address.
    public SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    /// Sets an option.
    ///
    /// @throws UnsupportedOperationException if the socket does not have it
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    /// The value of an option.
    ///
    /// @throws UnsupportedOperationException if the socket does not have it
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    /// Whether the socket has not been closed on this side.
    public boolean isOpen() {
        return socket.isOpen();
    }

    /// Closes. What the system has taken is still delivered; if there is input that was not read, the system resets
    /// the connection instead. Graceful servers shut down their output and read to the end first.
    @Override
    public void close() {
        socket.close();
    }

    /// Closes and resets the connection.
    public void abort() {
        socket.abort();
    }

    /// The future that `work` makes, after which this socket is closed, however it ends: the normal form of
    /// handling a connection.
    static <S extends AutoCloseable, R> PollFuture<R> use(
            S socket, IoFunction<? super S, ? extends PollFuture<R>> work) {
        Objects.requireNonNull(work);
        return PollFuture.lazy(() -> (PollFuture<R>) work.apply(socket)).closing(socket);
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
