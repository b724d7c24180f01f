package dev.sluice.reactor;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The large direct buffers of a reactor. Whoever moves bytes borrows one for the length of a call, so there are
/// about as many as threads that run at the same time, whatever the number of connections. Large, because buffer
/// size is bandwidth: a quarter of the size is four times the calls.
///
/// A buffer that is not given back is garbage like any other object. Any thread.
public final class BufferPool {
    /// The size of each buffer, in bytes.
    public static final int BUFFER_BYTES = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();

    /// A stack of idle buffers, so that the one in the processor's cache is used next. Guarded by the lock.
    private final @Nullable ByteBuffer[] idle;

    /// Guarded by the lock.
    private int size;

    BufferPool(int idleAtMost) {
        this.idle = new ByteBuffer[idleAtMost];
    }

    /// An empty buffer of [#BUFFER_BYTES].
    public ByteBuffer take() {
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
        return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    /// Gives a buffer back, which must not be used any more.
    public void give(ByteBuffer buffer) {
        if (buffer.capacity() != BUFFER_BYTES || !buffer.isDirect()) {
            throw new IllegalArgumentException(buffer + " is not from this pool");
        }
        lock.lock();
        try {
            if (size < idle.length) {
                idle[size++] = buffer;
            }
        } finally {
            lock.unlock();
        }
    }
}
