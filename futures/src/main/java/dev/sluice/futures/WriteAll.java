package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Writes buffers until they are empty, gathered. The buffers' positions are the progress.
final class WriteAll<T> implements PollFuture<T> {
    private final String name;
    private final AsyncWrite target;
    private final ByteBuffer[] srcs;
    private @Nullable Poll<T> result;
    private long written;

    /// The first buffer that is not known to be empty.
    private int at;

    WriteAll(String name, AsyncWrite target, Poll<T> result, ByteBuffer... srcs) {
        this.name = name;
        this.target = target;
        this.result = result;
        this.srcs = srcs;
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        var given = result;
        if (given == null) {
            throw new IllegalStateException(name + " polled after it was done");
        }
        result = null; // by whatever is thrown from here on
        while ((at = AsyncIo.firstRemaining(srcs, at, srcs.length - at)) < srcs.length) {
            long n = srcs.length - at == 1
                    ? target.pollWrite(cx, srcs[at])
                    : target.pollWrite(cx, srcs, at, srcs.length - at);
            if (n == AsyncIo.PENDING) {
                result = given;
                return Poll.pending();
            }
            if (n == 0) {
                throw new WriteZeroException(written);
            }
            written += n;
        }
        return given;
    }
}
