package dev.sluice.reactor;

import java.nio.ByteBuffer;

/// Ranges of arrays of buffers, and how bytes get from them into one buffer and out of it.
final class BufferArrays {
    private BufferArrays() {}

    /// The index of the first buffer that is not empty; the index after the last if all are.
    static int firstRemaining(ByteBuffer[] buffers, int offset, int length) {
        int first = offset;
        while (first < offset + length && !buffers[first].hasRemaining()) {
            first++;
        }
        return first;
    }

    static boolean areDirect(ByteBuffer[] buffers, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!buffers[i].isDirect()) {
                return false;
            }
        }
        return true;
    }

    static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }

    /// Copies as much as `dst` has room for; the positions of `srcs` stay, see [#skip].
    static void gather(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) {
        for (int i = offset; i < offset + length && dst.hasRemaining(); i++) {
            var src = srcs[i];
            int n = Math.min(src.remaining(), dst.remaining());
            dst.put(dst.position(), src, src.position(), n);
            dst.position(dst.position() + n);
        }
    }

    /// Moves the positions on over `bytes`.
    static void skip(ByteBuffer[] buffers, int offset, int bytes) {
        int left = bytes;
        for (int i = offset; left > 0; i++) {
            int n = Math.min(left, buffers[i].remaining());
            buffers[i].position(buffers[i].position() + n);
            left -= n;
        }
    }

    /// Fills the buffers in turn with all that `src` has; there is room for it.
    static void scatter(ByteBuffer src, ByteBuffer[] dsts, int offset) {
        for (int i = offset; src.hasRemaining(); i++) {
            int part = Math.min(dsts[i].remaining(), src.remaining());
            dsts[i].put(src.slice(src.position(), part));
            src.position(src.position() + part);
        }
    }
}
