package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Frames that all have the same size.
public final class FixedSizeCodec implements Codec<ByteString> {
    private final int frameBytes;

    /// @param frameBytes the size of each frame
    public FixedSizeCodec(int frameBytes) {
        if (frameBytes < 1) {
            throw new IllegalArgumentException("frames of " + frameBytes + " bytes");
        }
        this.frameBytes = frameBytes;
    }

    @Override
    public @Nullable ByteString decode(ByteBuffer in) {
        return in.remaining() < frameBytes ? null : Frames.take(in, frameBytes);
    }

    /// Writes a frame.
    ///
    /// @throws IllegalArgumentException if it does not have the size of all
    @Override
    public void encode(ByteString frame, ByteStringBuilder out) {
        if (frame.size() != frameBytes) {
            throw new IllegalArgumentException("a frame of " + frame.size() + " bytes, where all have " + frameBytes);
        }
        out.put(frame);
    }

    @Override
    public int maxFrameBytes() {
        return frameBytes;
    }
}
