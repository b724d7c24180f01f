package dev.sluice.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Native memory for the error numbers of sockets, cut from blocks: a block costs one allocation and one cleaning
/// for many sockets. It is freed when the last of them is garbage. Any thread.
final class CallStates {
    private static final int PER_BLOCK = 512;

    /// What is left of it. Guarded by this object.
    private MemorySegment block = MemorySegment.NULL;

    /// Room for the error number of one call at a time.
    synchronized MemorySegment take() {
        long bytes = Libc.CALL_STATE.byteSize();
        if (block.byteSize() < bytes) {
            block = Arena.ofAuto().allocate(Libc.CALL_STATE, PER_BLOCK);
        }
        var taken = block.asSlice(0, bytes);
        block = block.asSlice(bytes);
        return taken;
    }
}
