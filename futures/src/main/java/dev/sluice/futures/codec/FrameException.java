package dev.sluice.futures.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One frame is too long or malformed. It is dropped, and the stream goes on with the next one.
public final class FrameException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param message what is wrong with the frame
    public FrameException(String message) {
        super(message);
    }

    /// @param message what is wrong with the frame
    /// @param cause who says so
    public FrameException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
