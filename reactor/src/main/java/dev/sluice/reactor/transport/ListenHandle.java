package dev.sluice.reactor.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A listening socket.
public interface ListenHandle extends Handle {
    /// Begins to listen; the handle has been bound.
    ///
    /// @param backlog how many connections the system may queue until they are accepted; it may cut the number
    void listen(int backlog) throws IOException;

    /// Takes one connection from the queue.
    ///
    /// @param home the poller, of the same transport, that the new handle shall belong to
    /// @return the connection, or null if the queue is empty
    /// @throws OutOfDescriptorsException if the process or the system has no descriptor left
    @Nullable
    StreamHandle accept(Poller home) throws IOException;
}
