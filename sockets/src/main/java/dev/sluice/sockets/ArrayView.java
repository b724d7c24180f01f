package dev.sluice.sockets;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A range of an array as a buffer. Making one makes an object, so the last is kept: a program mostly reads into
/// or writes from the same array again. Belongs to the owner of one direction of a channel.
final class ArrayView {
    /// A larger array is not kept alive: beside its bytes one object does not count.
    private static final int MOST_BYTES = 64 * 1024;

    private byte @Nullable [] lastArray;
    private @Nullable ByteBuffer last;

    /// @throws IndexOutOfBoundsException if that is no range of the array
    ByteBuffer of(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        var view = last;
        if (view == null || lastArray != array) {
            view = ByteBuffer.wrap(array);
            boolean keep = array.length <= MOST_BYTES;
            last = keep ? view : null;
            lastArray = keep ? array : null;
        }
        return view.limit(offset + length).position(offset);
    }
}
