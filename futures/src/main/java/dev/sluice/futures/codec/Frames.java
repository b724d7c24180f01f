package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import java.nio.ByteBuffer;

/// Frames of a known size.
final class Frames {
    private Frames() {}

    /// Takes a copy of the next `size` bytes.
    static ByteString take(ByteBuffer in, int size) {
        byte[] frame = new byte[size];
        in.get(frame);
        return ByteString.unsafeWrap(frame);
    }
}
