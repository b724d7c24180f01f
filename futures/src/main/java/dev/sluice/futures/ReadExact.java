package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// Reads until a buffer is full. The buffer is the caller's; its position is the progress.
final class ReadExact<T> implements PollFuture<T> {
    private final AsyncRead source;
    private final ByteBuffer dst;
    private final IoFunction<? super ByteBuffer, ? extends T> result;
    private final int wanted;
    private boolean over;

    ReadExact(AsyncRead source, ByteBuffer dst, IoFunction<? super ByteBuffer, ? extends T> result) {
        this.source = source;
        this.dst = dst;
        this.result = Objects.requireNonNull(result);
        this.wanted = dst.remaining();
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("readExact polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        while (dst.hasRemaining()) {
            int n = source.pollRead(cx, dst);
            if (n == AsyncIo.PENDING) {
                over = false;
                return Poll.pending();
            }
            if (n == AsyncIo.EOF) {
                throw new EarlyEndException(wanted - dst.remaining(), wanted);
            }
        }
        return Poll.ready(result.apply(dst));
    }
}
