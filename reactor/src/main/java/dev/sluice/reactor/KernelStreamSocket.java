package dev.sluice.reactor;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The [StreamSocket] on a transport's handle: what a handle can do, with readiness and the close protocol around
/// it.
///
/// A transfer shorter than asked for proves that the socket is drained or full, which saves the call that would
/// have said so; unless the end has been told, for that comes without a further event.
final class KernelStreamSocket extends KernelSocket<StreamHandle> implements StreamSocket {
    /// How many buffers the system takes in one call, `IOV_MAX`.
    private static final int MOST_BUFFERS = 1024;

    /// So many bytes that lie together in a byte string go to the system from there: copying them would cost more
    /// than the call.
    private static final int WORTH_A_CALL = 32 * 1024;

    private final Readiness output;
    private final Readiness peerClosed;
    private volatile @Nullable SocketAddress remote;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    KernelStreamSocket(EventLoop loop, StreamHandle handle) throws IOException {
        super(loop, handle);
        this.output = Readiness.of(handle, WRITE);
        this.peerClosed = Readiness.pending();
    }

    /// Puts a connection that stands, such as an accepted one, under the loop's watch.
    KernelStreamSocket open() throws IOException {
        remote = handle.remoteAddress();
        watch();
        return this;
    }

    /// Begins to connect, and puts the socket under the loop's watch.
    ///
    /// @return true if the connection stands already; false if [#output] tells when to ask [#finishConnect]
    boolean connect(SocketAddress address) throws IOException {
        remote = address;
        loop.opened(this);
        enter(WRITING);
        try {
            int seen = output.state();
            boolean connected = handle.connect(address);
            // Not before: an unconnected socket is hung up, and says so.
            handle.watch(this);
            if (!connected) {
                output.wouldBlock(seen);
            }
            return connected;
        } finally {
            leave(WRITING);
        }
    }

    boolean finishConnect() throws IOException {
        enter(WRITING);
        try {
            int seen = output.state();
            boolean connected = handle.finishConnect();
            if (connected) {
                output.signal();
            } else {
                output.wouldBlock(seen);
            }
            return connected;
        } finally {
            leave(WRITING);
        }
    }

    @Override
    public Readiness input() {
        return input;
    }

    @Override
    public Readiness output() {
        return output;
    }

    @Override
    public Readiness peerClosed() {
        return peerClosed;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireWritable(dst);
        enter(READING);
        try {
            int room = dst.remaining();
            if (room == 0) {
                return 0;
            }
            if (inputShut) {
                return END; // the system may have bytes still, or get some
            }
            int seen = input.state();
            return Readiness.isReady(seen) ? (int) moved(input, seen, handle.read(dst), room) : WOULD_BLOCK;
        } catch (IOException e) {
            throw broken("read", e);
        } finally {
            leave(READING);
        }
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dsts.length);
        for (int i = offset; i < offset + length; i++) {
            requireWritable(dsts[i]);
        }
        int first = BufferArrays.firstRemaining(dsts, offset, length);
        int count = Math.min(offset + length - first, MOST_BUFFERS);
        enter(READING);
        try {
            if (count == 0) {
                return 0;
            }
            if (inputShut) {
                return END;
            }
            int seen = input.state();
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            if (BufferArrays.areDirect(dsts, first, count)) { // the system can scatter into them
                return moved(input, seen, handle.read(dsts, first, count), BufferArrays.remaining(dsts, first, count));
            }
            return readStaged(dsts, first, count, seen);
        } catch (IOException e) {
            throw broken("read", e);
        } finally {
            leave(READING);
        }
    }

    /// The system cannot scatter into heap memory: it comes through one of the reactor's buffers.
    private int readStaged(ByteBuffer[] dsts, int offset, int length, int seen) throws IOException {
        var buffers = loop.reactor().buffers();
        var staged = buffers.take();
        try {
            staged.limit((int) Math.min(BufferArrays.remaining(dsts, offset, length), staged.capacity()));
            int n = (int) moved(input, seen, handle.read(staged), staged.limit());
            BufferArrays.scatter(staged.flip(), dsts, offset);
            return n;
        } finally {
            buffers.give(staged);
        }
    }

    @Override
    public int peek(ByteBuffer dst) throws IOException {
        requireWritable(dst);
        enter(READING);
        try {
            if (!dst.hasRemaining()) {
                return 0;
            }
            if (inputShut) {
                return END;
            }
            int seen = input.state();
            return Readiness.isReady(seen) ? peeked(seen, handle.peek(dst)) : WOULD_BLOCK;
        } catch (IOException e) {
            throw broken("peek", e);
        } finally {
            leave(READING);
        }
    }

    private int peeked(int seen, int n) throws IOException {
        if (n == WOULD_BLOCK) {
            input.wouldBlock(seen);
        } else if (!Readiness.isTold(seen)) {
            input.signal(); // the transport may have taken from the system what a peek has found
        }
        if (n == END) {
            ended();
        }
        return n;
    }

    private static void requireWritable(ByteBuffer dst) {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("cannot read into a read-only buffer");
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        enter(WRITING);
        try {
            return tryWrite(src);
        } catch (IOException e) {
            throw broken("write", e);
        } finally {
            leave(WRITING);
        }
    }

    private int tryWrite(ByteBuffer src) throws IOException {
        int length = src.remaining();
        if (length == 0) {
            return 0;
        }
        int seen = output.state();
        if (!Readiness.isReady(seen)) {
            return WOULD_BLOCK;
        }
        requireOutput();
        return (int) moved(output, seen, handle.write(src), length);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        int first = BufferArrays.firstRemaining(srcs, offset, length);
        int count = Math.min(offset + length - first, MOST_BUFFERS);
        enter(WRITING);
        try {
            if (count == 0) {
                return 0;
            }
            int seen = output.state();
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            requireOutput();
            if (BufferArrays.areDirect(srcs, first, count)) { // the system can gather it
                return moved(
                        output, seen, handle.write(srcs, first, count), BufferArrays.remaining(srcs, first, count));
            }
            return writeStaged(srcs, first, count);
        } catch (IOException e) {
            throw broken("write", e);
        } finally {
            leave(WRITING);
        }
    }

    /// Heap memory cannot be gathered by the system: it goes through one of the reactor's buffers.
    private long writeStaged(ByteBuffer[] srcs, int offset, int length) throws IOException {
        var buffers = loop.reactor().buffers();
        var staged = buffers.take();
        try {
            BufferArrays.gather(srcs, offset, length, staged);
            int written = tryWrite(staged.flip());
            if (written > 0) {
                BufferArrays.skip(srcs, offset, written);
            }
            return written;
        } finally {
            buffers.give(staged);
        }
    }

    @Override
    public int write(ByteString bytes, int from) throws IOException {
        Objects.checkIndex(from, bytes.size() + 1);
        enter(WRITING);
        try {
            if (bytes.size() - from >= WORTH_A_CALL) {
                var run = firstRun(bytes, from);
                if (run.size() >= WORTH_A_CALL) {
                    return tryWrite(run.asByteBuffer());
                }
            }
            return from == bytes.size() ? 0 : writeStaged(bytes, from);
        } catch (IOException e) {
            throw broken("write", e);
        } finally {
            leave(WRITING);
        }
    }

    /// What lies together from byte `from` on, as far as one call takes it.
    private static ByteString firstRun(ByteString bytes, int from) {
        int to = from + Math.min(bytes.size() - from, BufferPool.LARGE_BYTES);
        return bytes.slice(from, to).fragments().iterator().next();
    }

    private int writeStaged(ByteString bytes, int from) throws IOException {
        var buffers = loop.reactor().buffers();
        var staged = buffers.take();
        try {
            bytes.copyTo(from, staged);
            return tryWrite(staged.flip());
        } finally {
            buffers.give(staged);
        }
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException(
                    "position " + position + " and count " + count + " must not be negative");
        }
        enter(WRITING);
        try {
            if (count == 0) {
                return 0;
            }
            int seen = output.state();
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            requireOutput();
            if (!file.isOpen()) {
                throw new ClosedChannelException(); // of a file that has been opened again, the system would send
            }
            long n = handle.transferFrom(file, position, count);
            if (n == 0) {
                throw new EOFException("the file ends at or before byte " + position + ", where " + count
                        + " bytes to send were expected");
            }
            if (n == WOULD_BLOCK) {
                output.wouldBlock(seen);
            }
            return n;
        } catch (EOFException e) {
            throw e;
        } catch (ClosedChannelException e) { // not this socket, which is held as long as a call is in it
            throw new IOException(route("send file") + " failed: the file is closed", e);
        } catch (IOException e) {
            throw broken("send file", e);
        } finally {
            leave(WRITING);
        }
    }

    private long moved(Readiness direction, int seen, long n, long asked) throws IOException {
        if (n == END) {
            ended();
        } else if (n < asked) {
            direction.wouldBlock(seen);
        }
        return n;
    }

    /// A read has met the end, or what the system tells of a loss for the second time. If it was told to a writer
    /// first, that one has noted it when it leaves its call, which returns at once like every other.
    private void ended() throws IOException {
        while (isInside(WRITING)) {
            Thread.yield();
        }
        handle.requireNotLost();
        if (!inputShut) {
            peerClosed.end();
        }
    }

    private void requireOutput() throws SocketException {
        if (outputShut) {
            throw new SocketException("the output has been shut down (EPIPE)");
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        enter();
        try {
            inputShut = true;
            handle.shutdownInput();
            input.end();
        } catch (IOException e) {
            throw failure("shut down input", e);
        } finally {
            leave();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        enter();
        try {
            outputShut = true;
            handle.shutdownOutput();
            output.end();
        } catch (IOException e) {
            throw failure("shut down output", e);
        } finally {
            leave();
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return Objects.requireNonNull(remote);
    }

    @Override
    public void close(IOException cause) {
        closeBecause(Objects.requireNonNull(cause));
    }

    @Override
    public void abort() {
        try {
            enter();
        } catch (IOException _) {
            return; // closed already
        }
        try {
            if (handle.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
                handle.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            toldNobody("resetting", e);
        } finally {
            close();
            leave();
        }
    }

    @Override
    public void ready(int events) {
        if ((events & FAILED) != 0 || ((events & PEER_CLOSED) != 0 && !inputShut)) { // shut, it is the owner's doing
            peerClosed.end(); // whoever is woken below may ask
        }
        if ((events & FAILED) != 0) {
            output.end();
        } else if ((events & WRITE) != 0) {
            output.signal();
        }
        if ((events & (PEER_CLOSED | FAILED)) != 0) {
            input.end();
        } else if ((events & READ) != 0) {
            input.signal();
        }
    }

    @Override
    void closed() {
        input.end();
        output.end();
        peerClosed.end();
    }

    private IOException broken(String operation, IOException e) {
        if (isOpen() && handle.isOver()) {
            peerClosed.end();
        }
        return failure(operation, e);
    }

    @Override
    IOException failure(String operation, IOException e) {
        return Failures.at(route(operation), e);
    }

    private String route(String operation) {
        String local;
        try {
            local = Failures.text(handle.localAddress());
        } catch (IOException _) {
            local = "?"; // the lost connection has none any more; the peer's address says which one it was
        }
        return operation + " on " + local + " -> " + Failures.text(remote);
    }

    @Override
    public String toString() {
        return "stream to " + Failures.text(remote);
    }
}
