package dev.sluice.sockets;

import dev.sluice.reactor.Options;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a datagram socket is like: options of the system, and time limits. Immutable; each method gives a copy
/// with one change. A time limit of zero is none.
///
/// @param system options that are set on the socket before it is bound; what is not among them is left to the
///     system
/// @param localAddress where a socket that is connected sends from; null lets the system choose
/// @param readTimeout how long a receive waits for a datagram; then it throws, and the socket can be used on
/// @param writeTimeout how long a send waits until the system takes a datagram; then it throws, and the socket
///     can be used on
/// @param closeOnInterrupt whether interrupting a thread in an operation closes the socket, as the JDK's
///     channels do
public record UdpOptions(
        Options system,
        @Nullable SocketAddress localAddress,
        Duration readTimeout,
        Duration writeTimeout,
        boolean closeOnInterrupt) {

    /// No options.
    public static final UdpOptions DEFAULT = new UdpOptions(Options.none(), null, Duration.ZERO, Duration.ZERO, false);

    /// Checks that no time limit is negative.
    public UdpOptions {
        Objects.requireNonNull(system);
        for (var limit : new Duration[] {readTimeout, writeTimeout}) {
            if (limit.isNegative()) {
                throw new IllegalArgumentException("time limit " + limit + " is negative");
            }
        }
    }

    /// Any option of the system: of [StandardSocketOptions], [jdk.net.ExtendedSocketOptions] or
    /// [dev.sluice.reactor.MoreSocketOptions].
    public <T> UdpOptions option(SocketOption<T> option, T value) {
        return new UdpOptions(system.with(option, value), localAddress, readTimeout, writeTimeout, closeOnInterrupt);
    }

    /// SO_BROADCAST: whether datagrams may go to a broadcast address.
    public UdpOptions broadcast(boolean on) {
        return option(StandardSocketOptions.SO_BROADCAST, on);
    }

    /// SO_SNDBUF, in bytes.
    public UdpOptions sendBufferSize(int bytes) {
        return option(StandardSocketOptions.SO_SNDBUF, TcpOptions.positive(bytes));
    }

    /// SO_RCVBUF, in bytes: what comes while it is full is dropped.
    public UdpOptions receiveBufferSize(int bytes) {
        return option(StandardSocketOptions.SO_RCVBUF, TcpOptions.positive(bytes));
    }

    /// IP_TOS, or the traffic class for IPv6.
    public UdpOptions typeOfService(int value) {
        return option(StandardSocketOptions.IP_TOS, value);
    }

    /// SO_REUSEADDR: for a multicast address, whether several sockets may have the port.
    public UdpOptions reuseAddress(boolean on) {
        return option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    /// SO_REUSEPORT: whether several sockets may have the port and share what comes.
    public UdpOptions reusePort(boolean on) {
        return option(StandardSocketOptions.SO_REUSEPORT, on);
    }

    /// IP_MULTICAST_IF: where what is sent to a group leaves this host.
    public UdpOptions multicastInterface(NetworkInterface on) {
        return option(StandardSocketOptions.IP_MULTICAST_IF, on);
    }

    /// IP_MULTICAST_TTL: how many routers what is sent to a group may pass; 0 keeps it on this host.
    public UdpOptions multicastTimeToLive(int hops) {
        return option(StandardSocketOptions.IP_MULTICAST_TTL, hops);
    }

    /// IP_MULTICAST_LOOP: whether what is sent to a group is heard on this host, too. On if not set.
    public UdpOptions multicastLoop(boolean on) {
        return option(StandardSocketOptions.IP_MULTICAST_LOOP, on);
    }

    /// Where a socket that is connected sends from.
    public UdpOptions localAddress(@Nullable SocketAddress address) {
        return new UdpOptions(system, address, readTimeout, writeTimeout, closeOnInterrupt);
    }

    /// How long a receive waits for a datagram; zero for no limit.
    public UdpOptions readTimeout(Duration limit) {
        return new UdpOptions(system, localAddress, limit, writeTimeout, closeOnInterrupt);
    }

    /// How long a send waits until the system takes a datagram; zero for no limit.
    public UdpOptions writeTimeout(Duration limit) {
        return new UdpOptions(system, localAddress, readTimeout, limit, closeOnInterrupt);
    }

    /// Whether an interrupt closes the socket.
    public UdpOptions closeOnInterrupt(boolean on) {
        return new UdpOptions(system, localAddress, readTimeout, writeTimeout, on);
    }
}
