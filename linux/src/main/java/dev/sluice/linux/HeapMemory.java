package dev.sluice.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The memory of a heap buffer from its position on. Describing it makes objects, so the last description is
/// kept: a direction of a socket mostly sees the same place again. Belongs to one direction of one socket.
final class HeapMemory {
    /// A larger array is not kept alive: beside its bytes some objects do not count.
    private static final int MOST_BYTES = 64 * 1024;

    private byte @Nullable [] lastArray;
    private int lastOffset;
    private @Nullable MemorySegment last;

    MemorySegment of(ByteBuffer heap) {
        if (heap.isReadOnly()) {
            return MemorySegment.ofBuffer(heap); // it hides its array
        }
        byte[] array = heap.array();
        int offset = heap.arrayOffset() + heap.position();
        var memory = last;
        if (memory == null || array != lastArray || offset != lastOffset) {
            memory = MemorySegment.ofArray(array).asSlice(offset);
            boolean keep = array.length <= MOST_BYTES;
            last = keep ? memory : null;
            lastArray = keep ? array : null;
            lastOffset = offset;
        }
        return memory;
    }
}
