package dev.sluice.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The address of a direct buffer's first byte. Asking the JDK for it makes an object, so the last buffer asked
/// about is kept: a direction of a socket mostly sees the same one again. Belongs to one direction of one socket.
///
/// A shared arena that is closed by another thread while the call is under way is not noticed: unlike the JDK's own
/// channels, this holds no arena open. Whoever frees memory by hand first ends the operations on it.
final class DirectAddress {
    /// A larger buffer is not kept alive: beside its bytes some objects do not count. The reactor's own are not
    /// larger.
    private static final int MOST_BYTES = 256 * 1024;

    private @Nullable ByteBuffer last;
    private MemorySegment.@Nullable Scope lastScope;
    private long lastBase;

    /// The address of the buffer's current position.
    ///
    /// @throws IllegalStateException if the buffer's arena has been closed
    long of(ByteBuffer direct) {
        var scope = lastScope;
        long base = lastBase;
        if (direct != last || scope == null) {
            var segment = MemorySegment.ofBuffer(direct);
            scope = segment.scope();
            base = segment.address() - direct.position();
            boolean keep = direct.capacity() <= MOST_BYTES;
            last = keep ? direct : null;
            lastScope = keep ? scope : null;
            lastBase = base;
        }
        requireAlive(scope);
        return base + direct.position();
    }

    /// The kernel would not notice that the memory is somebody else's by now.
    static void requireAlive(MemorySegment.Scope scope) {
        if (!scope.isAlive()) {
            throw new IllegalStateException("the memory of the buffer has been freed: its arena is closed");
        }
    }
}
