package dev.sluice.bytes;

import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.List;

/// An inner node: the bytes of `left`, then those of `right`. Neither is empty.
///
/// Ropes are height-balanced (AVL) trees whose leaves are fragments. Below the root the heights of two siblings
/// differ by at most one, so that a tree of f fragments is at most 1.44·log2(f) high; with 2^31 bytes no recursion
/// here is deeper than 45.
///
/// The root alone may be lopsided. It then holds a large tree beside a short one at the end that grows, so that
/// appending piece after piece (or prepending) touches a few nodes near the root instead of the whole spine:
/// ```
///        root                append           root              every 8 pieces        root
///       /    \               ──────▶         /    \              ──────▶             /    \
///    body   end (height < 3)              body   end + piece                  body + end   piece
/// ```
final class Rope extends ByteString {

    @Serial
    private static final long serialVersionUID = 1;

    /// An end tree of this height is merged into the body.
    private static final int END_HEIGHT = 3;

    final transient ByteString left;
    final transient ByteString right;

    private Rope(ByteString left, ByteString right) {
        super(left.size + right.size, 1 + Math.max(left.height, right.height));
        this.left = left;
        this.right = right;
    }

    /// `l` followed by `r`. The fragments at the seam are fused as long as that pays.
    static ByteString join(ByteString l, ByteString r) {
        if (l.isEmpty()) {
            return r;
        }
        if (r.isEmpty()) {
            return l;
        }
        checkSize((long) l.size + r.size);
        Fragment after = first(r);
        if (after.fusesWithNone()) {
            return attach(l, r);
        }
        Fragment before = last(l);
        if (!before.fusesWith(after)) {
            return attach(l, r);
        }
        Fragment seam = before.fuse(after);
        if (r instanceof Fragment) {
            return withLast(l, seam);
        }
        if (l instanceof Fragment) {
            return withFirst(r, seam);
        }
        return join(join(l.dropRight(before.size), seam), r.drop(after.size));
    }

    /// All parts in order, in O(parts): halves of equal height meet at the root.
    static ByteString join(List<ByteString> parts) {
        return parts.isEmpty() ? Fragment.EMPTY : join(parts, 0, parts.size());
    }

    private static ByteString join(List<ByteString> parts, int from, int to) {
        if (to - from == 1) {
            return parts.get(from);
        }
        int middle = (from + to) >>> 1;
        return join(join(parts, from, middle), join(parts, middle, to));
    }

    /// The bytes `[from, to)` of `s`, which are not none.
    static ByteString range(ByteString s, int from, int to) {
        while (to - from < s.size) {
            switch (s) {
                case Fragment fragment -> {
                    return Fragment.over(fragment.array, fragment.offset + from, to - from);
                }
                case Rope rope -> {
                    int middle = rope.left.size;
                    if (to <= middle) {
                        s = rope.left;
                    } else if (from < middle) {
                        return link(range(rope.left, from, middle), range(rope.right, 0, to - middle));
                    } else {
                        s = rope.right;
                        from -= middle;
                        to -= middle;
                    }
                }
            }
        }
        return s;
    }

    /// Puts the bytes `[from, to)` into the target, which has room for them.
    static void copy(ByteString s, int from, int to, ByteBuffer target) {
        switch (s) {
            case Fragment fragment -> target.put(fragment.array, fragment.offset + from, to - from);
            case Rope rope -> {
                int middle = rope.left.size;
                if (from < middle) {
                    copy(rope.left, from, Math.min(to, middle), target);
                }
                if (to > middle) {
                    copy(rope.right, Math.max(from - middle, 0), to - middle, target);
                }
            }
        }
    }

    static Fragment first(ByteString s) {
        while (s instanceof Rope rope) {
            s = rope.left;
        }
        return (Fragment) s;
    }

    static Fragment last(ByteString s) {
        while (s instanceof Rope rope) {
            s = rope.right;
        }
        return (Fragment) s;
    }

    private static ByteString withFirst(ByteString s, Fragment first) {
        return s instanceof Rope rope ? new Rope(withFirst(rope.left, first), rope.right) : first;
    }

    private static ByteString withLast(ByteString s, Fragment last) {
        return s instanceof Rope rope ? new Rope(rope.left, withLast(rope.right, last)) : last;
    }

    /// Joins at the root, which may become lopsided.
    static Rope attach(ByteString l, ByteString r) {
        if (l instanceof Rope rope && rope.right.height < END_HEIGHT && r.height <= rope.right.height) {
            return new Rope(rope.left, link(rope.right, settled(r)));
        }
        if (r instanceof Rope rope && rope.left.height < END_HEIGHT && l.height <= rope.left.height) {
            return new Rope(link(settled(l), rope.left), rope.right);
        }
        return new Rope(settled(l), settled(r));
    }

    /// The same bytes as a tree that is balanced at the root, too.
    private static ByteString settled(ByteString s) {
        return s instanceof Rope rope && Math.abs(rope.left.height - rope.right.height) > 1
                ? link(rope.left, rope.right)
                : s;
    }

    /// Joins two balanced trees to a balanced one: the lower goes down the facing spine of the higher, O(difference
    /// of heights).
    private static Rope link(ByteString l, ByteString r) {
        if (l instanceof Rope rope && l.height > r.height + 1) {
            return balance(rope.left, link(rope.right, r));
        }
        if (r instanceof Rope rope && r.height > l.height + 1) {
            return balance(link(l, rope.left), rope.right);
        }
        return new Rope(l, r);
    }

    /// A balanced node over two balanced trees whose heights differ by at most two: the rotations of the AVL tree.
    private static Rope balance(ByteString l, ByteString r) {
        if (l instanceof Rope rope && l.height > r.height + 1) {
            return rope.right instanceof Rope inner && inner.height > rope.left.height
                    ? new Rope(new Rope(rope.left, inner.left), new Rope(inner.right, r))
                    : new Rope(rope.left, new Rope(rope.right, r));
        }
        if (r instanceof Rope rope && r.height > l.height + 1) {
            return rope.left instanceof Rope inner && inner.height > rope.right.height
                    ? new Rope(new Rope(l, inner.left), new Rope(inner.right, rope.right))
                    : new Rope(new Rope(l, rope.left), rope.right);
        }
        return new Rope(l, r);
    }
}
