package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// A writer that collects small writes to make large ones of them. For one task at a time.
///
/// What it has collected goes on when there is no room for more, by [#flush] and by [#shutdown], and not
/// otherwise: a writer that is dropped takes it with it. Buffers that are larger than its own go past that.
public final class BufWriter<W extends AsyncWrite> implements AsyncWrite {
    /// How many bytes are collected, if not said otherwise.
    public static final int CAPACITY = 16 * 1024;

    private final W target;

    /// What has been collected, from 0 on; while it goes on, up to `sent` is gone.
    private final ByteBuffer collected;

    private int sent;

    /// A writer to `target` that collects 16 KiB.
    public BufWriter(W target) {
        this(target, CAPACITY);
    }

    /// @param capacity how many bytes are collected
    public BufWriter(W target, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " has no room for a byte");
        }
        this.target = Objects.requireNonNull(target);
        this.collected = ByteBuffer.allocate(capacity);
    }

    /// What is written to. Bytes that are still in this writer have not been there.
    public W target() {
        return target;
    }

    /// How many bytes wait for a flush.
    public int buffered() {
        return collected.position() - sent;
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer src) throws IOException {
        if (src.remaining() > collected.remaining() && !pollSend(cx)) {
            return AsyncIo.PENDING;
        }
        if (src.remaining() >= collected.capacity()) {
            return target.pollWrite(cx, src);
        }
        int n = src.remaining();
        collected.put(src);
        return n;
    }

    /// Writes what has been collected. What of it has been taken is remembered, so this can be repeated.
    private boolean pollSend(Context cx) throws IOException {
        int end = collected.position();
        collected.limit(end).position(sent);
        try {
            while (collected.hasRemaining()) {
                int n = target.pollWrite(cx, collected);
                if (n == AsyncIo.PENDING) {
                    return false;
                }
                if (n == 0) {
                    throw new WriteZeroException(sent);
                }
                sent = collected.position();
            }
            end = sent = 0;
            return true;
        } finally {
            collected.limit(collected.capacity()).position(end);
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        return pollSend(cx) && target.pollFlush(cx);
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        return pollSend(cx) && target.pollShutdown(cx);
    }

    @Override
    public String toString() {
        return "buffered " + target;
    }
}
