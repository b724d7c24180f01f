package dev.sluice.reactor.transport;

import java.net.SocketException;

/// The process (`EMFILE`) or the system (`ENFILE`) has no file descriptor left.
public final class OutOfDescriptorsException extends SocketException {
    private static final long serialVersionUID = 1;

    /// @param message which of the two limits was met, in the system's words
    public OutOfDescriptorsException(String message) {
        super(message);
    }
}
