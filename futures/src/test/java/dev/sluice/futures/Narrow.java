package dev.sluice.futures;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/// A target that takes some bytes at a time, and is pending before each write, flush and shutdown. It takes no more
/// than it has room for.
final class Narrow implements AsyncWrite {
    private final IntSupplier chunk;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int room = Integer.MAX_VALUE;
    private boolean pending;
    private int flushes;
    private int flushed;
    private int writes;
    private boolean shutDown;

    Narrow(IntSupplier chunk) {
        this.chunk = chunk;
    }

    Narrow room(int bytes) {
        room = bytes;
        return this;
    }

    byte[] bytes() {
        return taken.toByteArray();
    }

    String text() {
        return taken.toString(StandardCharsets.UTF_8);
    }

    int flushes() {
        return flushes;
    }

    /// How many bytes had been taken at the last flush.
    int flushed() {
        return flushed;
    }

    int writes() {
        return writes;
    }

    boolean isShutDown() {
        return shutDown;
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer src) {
        if (isPending(cx)) {
            return AsyncIo.PENDING;
        }
        writes++;
        int n = Math.min(Math.min(chunk.getAsInt(), src.remaining()), room - taken.size());
        for (int i = 0; i < n; i++) {
            taken.write(src.get());
        }
        return n;
    }

    @Override
    public boolean pollFlush(Context cx) {
        if (isPending(cx)) {
            return false;
        }
        flushes++;
        flushed = taken.size();
        return true;
    }

    @Override
    public boolean pollShutdown(Context cx) {
        if (isPending(cx)) {
            return false;
        }
        shutDown = true;
        return true;
    }

    private boolean isPending(Context cx) {
        pending = !pending;
        if (pending) {
            cx.waker().wake();
        }
        return pending;
    }
}
