package dev.sluice.reactor.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A connected stream, or one on its way to be connected.
public interface StreamHandle extends Handle {
    /// The peer will send no more.
    int END = -1;

    /// The system tells once why a connection was lost, to whichever call comes first, and [#END] from then on.
    ///
    /// @throws IOException the loss, if a call that has returned was told of it
    void requireNotLost() throws IOException;

    /// Whether a call that has failed has shown that the connection is over. A shortage does not, nor does a file.
    boolean isOver();

    /// Begins to connect.
    ///
    /// @return true if the connection stands; false if [Watcher#WRITE] will tell when to ask [#finishConnect]
    boolean connect(SocketAddress remote) throws IOException;

    /// Asks how a connection attempt goes.
    ///
    /// @return true if the connection stands; false if the attempt still goes on
    /// @throws IOException why the attempt has failed
    boolean finishConnect() throws IOException;

    /// The peer's address.
    SocketAddress remoteAddress() throws IOException;

    /// Reads into `dst`, which has room.
    ///
    /// @return how many bytes, at least 1; or [#END]; or [#WOULD_BLOCK]
    int read(ByteBuffer dst) throws IOException;

    /// Reads into several direct buffers in turn, with one call to the system.
    long read(ByteBuffer[] dsts, int offset, int length) throws IOException;

    /// Reads into `dst`, which has room, what the next read will give again.
    ///
    /// @return how many bytes, at least 1; or [#END]; or [#WOULD_BLOCK]
    int peek(ByteBuffer dst) throws IOException;

    /// Writes from `src`, which is not empty.
    ///
    /// @return how many bytes, at least 1; or [#WOULD_BLOCK]
    int write(ByteBuffer src) throws IOException;

    /// Writes several direct buffers in turn, with one call to the system.
    long write(ByteBuffer[] srcs, int offset, int length) throws IOException;

    /// Writes a range of a file, without a copy through the program where the system can do that.
    ///
    /// @return how many bytes, at least 1; 0 if the file ends before `position`; or [#WOULD_BLOCK]
    long transferFrom(FileChannel file, long position, long count) throws IOException;

    /// Ends the input: later reads give [#END].
    void shutdownInput() throws IOException;

    /// Ends the output: the peer sees the end of its input after all that was written.
    void shutdownOutput() throws IOException;
}
