package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lines of text. They are read up to `\n` or `\r\n`, which are left out, and written with `\n`. At the end of
/// the input a last line needs no ending.
///
/// A line that is too long is told as a [FrameException] as soon as that is known, what follows up to its end
/// is dropped, and the next line is fine. So is the one after a line whose bytes are not of the charset.
public final class LineCodec implements Codec<String> {
    private static final char REPLACEMENT = '\ufffd';

    private final int maxLength;
    private final Charset charset;
    private final Delimiter lineFeed;

    /// Lines in UTF-8.
    ///
    /// @param maxLength of a line that is read, in bytes, its ending not counted
    public LineCodec(int maxLength) {
        this(maxLength, StandardCharsets.UTF_8);
    }

    /// @param maxLength of a line that is read, in bytes, its ending not counted
    /// @throws IllegalArgumentException if a line feed is not one byte 10 in this charset, as in UTF-16
    public LineCodec(int maxLength, Charset charset) {
        if (maxLength < 1 || maxLength >= 1 << 30) {
            throw new IllegalArgumentException("lines of at most " + maxLength + " bytes, not in 1..2^30");
        }
        if (!Arrays.equals("\r\n".getBytes(charset), new byte[] {'\r', '\n'})) {
            throw new IllegalArgumentException("lines of " + charset + " do not end with the bytes of ASCII");
        }
        this.maxLength = maxLength;
        this.charset = Objects.requireNonNull(charset);
        this.lineFeed = Delimiter.lineFeed(maxLength);
    }

    @Override
    public @Nullable String decode(ByteBuffer in) throws FrameException {
        var line = lineFeed.next(in);
        return line != null ? text(line) : null;
    }

    @Override
    public @Nullable String decodeEnd(ByteBuffer in) throws FrameException {
        var line = decode(in);
        if (line != null) {
            return line;
        }
        var rest = lineFeed.rest(in);
        return rest != null && !(rest.size() == 1 && rest.byteAt(0) == '\r') ? text(rest) : null;
    }

    private String text(ByteString line) throws FrameException {
        int size = line.size();
        var stripped = size > 0 && line.byteAt(size - 1) == '\r' ? line.take(size - 1) : line;
        if (stripped.size() > maxLength) {
            throw lineFeed.tooLong();
        }
        var text = stripped.string(charset);
        return text.indexOf(REPLACEMENT) < 0 ? text : strict(stripped);
    }

    private String strict(ByteString line) throws FrameException {
        try {
            return line.strictString(charset);
        } catch (CharacterCodingException e) {
            throw new FrameException("line of " + line.size() + " bytes is not " + charset, e);
        }
    }

    /// Writes a line; what the charset cannot say is replaced.
    ///
    /// @throws IllegalArgumentException if `line` has a line feed, or a carriage return at its end
    @Override
    public void encode(String line, ByteStringBuilder out) {
        if (line.indexOf('\n') >= 0 || line.endsWith("\r")) {
            throw new IllegalArgumentException("the text has an end of line within: it would be read as other lines");
        }
        out.putString(line, charset).putByte('\n');
    }

    @Override
    public int maxFrameBytes() {
        return lineFeed.maxFrameBytes() + 1;
    }
}
