package dev.sluice.futures;

import dev.sluice.bytes.ByteStringBuilder;
import java.io.IOException;
import java.util.Objects;

/// Reads until the input ends. What has been read is in the sink after each poll; no buffer is held in between.
final class ReadToEnd<T> implements PollFuture<T> {
    private final AsyncRead source;
    private final ByteStringBuilder sink;
    private final int limit;
    private final IoFunction<? super ByteStringBuilder, ? extends T> result;
    private boolean over;

    ReadToEnd(
            AsyncRead source,
            ByteStringBuilder sink,
            int limit,
            IoFunction<? super ByteStringBuilder, ? extends T> result) {
        this.source = source;
        this.sink = Objects.requireNonNull(sink);
        this.limit = LimitExceededException.checked(limit);
        this.result = result;
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("readToEnd polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        int n;
        do {
            n = readSome(cx);
        } while (n >= 0);
        if (n == AsyncIo.PENDING) {
            over = false;
            return Poll.pending();
        }
        return Poll.ready(result.apply(sink));
    }

    private int readSome(Context cx) throws IOException {
        var buffers = cx.buffers();
        var large = buffers.take();
        try {
            long room = Math.max(0, (long) limit - sink.size());
            large.limit((int) Math.min(large.capacity(), room + 1));
            int n = source.pollRead(cx, large);
            boolean tooMuch = n > room;
            sink.put(large.flip().limit(tooMuch ? (int) room : large.limit()));
            if (tooMuch) {
                throw new LimitExceededException(limit, "the end of the input");
            }
            return n;
        } finally {
            buffers.give(large);
        }
    }
}
