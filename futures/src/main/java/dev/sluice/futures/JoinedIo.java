package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A reader and a writer as one object.
///
/// @param reader what is read from
/// @param writer what is written to
public record JoinedIo<R extends AsyncRead, W extends AsyncWrite>(R reader, W writer) implements AsyncRead, AsyncWrite {
    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        return reader.pollRead(cx, dst);
    }

    @Override
    public long pollRead(Context cx, ByteBuffer[] dsts, int offset, int length) throws IOException {
        return reader.pollRead(cx, dsts, offset, length);
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer src) throws IOException {
        return writer.pollWrite(cx, src);
    }

    @Override
    public long pollWrite(Context cx, ByteBuffer[] srcs, int offset, int length) throws IOException {
        return writer.pollWrite(cx, srcs, offset, length);
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        return writer.pollFlush(cx);
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        return writer.pollShutdown(cx);
    }
}
