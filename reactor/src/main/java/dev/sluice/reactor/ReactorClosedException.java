package dev.sluice.reactor;

import java.nio.channels.AsynchronousCloseException;

/// The reactor that an operation needs has been closed: its sockets are closed and its loops have stopped.
public final class ReactorClosedException extends AsynchronousCloseException {
    private static final long serialVersionUID = 1;

    private final String reactor;

    /// @param reactor the reactor's name
    public ReactorClosedException(String reactor) {
        this.reactor = reactor;
    }

    @Override
    public String getMessage() {
        return "reactor " + reactor + " is closed";
    }
}
