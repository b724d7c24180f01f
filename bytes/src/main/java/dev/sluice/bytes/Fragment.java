package dev.sluice.bytes;

import java.io.Serial;

/// A leaf of the rope, and a byte string in its own right: one run of one array, `[offset, offset + size)`.
///
/// Nobody writes to that run again; any number of fragments may share the array.
final class Fragment extends ByteString {

    @Serial
    private static final long serialVersionUID = 1;

    static final Fragment EMPTY = new Fragment(new byte[0], 0, 0);

    /// Neighbours that together are no longer than this become one by copying: that is as cheap as a node, and bounds
    /// their number.
    static final int COALESCE_BYTES = 128;

    final transient byte[] array;
    final transient int offset;

    private Fragment(byte[] array, int offset, int size) {
        super(size, 0);
        this.array = array;
        this.offset = offset;
    }

    /// The given run of `array` itself, not a copy.
    static Fragment over(byte[] array, int offset, int size) {
        return size == 0 ? EMPTY : new Fragment(array, offset, size);
    }

    static Fragment over(byte[] array) {
        return over(array, 0, array.length);
    }

    int end() {
        return offset + size;
    }

    boolean isWholeArray() {
        return size == array.length;
    }

    /// Whether no fragment before this one can be fused with it, which is known without a look at that one.
    boolean fusesWithNone() {
        return offset == 0 && size >= COALESCE_BYTES;
    }

    boolean fusesWith(Fragment next) {
        return size + next.size <= COALESCE_BYTES || touches(next);
    }

    /// Both as one fragment: a wider run when they touch in one array, otherwise a copy.
    Fragment fuse(Fragment next) {
        int total = size + next.size;
        if (touches(next)) {
            return new Fragment(array, offset, total);
        }
        byte[] both = new byte[total];
        System.arraycopy(array, offset, both, 0, size);
        System.arraycopy(next.array, next.offset, both, size, next.size);
        return over(both);
    }

    @SuppressWarnings("ReferenceEquality") // the same array is meant
    private boolean touches(Fragment next) {
        return array == next.array && end() == next.offset;
    }
}
