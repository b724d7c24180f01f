package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// A stream socket. Bytes go straight between the kernel and the user's memory, direct or heap.
final class LinuxStream extends LinuxHandle implements StreamHandle {
    private final MemorySegment readErrno;
    private final MemorySegment writeErrno;
    private final DirectAddress readAddress = new DirectAddress();
    private final DirectAddress writeAddress = new DirectAddress();
    private final HeapMemory readMemory = new HeapMemory();
    private final HeapMemory writeMemory = new HeapMemory();

    private final @Nullable SocketAddress acceptedFrom;

    /// The file that was sent from last; belongs to whoever writes.
    private @Nullable FileSource source;

    /// The error that ended the connection, or 0.
    private volatile int lost;

    /// Whether the pipe is broken on this side: what a write meets then says nothing of the peer.
    private volatile boolean outputShut;

    /// Whether the pipe was found broken, which is all that is told of a connection that was lost before.
    private volatile boolean brokenPipe;

    private LinuxStream(EpollPoller poller, int fd, int domain, @Nullable SocketAddress acceptedFrom) {
        super(poller, fd, domain);
        this.acceptedFrom = acceptedFrom;
        readErrno = poller.callStates.take();
        writeErrno = poller.callStates.take();
    }

    static LinuxStream open(EpollPoller poller, ProtocolFamily family) throws IOException {
        int domain = domainOf(family);
        return new LinuxStream(poller, openSocket(poller.sys, domain, Constants.SOCK_STREAM), domain, null)
                .withNoDelay();
    }

    static LinuxStream accepted(EpollPoller poller, int fd, int domain, SocketAddress from) {
        return new LinuxStream(poller, fd, domain, from); // inherits TCP_NODELAY from the listener
    }

    private LinuxStream withNoDelay() throws IOException {
        if (domain != Constants.AF_UNIX) {
            try {
                setOption(StandardSocketOptions.TCP_NODELAY, true);
            } catch (IOException e) {
                close();
                throw e;
            }
        }
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena);
            int result = sys.connect(fd, room.address, room.put(remote, domain));
            // Interrupted means that it goes on by itself, connect(2).
            if (Errno.EINPROGRESS.is(result) || Errno.EINTR.is(result)) {
                return false;
            }
            if (result < 0) {
                throw Errno.ofConnect(result);
            }
            return true;
        }
    }

    /// An attempt is over when the socket has an error, or has a peer.
    @Override
    public boolean finishConnect() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var error = arena.allocate(JAVA_INT);
            var length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            checked(sys.getsockopt(fd, Constants.SOL_SOCKET, Constants.SO_ERROR, error, length));
            if (error.get(JAVA_INT, 0) != 0) {
                throw Errno.ofConnect(-error.get(JAVA_INT, 0));
            }
            var room = new SockaddrStorage(arena).clear();
            int result = sys.getpeername(fd, room.address, room.length);
            if (Errno.ENOTCONN.is(result)) {
                return false;
            }
            checked(result);
            return true;
        }
    }

    @Override
    public SocketAddress remoteAddress() throws IOException {
        if (acceptedFrom != null) {
            return acceptedFrom;
        }
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena).clear();
            checked(sys.getpeername(fd, room.address, room.length));
            return room.get();
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return receive(dst, 0);
    }

    @Override
    public int peek(ByteBuffer dst) throws IOException {
        return receive(dst, Constants.MSG_PEEK);
    }

    private int receive(ByteBuffer dst, int flags) throws IOException {
        int room = dst.remaining();
        int n;
        do {
            n = dst.isDirect()
                    ? sys.recv(fd, readAddress.of(dst), room, flags, readErrno)
                    : sys.recv(fd, readMemory.of(dst), room, flags, readErrno);
        } while (Errno.EINTR.is(n));
        if (n > 0) {
            dst.position(dst.position() + n);
            return n;
        }
        return n == 0 ? END : (int) wouldBlock(n);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int length = src.remaining();
        int n;
        do {
            n = src.isDirect()
                    ? sys.send(fd, writeAddress.of(src), length, Constants.MSG_NOSIGNAL, writeErrno)
                    : sys.send(fd, writeMemory.of(src), length, Constants.MSG_NOSIGNAL, writeErrno);
        } while (Errno.EINTR.is(n));
        if (n < 0) {
            return (int) wouldBlock(n);
        }
        src.position(src.position() + n);
        return n;
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        try (var arena = Arena.ofConfined()) {
            int count = Math.min(length, Iovec.MOST);
            var vectors = vectors(arena, dsts, offset, count);
            long n;
            do {
                n = sys.readv(fd, vectors, count, readErrno);
            } while (Errno.EINTR.is(n));
            advance(dsts, offset, n);
            return n > 0 ? n : n == 0 ? END : wouldBlock(n);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        try (var arena = Arena.ofConfined()) {
            int count = Math.min(length, Iovec.MOST);
            var vectors = vectors(arena, srcs, offset, count);
            long n;
            do {
                n = sys.writev(fd, vectors, count, writeErrno);
            } while (Errno.EINTR.is(n));
            advance(srcs, offset, n);
            return n >= 0 ? n : wouldBlock(n);
        }
    }

    private static MemorySegment vectors(Arena arena, ByteBuffer[] buffers, int offset, int count) {
        var vectors = Iovec.allocate(arena, count);
        for (int i = 0; i < count; i++) {
            Iovec.set(vectors, i, buffers[offset + i]);
        }
        return vectors;
    }

    private static void advance(ByteBuffer[] buffers, int offset, long bytes) {
        long left = bytes;
        for (int i = offset; left > 0; i++) {
            int n = (int) Math.min(left, buffers[i].remaining());
            buffers[i].position(buffers[i].position() + n);
            left -= n;
        }
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        var source = this.source;
        if (source == null || source.channel != file) {
            forgetFile();
            source = new FileSource(sys, file);
            this.source = source;
        }
        long n;
        do {
            n = source.sendTo(fd, position, count, writeErrno);
        } while (Errno.EINTR.is(n));
        return n >= 0 ? n : wouldBlock(n);
    }

    private void forgetFile() {
        if (source != null) {
            source.close();
            source = null;
        }
    }

    @Override
    public void close() throws IOException {
        forgetFile();
        super.close();
    }

    @Override
    public void requireNotLost() throws IOException {
        if (lost != 0) {
            throw Errno.exception(lost);
        }
    }

    @Override
    public boolean isOver() {
        return lost != 0 || brokenPipe;
    }

    /// The result of a call that moved nothing: it would block, or has failed.
    private long wouldBlock(long result) throws IOException {
        if (Errno.EAGAIN.is(result)) {
            return WOULD_BLOCK;
        }
        if (Errno.ECONNRESET.is(result)
                || Errno.ETIMEDOUT.is(result)
                || Errno.EHOSTUNREACH.is(result)
                || Errno.ENETUNREACH.is(result)) {
            lost = (int) result;
        } else if (Errno.EPIPE.is(result) && !outputShut) {
            brokenPipe = true;
        }
        throw Errno.exception(result);
    }

    @Override
    public void shutdownInput() throws IOException {
        shutdown(Constants.SHUT_RD);
    }

    @Override
    public void shutdownOutput() throws IOException {
        outputShut = true;
        shutdown(Constants.SHUT_WR);
    }

    private void shutdown(int how) throws IOException {
        int result = sys.shutdown(fd, how);
        if (!Errno.ENOTCONN.is(result)) { // the peer has gone already
            checked(result);
        }
    }
}
