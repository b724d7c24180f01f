package dev.sluice.reactor.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What one operating-system mechanism can do: open pollers, and through them sockets, or say why it is not
/// available.
///
/// Implementations are found by [java.util.ServiceLoader], have no state and may be used from any thread.
public interface Transport {
    /// The name users choose it by, such as `linux` or `nio`.
    String name();

    /// Among the available transports, the one with the highest preference is chosen automatically.
    int preference();

    /// Why this transport cannot be used here, with what to do about it; null when it can.
    @Nullable
    String unavailable();

    /// Whether a socket can have a [UnixName].
    default boolean hasUnixNames() {
        return false;
    }

    /// A new poller, for one event loop.
    ///
    /// @throws IOException if the system gives none, for example because the process has too many open files
    Poller openPoller() throws IOException;
}
