package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One end of a connection through memory; see [AsyncIo#duplex]. The ends may be used on different threads; one
/// task at a time reads and one writes.
///
/// A write to an end whose other end has been closed, or after its own shutdown, throws an [IOException] that says
/// "broken pipe".
public final class DuplexStream implements AsyncRead, AsyncWrite, AutoCloseable {
    private final Pipe in;
    private final Pipe out;

    DuplexStream(Pipe in, Pipe out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        return in.read(cx, dst);
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer src) throws IOException {
        return out.write(cx, src);
    }

    /// Ends the output: the other end reads what was written, then finds the end. Reading goes on.
    @Override
    public boolean pollShutdown(Context cx) {
        out.end();
        return true;
    }

    /// Ends both directions: the other end reads what was written, then finds the end; its writes fail.
    @Override
    public void close() {
        out.end();
        in.breakOff();
    }

    @Override
    public String toString() {
        return "duplex stream in memory";
    }
}
