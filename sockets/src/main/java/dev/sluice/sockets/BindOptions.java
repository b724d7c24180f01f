package dev.sluice.sockets;

import dev.sluice.reactor.Options;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// How a server socket is bound, and what its connections get. Immutable; each method gives a copy with one
/// change.
///
/// @param backlog how many connections the system may queue until they are accepted
/// @param system options of the listening socket; SO_REUSEADDR is on unless they say otherwise
/// @param accepted options of the connections
public record BindOptions(int backlog, Options system, TcpOptions accepted) {
    /// A backlog of 511, and nothing else.
    public static final BindOptions DEFAULT = new BindOptions(511, Options.none(), TcpOptions.DEFAULT);

    /// Checks the backlog.
    public BindOptions {
        Objects.requireNonNull(system);
        Objects.requireNonNull(accepted);
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog " + backlog + " is less than 1");
        }
    }

    /// How many connections the system may queue until they are accepted.
    public BindOptions backlog(int connections) {
        return new BindOptions(connections, system, accepted);
    }

    /// Any option of the listening socket.
    public <T> BindOptions option(SocketOption<T> option, T value) {
        return new BindOptions(backlog, system.with(option, value), accepted);
    }

    /// SO_REUSEADDR.
    public BindOptions reuseAddress(boolean on) {
        return option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    /// SO_REUSEPORT: whether several sockets may listen on the port and share its connections.
    public BindOptions reusePort(boolean on) {
        return option(StandardSocketOptions.SO_REUSEPORT, on);
    }

    /// Options of the connections, such as `a -> a.keepAlive(true).readTimeout(Duration.ofSeconds(30))`.
    public BindOptions accepted(UnaryOperator<TcpOptions> change) {
        return new BindOptions(backlog, system, change.apply(accepted));
    }
}
