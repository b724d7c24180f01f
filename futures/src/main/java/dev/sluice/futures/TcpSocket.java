package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Objects;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// A TCP socket in the making: options first, then [#connect] or [#listen]. Immutable; each method gives a copy
/// with one change.
///
/// @param reactor whose loops the socket lives on; null for the one that polls, or the shared one
/// @param local where to bind; null lets the system choose
/// @param options of this socket; TCP_NODELAY is on unless they say otherwise
/// @param accepted options of the connections that a listener accepts
public record TcpSocket(@Nullable Reactor reactor, @Nullable SocketAddress local, Options options, Options accepted) {
    /// How many connections the system may queue, if not said otherwise.
    static final int BACKLOG = 1024;

    /// A socket without options.
    public static TcpSocket create() {
        return new TcpSocket(null, null, Options.none(), Options.none());
    }

    /// Lives on a loop of this reactor.
    public TcpSocket on(Reactor reactor) {
        return new TcpSocket(Objects.requireNonNull(reactor), local, options, accepted);
    }

    /// Binds to a local address; port 0 lets the system choose one.
    public TcpSocket bind(SocketAddress local) {
        return new TcpSocket(reactor, requireInet(local, "bind", "UnixListener.bind"), options, accepted);
    }

    /// Any option: of [StandardSocketOptions], [ExtendedSocketOptions] or [MoreSocketOptions].
    public <T> TcpSocket option(SocketOption<T> option, T value) {
        return new TcpSocket(reactor, local, options.with(option, value), accepted);
    }

    /// TCP_NODELAY: whether small writes are sent at once. On if not set.
    public TcpSocket noDelay(boolean on) {
        return option(StandardSocketOptions.TCP_NODELAY, on);
    }

    /// SO_KEEPALIVE: whether the system probes an idle peer.
    public TcpSocket keepAlive(boolean on) {
        return option(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    /// Keep-alive probes after `idle`, each `interval`, until `count` had no answer; in whole seconds.
    public TcpSocket keepAlive(Duration idle, Duration interval, int count) {
        return keepAlive(true)
                .option(ExtendedSocketOptions.TCP_KEEPIDLE, Math.toIntExact(idle.toSeconds()))
                .option(ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.toIntExact(interval.toSeconds()))
                .option(ExtendedSocketOptions.TCP_KEEPCOUNT, count);
    }

    /// Gives a peer up that does not answer for about this long, whether the connection is idle or has data under
    /// way: keep-alive and TCP_USER_TIMEOUT together. Not on `nio`, which lacks the latter.
    public TcpSocket deadPeerTimeout(Duration limit) {
        var second = Duration.ofSeconds(1);
        var probe = limit.dividedBy(4).compareTo(second) < 0 ? second : limit.dividedBy(4);
        return keepAlive(probe, probe, 3).option(MoreSocketOptions.TCP_USER_TIMEOUT, Math.toIntExact(limit.toMillis()));
    }

    /// SO_SNDBUF, in bytes.
    public TcpSocket sendBufferSize(int bytes) {
        return option(StandardSocketOptions.SO_SNDBUF, bytes);
    }

    /// SO_RCVBUF, in bytes.
    public TcpSocket receiveBufferSize(int bytes) {
        return option(StandardSocketOptions.SO_RCVBUF, bytes);
    }

    /// SO_LINGER: how many seconds a close waits for unsent data; 0 resets the connection. More than that blocks
    /// the thread that closes.
    public TcpSocket lingerSeconds(int seconds) {
        return option(StandardSocketOptions.SO_LINGER, seconds);
    }

    /// IP_TOS, or the traffic class for IPv6.
    public TcpSocket typeOfService(int value) {
        return option(StandardSocketOptions.IP_TOS, value);
    }

    /// SO_REUSEADDR. On for listeners if not set.
    public TcpSocket reuseAddress(boolean on) {
        return option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    /// SO_REUSEPORT.
    public TcpSocket reusePort(boolean on) {
        return option(StandardSocketOptions.SO_REUSEPORT, on);
    }

    /// An option of the connections that a listener accepts.
    public <T> TcpSocket acceptedOption(SocketOption<T> option, T value) {
        return new TcpSocket(reactor, local, options, accepted.with(option, value));
    }

    /// Connects, when polled. Abandoning ends the attempt for good. Cancel safe: yes.
    public PollFuture<TcpStream> connect(SocketAddress remote) {
        requireInet(remote, "connect", "UnixStream.connect");
        return new Connecting<>(() -> current(reactor).connect(remote, local, options, Duration.ZERO), TcpStream::new);
    }

    /// Begins to listen, with room for 1024 connections that are not accepted yet.
    ///
    /// @throws IllegalStateException if no address was given
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public TcpListener listen() throws IOException {
        return listen(BACKLOG);
    }

    /// Begins to listen.
    ///
    /// @param backlog how many connections the system may queue until they are accepted
    /// @throws IllegalStateException if no address was given
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public TcpListener listen(int backlog) throws IOException {
        if (local == null) {
            throw new IllegalStateException("listen needs an address: call bind first");
        }
        return new TcpListener(listen(local, backlog));
    }

    /// A name may have several addresses: the first that can be had.
    private ListenSocket listen(SocketAddress address, int backlog) throws IOException {
        var reactor = current(this.reactor);
        if (!(address instanceof InetSocketAddress inet) || !inet.isUnresolved()) {
            return reactor.listen(address, backlog, options, accepted);
        }
        IOException last = null;
        for (var one : InetAddress.getAllByName(inet.getHostString())) {
            try {
                return reactor.listen(new InetSocketAddress(one, inet.getPort()), backlog, options, accepted);
            } catch (IOException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
            }
        }
        throw Objects.requireNonNull(last);
    }

    private static SocketAddress requireInet(SocketAddress address, String call, String instead) {
        if (Objects.requireNonNull(address) instanceof InetSocketAddress) {
            return address;
        }
        throw new IllegalArgumentException(call + " of a TCP socket cannot take " + address + ": use " + instead);
    }

    /// The reactor given, else the one that polls, else the shared one.
    static Reactor current(@Nullable Reactor given) {
        if (given != null) {
            return given;
        }
        var loop = EventLoop.current();
        return loop != null ? loop.reactor() : Reactor.shared();
    }
}
