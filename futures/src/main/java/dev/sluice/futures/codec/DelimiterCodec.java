package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Frames with a delimiter between them, which is not part of them. At the end of the input the last frame
/// needs none; an empty one there is no frame.
///
/// A frame that is too long is told as a [FrameException] as soon as that is known, what follows up to its end
/// is dropped, and the next frame is fine.
public final class DelimiterCodec implements Codec<ByteString> {
    private final Delimiter delimiter;
    private final ByteString separator;

    private DelimiterCodec(Delimiter delimiter, ByteString separator) {
        this.delimiter = delimiter;
        this.separator = Objects.requireNonNull(separator);
    }

    /// Frames that end with `delimiter`, all of its bytes in sequence.
    ///
    /// @param maxFrameBytes of a frame that is read, without the delimiter
    public static DelimiterCodec sequence(ByteString delimiter, int maxFrameBytes) {
        return new DelimiterCodec(Delimiter.sequence(delimiter, maxFrameBytes), delimiter);
    }

    /// Frames that end with a comma, a semicolon, `\n` or `\r`, and are written with a comma.
    ///
    /// @param maxFrameBytes of a frame that is read
    public static DelimiterCodec anyOf(int maxFrameBytes) {
        return anyOf(ByteString.fromUtf8(",;\n\r"), ByteString.of(','), maxFrameBytes);
    }

    /// Frames that end with any one byte of `delimiters`.
    ///
    /// @param separator what is written after each frame
    /// @param maxFrameBytes of a frame that is read
    public static DelimiterCodec anyOf(ByteString delimiters, ByteString separator, int maxFrameBytes) {
        return new DelimiterCodec(Delimiter.anyOf(delimiters, maxFrameBytes), separator);
    }

    @Override
    public @Nullable ByteString decode(ByteBuffer in) throws FrameException {
        return copy(delimiter.next(in));
    }

    @Override
    public @Nullable ByteString decodeEnd(ByteBuffer in) throws FrameException {
        var frame = decode(in);
        return frame != null ? frame : copy(delimiter.rest(in));
    }

    private static @Nullable ByteString copy(@Nullable ByteString frame) {
        return frame != null ? ByteString.unsafeWrap(frame.toByteArray()) : null;
    }

    /// Writes a frame and the separator.
    ///
    /// @throws IllegalArgumentException if `frame` holds a delimiter, or makes one with the separator
    @Override
    public void encode(ByteString frame, ByteStringBuilder out) {
        if (delimiter.splits(frame, separator)) {
            throw new IllegalArgumentException("the frame holds a delimiter: it would be read as several");
        }
        out.put(frame).put(separator);
    }

    @Override
    public int maxFrameBytes() {
        return delimiter.maxFrameBytes() + separator.size();
    }
}
