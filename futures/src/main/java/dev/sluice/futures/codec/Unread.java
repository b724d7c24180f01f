package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What was read and made no frame yet: an array that grows with what really comes, and goes when it is empty
/// and large, so that a connection that waits holds little.
final class Unread {
    private static final int KEPT_BYTES = 2048;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /// Position to limit is what has come; behind it is room.
    private ByteBuffer bytes = NONE;

    int size() {
        return bytes.remaining();
    }

    /// Adds all of `come`.
    void add(ByteBuffer come) {
        int count = come.remaining();
        makeRoom(count);
        int end = bytes.limit();
        bytes.limit(end + count).put(end, come, come.position(), count);
    }

    private void makeRoom(int count) {
        if (count <= bytes.capacity() - bytes.limit()) {
            return;
        }
        int size = size();
        int needed = Math.addExact(size, count);
        if (needed <= bytes.capacity() / 2) {
            bytes.compact().flip();
            return;
        }
        int grown = size == 0 ? needed : (int) Math.min(2L * needed, Integer.MAX_VALUE - 8);
        bytes = ByteBuffer.allocate(grown).put(bytes).flip();
    }

    /// The bytes as a decoder sees them. Whatever it does to the limit or the order is undone by the next call.
    ByteBuffer forDecoder() {
        return bytes.order(ByteOrder.BIG_ENDIAN);
    }

    /// Puts the limit back where it was before a decoder had the bytes.
    void afterDecoder(int limit) {
        bytes.limit(limit);
    }

    /// Lets go of the memory that little is in, as nothing more may come for long.
    void shrink() {
        int size = size();
        if (bytes.capacity() > KEPT_BYTES && size < bytes.capacity() / 4) {
            bytes = size == 0 ? NONE : ByteBuffer.allocate(size).put(bytes).flip();
        } else if (size == 0) {
            bytes.clear().limit(0);
        }
    }

    /// How much memory is held.
    int capacity() {
        return bytes.capacity();
    }

    /// Takes all.
    ByteString takeAll() {
        var all = ByteString.copyOf(bytes);
        bytes = NONE;
        return all;
    }
}
