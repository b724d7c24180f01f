package dev.sluice.sockets;

import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Objects;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// How a connection is made and kept: options of the system, and time limits. Immutable; each method gives a copy
/// with one change. A time limit of zero is none.
///
/// @param system options that are set on the socket before it is used; what is not among them is left to the
///     system, but TCP_NODELAY, which is on
/// @param localAddress where to connect from; null lets the system choose
/// @param connectTimeout how long resolving the name and connecting may take in all
/// @param readTimeout how long a read waits for a byte; then it throws, and the socket can be used on
/// @param writeTimeout how long a write waits until the system takes a byte; then it throws, and the socket can
///     be used on
/// @param socketTimeout like `readTimeout` and `writeTimeout`, but the socket is closed
/// @param closeTimeout how long a close may take to flush what was written
/// @param closeOnInterrupt whether interrupting a thread in an operation closes the socket, as the JDK's channels
///     do
public record TcpOptions(
        Options system,
        @Nullable SocketAddress localAddress,
        Duration connectTimeout,
        Duration readTimeout,
        Duration writeTimeout,
        Duration socketTimeout,
        Duration closeTimeout,
        boolean closeOnInterrupt) {

    private static final Duration NONE = Duration.ZERO;

    /// No options but a close within five seconds.
    public static final TcpOptions DEFAULT =
            new TcpOptions(Options.none(), null, NONE, NONE, NONE, NONE, Duration.ofSeconds(5), false);

    /// Checks that no time limit is negative.
    public TcpOptions {
        Objects.requireNonNull(system);
        for (var limit : new Duration[] {connectTimeout, readTimeout, writeTimeout, socketTimeout, closeTimeout}) {
            if (limit.isNegative()) {
                throw new IllegalArgumentException("time limit " + limit + " is negative");
            }
        }
    }

    /// Any option of the system: of [StandardSocketOptions], [ExtendedSocketOptions] or [MoreSocketOptions].
    public <T> TcpOptions option(SocketOption<T> option, T value) {
        return withSystem(system.with(option, value));
    }

    /// TCP_NODELAY: whether small writes are sent at once. On if not set.
    public TcpOptions noDelay(boolean on) {
        return option(StandardSocketOptions.TCP_NODELAY, on);
    }

    /// SO_KEEPALIVE: whether the system probes an idle peer.
    public TcpOptions keepAlive(boolean on) {
        return option(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    /// Keep-alive probes after `idle`, each `interval`, until `count` had no answer.
    public TcpOptions keepAlive(Duration idle, Duration interval, int count) {
        return keepAlive(true)
                .option(ExtendedSocketOptions.TCP_KEEPIDLE, Math.toIntExact(idle.toSeconds()))
                .option(ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.toIntExact(interval.toSeconds()))
                .option(ExtendedSocketOptions.TCP_KEEPCOUNT, count);
    }

    /// Gives a peer up that does not answer for about this long, whether the connection is idle or has data under
    /// way: keep-alive and TCP_USER_TIMEOUT together. On `nio`, which lacks the latter, `bind` or `connect` throw
    /// [UnsupportedOperationException].
    public TcpOptions deadPeerTimeout(Duration limit) {
        var probe =
                limit.dividedBy(4).compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : limit.dividedBy(4);
        return keepAlive(probe, probe, 3).option(MoreSocketOptions.TCP_USER_TIMEOUT, Math.toIntExact(limit.toMillis()));
    }

    /// SO_SNDBUF, in bytes.
    public TcpOptions sendBufferSize(int bytes) {
        return option(StandardSocketOptions.SO_SNDBUF, positive(bytes));
    }

    /// SO_RCVBUF, in bytes.
    public TcpOptions receiveBufferSize(int bytes) {
        return option(StandardSocketOptions.SO_RCVBUF, positive(bytes));
    }

    static int positive(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(
                    "a buffer of " + bytes + " bytes: leave the option out to have the system choose");
        }
        return bytes;
    }

    /// SO_LINGER: how many seconds a close waits for unsent data; 0 resets the connection.
    public TcpOptions lingerSeconds(int seconds) {
        return option(StandardSocketOptions.SO_LINGER, seconds);
    }

    /// IP_TOS, or the traffic class for IPv6.
    public TcpOptions typeOfService(int value) {
        return option(StandardSocketOptions.IP_TOS, value);
    }

    /// SO_REUSEADDR.
    public TcpOptions reuseAddress(boolean on) {
        return option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    /// SO_REUSEPORT.
    public TcpOptions reusePort(boolean on) {
        return option(StandardSocketOptions.SO_REUSEPORT, on);
    }

    private TcpOptions withSystem(Options changed) {
        return new TcpOptions(
                changed,
                localAddress,
                connectTimeout,
                readTimeout,
                writeTimeout,
                socketTimeout,
                closeTimeout,
                closeOnInterrupt);
    }

    /// Where to connect from.
    public TcpOptions localAddress(@Nullable SocketAddress address) {
        return new TcpOptions(
                system,
                address,
                connectTimeout,
                readTimeout,
                writeTimeout,
                socketTimeout,
                closeTimeout,
                closeOnInterrupt);
    }

    /// How long resolving the name and connecting may take in all; zero for as long as the system tries.
    public TcpOptions connectTimeout(Duration limit) {
        return new TcpOptions(
                system, localAddress, limit, readTimeout, writeTimeout, socketTimeout, closeTimeout, closeOnInterrupt);
    }

    /// How long a read waits for a byte; zero for no limit.
    public TcpOptions readTimeout(Duration limit) {
        return new TcpOptions(
                system,
                localAddress,
                connectTimeout,
                limit,
                writeTimeout,
                socketTimeout,
                closeTimeout,
                closeOnInterrupt);
    }

    /// How long a write waits until the system takes a byte; zero for no limit.
    public TcpOptions writeTimeout(Duration limit) {
        return new TcpOptions(
                system,
                localAddress,
                connectTimeout,
                readTimeout,
                limit,
                socketTimeout,
                closeTimeout,
                closeOnInterrupt);
    }

    /// How long a read or write waits for a byte before it closes the socket; zero for no limit.
    public TcpOptions socketTimeout(Duration limit) {
        return new TcpOptions(
                system, localAddress, connectTimeout, readTimeout, writeTimeout, limit, closeTimeout, closeOnInterrupt);
    }

    /// How long a close may take to flush what was written; zero for no limit.
    public TcpOptions closeTimeout(Duration limit) {
        return new TcpOptions(
                system,
                localAddress,
                connectTimeout,
                readTimeout,
                writeTimeout,
                socketTimeout,
                limit,
                closeOnInterrupt);
    }

    /// Whether an interrupt closes the socket.
    public TcpOptions closeOnInterrupt(boolean on) {
        return new TcpOptions(
                system, localAddress, connectTimeout, readTimeout, writeTimeout, socketTimeout, closeTimeout, on);
    }
}
