package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// One source, and where that ends another.
final class ChainedRead implements AsyncRead {
    private final AsyncRead first;
    private final AsyncRead second;
    private boolean firstEnded;

    ChainedRead(AsyncRead first, AsyncRead second) {
        this.first = first;
        this.second = Objects.requireNonNull(second);
    }

    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        if (!firstEnded) {
            int n = first.pollRead(cx, dst);
            if (n != AsyncIo.EOF) {
                return n;
            }
            firstEnded = true;
        }
        return second.pollRead(cx, dst);
    }

    @Override
    public String toString() {
        return first + ", then " + second;
    }
}
