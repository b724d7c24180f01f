package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// A source that gives its bytes in chunks, and is pending before each of them and before its end.
final class Trickle implements AsyncRead {
    private final byte[] bytes;
    private final IntSupplier chunk;
    private int given;
    private boolean pending;
    private int polls;
    private @Nullable IOException failure;

    Trickle(byte[] bytes, IntSupplier chunk) {
        this.bytes = bytes;
        this.chunk = chunk;
    }

    /// One byte at a time.
    static Trickle of(String text) {
        return of(text, 1);
    }

    static Trickle of(String text, int chunk) {
        return new Trickle(text.getBytes(StandardCharsets.UTF_8), () -> chunk);
    }

    /// Throws instead of ending.
    Trickle failing(IOException failure) {
        this.failure = failure;
        return this;
    }

    int given() {
        return given;
    }

    int polls() {
        return polls;
    }

    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        polls++;
        pending = !pending;
        if (pending) {
            cx.waker().wake();
            return AsyncIo.PENDING;
        }
        if (given == bytes.length) {
            if (failure != null) {
                throw failure;
            }
            return AsyncIo.EOF;
        }
        int n = Math.min(Math.min(chunk.getAsInt(), dst.remaining()), bytes.length - given);
        dst.put(bytes, given, n);
        given += n;
        return n;
    }
}
