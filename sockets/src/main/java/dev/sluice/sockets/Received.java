package dev.sluice.sockets;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.BufferPool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a channel has received and nobody has consumed yet: a heap buffer, borrowed from the selector's pool only
/// while there is something in it. It grows beyond the pool's size when a reader asks to see more at once.
///
/// Positions are relative to the first byte that has not been consumed. Belongs to the thread that reads.
final class Received {
    private final BufferPool pool;

    /// Null while empty. Its memory between position and limit is what has been received.
    private @Nullable ByteBuffer buffer;

    Received(BufferPool pool) {
        this.pool = pool;
    }

    int size() {
        return buffer == null ? 0 : buffer.remaining();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    byte get(int index) {
        return filled().get(filled().position() + index);
    }

    /// The bytes in the order they came, to be consumed by moving the position; call [#consumed] afterwards.
    ByteBuffer filled() {
        if (buffer == null) {
            throw new IllegalStateException("nothing has been received");
        }
        return buffer;
    }

    /// Where the next bytes go: the same buffer with position and limit around the free room, at least one byte.
    /// Call [#filled(ByteBuffer)] afterwards.
    ///
    /// @param size how many bytes there shall be room for, those received included
    ByteBuffer room(int size) {
        var from = buffer;
        if (from == null) {
            var fresh = pool.take();
            buffer = fresh;
            return fresh;
        }
        int capacity = from.capacity();
        if (from.remaining() == capacity) {
            // What is wanted may be what the peer has announced: that gets no more memory than it fills.
            long bytes = Math.clamp((long) size, 2L * capacity, 4L * capacity);
            var larger = ByteBuffer.allocate((int) Math.min(bytes, Integer.MAX_VALUE));
            buffer = larger.put(from);
            giveBack(from);
            return larger;
        }
        if (from.position() == 0) {
            return from.position(from.limit()).limit(capacity); // a dribble is not moved about for each byte
        }
        return from.compact();
    }

    /// Ends what [#room] began.
    void filled(ByteBuffer room) {
        room.flip();
        consumed();
    }

    /// Gives the buffer back if all has been consumed.
    void consumed() {
        if (buffer != null && !buffer.hasRemaining()) {
            giveBack(buffer);
            buffer = null;
        }
    }

    void skip(int bytes) {
        var from = filled();
        from.position(from.position() + bytes);
        consumed();
    }

    void clear() {
        if (buffer != null) {
            skip(size());
        }
    }

    private void giveBack(ByteBuffer old) {
        if (old.capacity() == SelectorManager.CHANNEL_BYTES) {
            pool.give(old);
        }
    }

    /// The first bytes, copied.
    ByteString copy(int bytes) {
        if (bytes == 0) {
            return ByteString.empty();
        }
        var from = filled();
        return ByteString.copyOf(from.array(), from.arrayOffset() + from.position(), bytes);
    }

    /// A view of all bytes, good until the next call.
    ByteString view() {
        var from = buffer;
        return from == null
                ? ByteString.empty()
                : ByteString.unsafeWrap(from.array(), from.arrayOffset() + from.position(), from.remaining());
    }

    /// The first bytes as UTF-8; broken sequences become U+FFFD.
    String text(int bytes) {
        if (bytes == 0) {
            return "";
        }
        var from = filled();
        return new String(from.array(), from.arrayOffset() + from.position(), bytes, StandardCharsets.UTF_8);
    }
}
