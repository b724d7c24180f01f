package dev.sluice.bytes;

/// Walks the fragments of a range from left to right. The current run is `array[offset, offset + length)`, already
/// cut to the range; `length` is 0 only behind the end:
/// ```java
/// for (var run = new FragmentCursor(bytes, from, to); run.length > 0; run.next()) { … }
/// ```
/// A confined object. It allocates nothing else for a single fragment, and one stack as high as the rope otherwise.
final class FragmentCursor {

    private static final ByteString[] NONE = {};

    byte[] array = Fragment.EMPTY.array;
    int offset;
    int length;

    /// Bytes of the range behind the current run.
    private int behind;
    /// The right siblings of the nodes on the path to the current fragment, nearest last.
    private final ByteString[] siblings;
    private int depth;

    FragmentCursor(ByteString bytes) {
        this(bytes, 0, bytes.size);
    }

    FragmentCursor(ByteString bytes, int from, int to) {
        siblings = bytes.height == 0 ? NONE : new ByteString[bytes.height];
        behind = to - from;
        if (behind > 0) {
            descend(bytes, from);
        }
    }

    /// To the next run.
    void next() {
        length = 0;
        if (behind > 0) {
            descend(siblings[--depth], 0);
        }
    }

    /// Takes `count` bytes off the current run, no more than it has, and moves on when it is used up.
    void consume(int count) {
        offset += count;
        length -= count;
        if (length == 0) {
            next();
        }
    }

    private void descend(ByteString node, int from) {
        while (node instanceof Rope rope) {
            if (from < rope.left.size) {
                siblings[depth++] = rope.right;
                node = rope.left;
            } else {
                from -= rope.left.size;
                node = rope.right;
            }
        }
        Fragment fragment = (Fragment) node;
        array = fragment.array;
        offset = fragment.offset + from;
        length = Math.min(fragment.size - from, behind);
        behind -= length;
    }
}
