package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteStringBuilder;
import java.io.IOException;

/// Turns items into frames. An encoder belongs to one connection, and is called on one thread at a time.
@FunctionalInterface
public interface Encoder<T> {
    /// Puts the frame of `item` behind what is in `out`, which is only added to. Nothing of a frame that is
    /// refused is sent.
    ///
    /// @throws IllegalArgumentException if there is no frame for this item, as it is too large
    void encode(T item, ByteStringBuilder out) throws IOException;
}
