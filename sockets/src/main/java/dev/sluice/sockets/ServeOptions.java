package dev.sluice.sockets;

import java.time.Duration;
import java.util.function.BiConsumer;

/// How [ServerSocket#serve] runs its handlers. Immutable; each method gives a copy with one change.
///
/// @param maxConnections how many handlers run at the same time; while there are so many, nothing is accepted and
///     connections wait in the backlog
/// @param grace how long a close waits for the handlers that run before it interrupts them
/// @param onFailure told what a handler has thrown, on the handler's thread, before its socket is closed; or that
///     the close could not send what the handler had written
public record ServeOptions(int maxConnections, Duration grace, BiConsumer<Socket, Exception> onFailure) {
    /// Ten thousand connections, five seconds, and failures logged: at debug level those of the network.
    public static final ServeOptions DEFAULT = new ServeOptions(10_000, Duration.ofSeconds(5), Server::log);

    /// Checks the numbers.
    public ServeOptions {
        if (maxConnections < 1) {
            throw new IllegalArgumentException(maxConnections + " connections are less than 1");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace " + grace + " is negative");
        }
    }

    /// How many handlers run at the same time.
    public ServeOptions maxConnections(int connections) {
        return new ServeOptions(connections, grace, onFailure);
    }

    /// How long a close waits for the handlers that run.
    public ServeOptions grace(Duration limit) {
        return new ServeOptions(maxConnections, limit, onFailure);
    }

    /// What is told of a handler's failure.
    public ServeOptions onFailure(BiConsumer<Socket, Exception> listener) {
        return new ServeOptions(maxConnections, grace, listener);
    }
}
