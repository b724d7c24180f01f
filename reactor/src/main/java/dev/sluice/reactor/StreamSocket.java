package dev.sluice.reactor;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Set;

/// A connected, non-blocking stream of bytes both ways.
///
/// Every operation returns at once: it moves bytes, or says [#END], or says [#WOULD_BLOCK]. Only after the last
/// does the caller hand a waiter to [#input] or [#output], and tries again when woken. Any thread may call.
/// Reading and writing are independent; two threads that read at the same time, or two that write, get an
/// [IllegalStateException].
///
/// After [#close] every operation throws [ClosedChannelException], with the cause of the close if it was not the
/// owner's own wish. Other failures are the JDK's own exceptions with operation, both addresses and the system's
/// reason in the text. An operation that throws has moved nothing, and one that is not retried after
/// [#WOULD_BLOCK] loses nothing.
public interface StreamSocket extends AutoCloseable {
    /// The peer has ended its side: there will be no more to read.
    int END = StreamHandle.END;

    /// Nothing can be moved now; wait, then try again.
    int WOULD_BLOCK = Handle.WOULD_BLOCK;

    /// The loop that the socket belongs to for life; it wakes the waiters.
    EventLoop loop();

    /// When reading is worth while.
    Readiness input();

    /// When writing is worth while.
    Readiness output();

    /// Ready once the peer has closed its side or the connection is lost, also while nobody reads.
    ///
    /// On a transport without such a notice (`nio`) it becomes ready when a read or write meets the end.
    Readiness peerClosed();

    /// Ready once the socket is closed on this side and its descriptor is back with the system.
    Readiness released();

    /// Reads what is there, as far as `dst` has room.
    ///
    /// @return how many bytes, 0 only if `dst` has no room; [#END]; or [#WOULD_BLOCK]
    int read(ByteBuffer dst) throws IOException;

    /// Reads into several buffers in turn.
    ///
    /// @return how many bytes in all, 0 only if there is no room; [#END]; or [#WOULD_BLOCK]
    long read(ByteBuffer[] dsts, int offset, int length) throws IOException;

    /// Reads what [#read(ByteBuffer)] would, and leaves it there: the next read gives the same again.
    ///
    /// @return how many bytes, 0 only if `dst` has no room; [#END]; or [#WOULD_BLOCK]
    int peek(ByteBuffer dst) throws IOException;

    /// Writes what the system takes, from the position of `src` on.
    ///
    /// @return how many bytes, 0 only if `src` is empty; or [#WOULD_BLOCK]
    int write(ByteBuffer src) throws IOException;

    /// Writes from several buffers in turn, gathered.
    ///
    /// @return how many bytes in all, 0 only if all are empty; or [#WOULD_BLOCK]
    long write(ByteBuffer[] srcs, int offset, int length) throws IOException;

    /// Writes from byte `from` of `bytes` on, gathered over its fragments.
    ///
    /// @return how many bytes, 0 only if there are none from `from` on; or [#WOULD_BLOCK]
    int write(ByteString bytes, int from) throws IOException;

    /// Writes a range of a file, without a copy through the program where the system can do that. The channel's
    /// own position is neither used nor changed.
    ///
    /// @return how many bytes, 0 only if `count` is 0; or [#WOULD_BLOCK]
    /// @throws java.io.EOFException if the file ends before `position`
    long transferFrom(FileChannel file, long position, long count) throws IOException;

    /// Ends the input: later reads give [#END]. Again, or after the peer has gone, does nothing.
    void shutdownInput() throws IOException;

    /// Ends the output: the peer reads the end after all that was written. Again, or after the peer has gone,
    /// does nothing; later writes fail.
    void shutdownOutput() throws IOException;

    /// The address on this side.
    SocketAddress localAddress() throws IOException;

    /// The peer's address; known also when the connection is lost or closed.
    SocketAddress remoteAddress();

    /// Which options this socket has.
    Set<SocketOption<?>> supportedOptions();

    /// Sets an option.
    ///
    /// @throws UnsupportedOperationException if the socket does not have it
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /// The value of an option.
    ///
    /// @throws UnsupportedOperationException if the socket does not have it
    <T> T getOption(SocketOption<T> option) throws IOException;

    /// Whether the socket has not been closed on this side.
    boolean isOpen();

    /// Closes. What the system has taken is still delivered, then the peer reads the end; if there is input that
    /// was not read, the system resets the connection instead (RFC 1122, 4.2.2.13). Whoever waits is woken and
    /// finds the socket closed. Again does nothing.
    @Override
    void close();

    /// Closes with a reason, which is the cause of what later operations throw.
    void close(IOException cause);

    /// Closes and resets the connection: what the peer has not got yet is dropped, and it gets an error.
    void abort();
}
