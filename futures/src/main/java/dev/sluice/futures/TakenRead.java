package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The first bytes of a source, as if it ended after them.
final class TakenRead implements AsyncRead {
    private final AsyncRead source;
    private long left;

    TakenRead(AsyncRead source, long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " is negative");
        }
        this.source = source;
        this.left = limit;
    }

    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        if (left == 0) {
            return AsyncIo.EOF;
        }
        int end = dst.limit();
        dst.limit(dst.position() + (int) Math.min(dst.remaining(), left));
        try {
            int n = source.pollRead(cx, dst);
            left -= Math.max(0, n);
            return n;
        } finally {
            dst.limit(end);
        }
    }

    @Override
    public String toString() {
        return source + ", " + left + " bytes more";
    }
}
