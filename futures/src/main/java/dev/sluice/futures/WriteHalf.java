package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The writing direction of a connection; one task at a time uses it.
///
/// After [#close] or [#forget] it throws [java.nio.channels.ClosedChannelException].
public final class WriteHalf<S extends SocketStream> implements AsyncWrite, AutoCloseable {
    final Split<S> split;

    WriteHalf(Split<S> split) {
        this.split = split;
    }

    private S stream() throws IOException {
        return split.of(Split.WRITER);
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer src) throws IOException {
        return stream().pollWrite(cx, src);
    }

    @Override
    public long pollWrite(Context cx, ByteBuffer[] srcs, int offset, int length) throws IOException {
        return stream().pollWrite(cx, srcs, offset, length);
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        return stream().pollShutdown(cx);
    }

    /// As [SocketStream#tryWrite(ByteBuffer)].
    public int tryWrite(ByteBuffer src) throws IOException {
        return stream().tryWrite(src);
    }

    /// As [SocketStream#writable]. Cancel safe: yes.
    public PollFuture<Void> writable() {
        return PollFuture.lazy(() -> stream().writable());
    }

    /// The connection that this is a half of: its addresses and options.
    public S whole() {
        return split.stream();
    }

    /// Ends the output: the peer finds the end after all that was written, and the other half goes on. If that is
    /// closed already, the connection is closed.
    @Override
    public void close() throws IOException {
        split.closeWriter();
    }

    /// Lets go of this half without a word to the peer, who finds the end when the other half is closed.
    public void forget() {
        split.forgetWriter();
    }

    @Override
    public String toString() {
        return "write half of " + split.stream();
    }
}
