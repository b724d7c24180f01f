package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Finds frames that end with a delimiter, and drops those that are too long, however many reads they come in.
///
/// ```
///             frame longer than the limit
///   SEARCHING ───────────────────────────▶ DISCARDING
///       ▲            its delimiter             │
///       └──────────────────────────────────────┘
/// ```
final class Delimiter {
    private final ByteString bytes;

    /// Whether each byte of [#bytes] ends a frame, or all of them together.
    private final boolean any;

    private final int maxFrameBytes;
    private final String tooLong;

    /// How many bytes at the position hold no delimiter.
    private int searched;

    private boolean discarding;

    private Delimiter(ByteString bytes, boolean any, int maxFrameBytes, String tooLong) {
        if (bytes.isEmpty()) {
            throw new IllegalArgumentException("a delimiter of no bytes");
        }
        if (maxFrameBytes < 1 || maxFrameBytes > 1 << 30) {
            throw new IllegalArgumentException("frames of at most " + maxFrameBytes + " bytes, not in 1..2^30");
        }
        this.bytes = bytes;
        this.any = any;
        this.maxFrameBytes = maxFrameBytes;
        this.tooLong = tooLong;
    }

    /// Frames end with all these bytes in sequence.
    static Delimiter sequence(ByteString bytes, int maxFrameBytes) {
        return new Delimiter(bytes, false, maxFrameBytes, "frame longer than " + maxFrameBytes + " bytes");
    }

    /// Frames end with any one of these bytes.
    static Delimiter anyOf(ByteString bytes, int maxFrameBytes) {
        return new Delimiter(bytes, true, maxFrameBytes, "frame longer than " + maxFrameBytes + " bytes");
    }

    /// Frames are lines, with one byte more for a carriage return.
    static Delimiter lineFeed(int maxLength) {
        return new Delimiter(ByteString.of('\n'), false, maxLength + 1, "line longer than " + maxLength + " bytes");
    }

    int maxFrameBytes() {
        return maxFrameBytes;
    }

    private int size() {
        return any ? 1 : bytes.size();
    }

    /// Whether an item, with what is written after it, would be read as another.
    boolean splits(ByteString item, ByteString separator) {
        return any ? item.indexOfAny(bytes) >= 0 : item.append(separator).indexOf(bytes) < item.size();
    }

    /// Takes a frame and its delimiter.
    ///
    /// @return the bytes of the frame, not a copy of them; null if the delimiter has not come
    @Nullable
    ByteString next(ByteBuffer in) throws FrameException {
        var unread = unread(in);
        if (discarding) {
            int end = find(unread, 0);
            if (end < 0) {
                drop(in, unread);
                return null;
            }
            discarding = false;
            in.position(in.position() + end + size());
            unread = unread.drop(end + size());
        }
        int end = find(unread, searched);
        if (end >= 0 && end <= maxFrameBytes) {
            searched = 0;
            in.position(in.position() + end + size());
            return unread.take(end);
        }
        if (end < 0 && known(unread) <= maxFrameBytes) {
            searched = known(unread);
            return null;
        }
        searched = 0;
        if (end >= 0) {
            in.position(in.position() + end + size());
        } else {
            discarding = true;
            drop(in, unread);
        }
        throw tooLong();
    }

    /// What is left at the end of the input, where no delimiter comes any more.
    ///
    /// @return null if nothing is left
    @Nullable
    ByteString rest(ByteBuffer in) throws FrameException {
        var unread = unread(in);
        in.position(in.limit());
        boolean discarded = discarding;
        discarding = false;
        searched = 0;
        if (unread.isEmpty() || discarded) {
            return null;
        }
        if (unread.size() > maxFrameBytes) {
            throw tooLong();
        }
        return unread;
    }

    FrameException tooLong() {
        return new FrameException(tooLong);
    }

    private int find(ByteString unread, int from) {
        return any ? unread.indexOfAny(bytes, from) : unread.indexOf(bytes, from);
    }

    /// How many bytes belong to the frame for sure: the last ones may be the beginning of a delimiter.
    private int known(ByteString unread) {
        return Math.max(0, unread.size() - size() + 1);
    }

    private void drop(ByteBuffer in, ByteString unread) {
        in.position(in.position() + known(unread));
    }

    private static ByteString unread(ByteBuffer in) {
        return in.hasArray()
                ? ByteString.unsafeWrap(in.array(), in.arrayOffset() + in.position(), in.remaining())
                : ByteString.copyOf(in.duplicate());
    }
}
