package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// No frames: the bytes as they come, and what is written as it is.
public final class BytesCodec implements Codec<ByteString> {
    /// A codec that cuts nothing.
    public BytesCodec() {}

    @Override
    public @Nullable ByteString decode(ByteBuffer in) {
        return in.hasRemaining() ? ByteString.copyOf(in) : null;
    }

    @Override
    public void encode(ByteString bytes, ByteStringBuilder out) {
        out.put(bytes);
    }
}
