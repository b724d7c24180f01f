package dev.sluice.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The address of a direct buffer's first byte. Asking the JDK for it makes an object, so the last buffer asked
/// about is kept: a direction of a socket mostly sees the same one again. Belongs to one direction of one socket.
final class DirectAddress {
    private @Nullable ByteBuffer last;
    private MemorySegment.@Nullable Scope lastScope;
    private long lastBase;

    /// The address of the buffer's current position.
    ///
    /// @throws IllegalStateException if the buffer's arena has been closed
    long of(ByteBuffer direct) {
        var scope = lastScope;
        if (direct != last || scope == null) {
            var segment = MemorySegment.ofBuffer(direct);
            scope = segment.scope();
            lastBase = segment.address() - direct.position();
            lastScope = scope;
            last = direct;
        }
        requireAlive(scope);
        return lastBase + direct.position();
    }

    /// The kernel would not notice that the memory is somebody else's by now.
    static void requireAlive(MemorySegment.Scope scope) {
        if (!scope.isAlive()) {
            throw new IllegalStateException("the memory of the buffer has been freed: its arena is closed");
        }
    }
}
