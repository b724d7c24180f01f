package dev.sluice.sockets;

import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// The write channel has been closed or cancelled on this side.
public final class ClosedWriteChannelException extends ClosedChannelException {
    private static final long serialVersionUID = 1;

    /// @param cause why it was cancelled; null if it was closed
    public ClosedWriteChannelException(@Nullable Throwable cause) {
        initCause(cause);
    }

    @Override
    public String getMessage() {
        return "the write channel is closed";
    }
}
