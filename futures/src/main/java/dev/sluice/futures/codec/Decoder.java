package dev.sluice.futures.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of bytes into frames.
///
/// A decoder belongs to one connection, as it may remember how far it has looked. It is called by whoever
/// polls, on one thread at a time. A frame has memory of its own: the buffer it was cut from is used again.
@FunctionalInterface
public interface Decoder<T> {
    /// Takes the next frame from `in`, whose position moves behind it.
    ///
    /// What it does not take will be there again, at the position, with more behind it. So a decoder that gives
    /// null leaves what it has not dealt with, and may remember how many bytes of it need not be looked at
    /// again.
    ///
    /// @param in all bytes that have come and were not taken, in an array of the heap; not to be kept
    /// @return null if more bytes are needed
    /// @throws FrameException if one frame is bad, and `in` has been moved on as far as that is known; the
    ///     stream goes on
    /// @throws IOException if the bytes make no sense from here on
    @Nullable
    T decode(ByteBuffer in) throws IOException;

    /// Takes a frame from what is left when the input has ended. Called until it gives null.
    ///
    /// Unless it is overridden: [#decode], and a failure if bytes are left over that make no frame.
    ///
    /// @throws EOFException if the input ends within a frame
    default @Nullable T decodeEnd(ByteBuffer in) throws IOException {
        var frame = decode(in);
        if (frame == null && in.hasRemaining()) {
            throw new EOFException("bytes remaining on stream: " + in.remaining() + " that make no frame");
        }
        return frame;
    }

    /// How many bytes may lie there without making a frame; with more the stream fails. 1 MiB unless
    /// overridden.
    default int maxFrameBytes() {
        return 1 << 20;
    }
}
