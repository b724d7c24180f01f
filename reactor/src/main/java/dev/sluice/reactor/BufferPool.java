package dev.sluice.reactor;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Buffers of one size. Whoever moves bytes borrows one while it has them, so there are about as many
/// as threads that run at the same time, whatever the number of connections.
///
/// A buffer that is not given back is garbage like any other object. Any thread.
public final class BufferPool {
    /// The size of a reactor's own, direct buffers. Large, because buffer size is bandwidth: a quarter of the
    /// size is four times the calls.
    public static final int LARGE_BYTES = 256 * 1024;

    /// The buffer given back last, which is in the processor's cache and is taken next, without the lock.
    private final AtomicReference<@Nullable ByteBuffer> last = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final int bytes;
    private final boolean direct;

    /// The other idle buffers, as a stack. Guarded by the lock.
    private final @Nullable ByteBuffer[] idle;

    /// Guarded by the lock.
    private int size;

    /// @param bytes size of each buffer
    /// @param direct whether their memory is outside the heap
    /// @param idleAtMost how many are kept for later; more are left to the garbage collector
    public BufferPool(int bytes, boolean direct, int idleAtMost) {
        this.bytes = bytes;
        this.direct = direct;
        this.idle = new ByteBuffer[idleAtMost - 1];
    }

    /// An empty buffer.
    public ByteBuffer take() {
        var newest = last.getAndSet(null);
        if (newest != null) {
            return newest.clear();
        }
        lock.lock();
        try {
            if (size > 0) {
                var taken = idle[--size];
                idle[size] = null;
                if (taken != null) {
                    return taken.clear();
                }
            }
        } finally {
            lock.unlock();
        }
        return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    /// Gives a buffer back, which must not be used any more.
    public void give(ByteBuffer buffer) {
        if (buffer.capacity() != bytes || buffer.isDirect() != direct) {
            throw new IllegalArgumentException(buffer + " is not from this pool");
        }
        var older = last.getAndSet(buffer);
        if (older == null) {
            return;
        }
        lock.lock();
        try {
            if (size < idle.length) {
                idle[size++] = older;
            }
        } finally {
            lock.unlock();
        }
    }
}
