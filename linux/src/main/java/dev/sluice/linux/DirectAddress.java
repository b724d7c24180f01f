package dev.sluice.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The address of a direct buffer's first byte. Asking the JDK for it makes an object, so the last buffer asked
/// about is kept: a direction of a socket mostly sees the same one again. Belongs to one direction of one socket.
final class DirectAddress {
    private @Nullable ByteBuffer last;
    private long lastBase;

    /// The address of the buffer's current position.
    long of(ByteBuffer direct) {
        if (direct != last) {
            lastBase = MemorySegment.ofBuffer(direct).address() - direct.position();
            last = direct;
        }
        return lastBase + direct.position();
    }
}
