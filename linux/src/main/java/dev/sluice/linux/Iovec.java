package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A piece of memory among several, readv(2):
///
/// ```c
/// struct iovec {
///     void  *iov_base;
///     size_t iov_len;
/// };
/// ```
final class Iovec {
    static final int SIZE = 16;
    static final int IOV_BASE = 0;
    static final int IOV_LEN = 8;

    /// What the kernel takes at most in one call, `UIO_MAXIOV`.
    static final int MOST = 1024;

    private Iovec() {}

    static MemorySegment allocate(Arena arena, int count) {
        return arena.allocate((long) SIZE * count, Long.BYTES);
    }

    /// Describes what remains in a direct buffer.
    static void set(MemorySegment array, int index, ByteBuffer direct) {
        var memory = MemorySegment.ofBuffer(direct);
        DirectAddress.requireAlive(memory.scope());
        array.set(JAVA_LONG, (long) index * SIZE + IOV_BASE, memory.address());
        array.set(JAVA_LONG, (long) index * SIZE + IOV_LEN, direct.remaining());
    }
}
