package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The reading direction of a connection; one task at a time uses it.
///
/// After [#close] it throws [java.nio.channels.ClosedChannelException].
public final class ReadHalf<S extends SocketStream> implements AsyncRead, AutoCloseable {
    private final Split<S> split;

    ReadHalf(Split<S> split) {
        this.split = split;
    }

    private S stream() throws IOException {
        return split.of(Split.READER);
    }

    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        return stream().pollRead(cx, dst);
    }

    @Override
    public long pollRead(Context cx, ByteBuffer[] dsts, int offset, int length) throws IOException {
        return stream().pollRead(cx, dsts, offset, length);
    }

    /// As [SocketStream#pollPeek].
    public int pollPeek(Context cx, ByteBuffer dst) throws IOException {
        return stream().pollPeek(cx, dst);
    }

    /// As [SocketStream#tryRead(ByteBuffer)].
    public int tryRead(ByteBuffer dst) throws IOException {
        return stream().tryRead(dst);
    }

    /// As [SocketStream#readable]. Cancel safe: yes.
    public PollFuture<Void> readable() {
        return PollFuture.lazy(() -> stream().readable());
    }

    /// The connection that this is a half of: its addresses and options.
    public S whole() {
        return split.stream();
    }

    /// Whether `other` is the other half of the same connection.
    public boolean isPairOf(WriteHalf<?> other) {
        return split == other.split;
    }

    /// Makes one connection of both halves, which are not used any more.
    ///
    /// @throws UnpairedHalvesException if `other` belongs to another connection; both halves can be used on
    public S reunite(WriteHalf<S> other) {
        if (!isPairOf(other)) {
            throw new UnpairedHalvesException(this, other);
        }
        return split.reunite();
    }

    /// Ends the reading. The other half goes on; if that is closed, too, so is the connection.
    @Override
    public void close() throws IOException {
        split.closeReader();
    }

    @Override
    public String toString() {
        return "read half of " + split.stream();
    }
}
