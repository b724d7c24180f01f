package dev.sluice.actors;

import dev.sluice.actors.Inet.SocketOption;
import dev.sluice.reactor.MoreSocketOptions;
import java.net.StandardSocketOptions;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/// Options of TCP sockets, for [Tcp.Connect] and [Tcp.Bind]. Of a listener, those that belong to its address or that
/// connections inherit are set before it is bound; the others on each connection. Which transport has which is in
/// [MoreSocketOptions] and in the JDK's documents; one that it does not have fails the command.
public final class TcpSO {
    private TcpSO() {}

    /// SO_KEEPALIVE: whether the system probes an idle peer.
    public static SocketOption keepAlive(boolean on) {
        return new SocketOption(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    /// TCP_KEEPIDLE: how long a connection is idle before the system probes the peer.
    public static SocketOption keepIdle(Duration time) {
        return new SocketOption(ExtendedSocketOptions.TCP_KEEPIDLE, Math.toIntExact(time.toSeconds()));
    }

    /// TCP_KEEPINTVL: the time between two probes.
    public static SocketOption keepInterval(Duration time) {
        return new SocketOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.toIntExact(time.toSeconds()));
    }

    /// TCP_KEEPCNT: how many probes may go without an answer.
    public static SocketOption keepCount(int probes) {
        return new SocketOption(ExtendedSocketOptions.TCP_KEEPCOUNT, probes);
    }

    /// TCP_USER_TIMEOUT: how long sent data may stay without an answer.
    public static SocketOption userTimeout(Duration time) {
        return new SocketOption(MoreSocketOptions.TCP_USER_TIMEOUT, Math.toIntExact(time.toMillis()));
    }

    /// SO_OOBINLINE: whether urgent bytes are read among the others, in place of being dropped.
    public static SocketOption oobInline(boolean on) {
        return new SocketOption(MoreSocketOptions.SO_OOBINLINE, on);
    }

    /// TCP_QUICKACK: whether the system answers what comes at once, until it decides otherwise.
    public static SocketOption quickAck(boolean on) {
        return new SocketOption(ExtendedSocketOptions.TCP_QUICKACK, on);
    }

    /// TCP_CORK: holds partial segments back for up to 200 ms.
    public static SocketOption cork(boolean on) {
        return new SocketOption(MoreSocketOptions.TCP_CORK, on);
    }

    /// TCP_NOTSENT_LOWAT: how many bytes the system takes beyond those that it has sent.
    public static SocketOption notSentLowWater(int bytes) {
        return new SocketOption(MoreSocketOptions.TCP_NOTSENT_LOWAT, bytes);
    }

    /// TCP_NODELAY: whether small writes are sent at once. On if not set.
    public static SocketOption tcpNoDelay(boolean on) {
        return new SocketOption(StandardSocketOptions.TCP_NODELAY, on);
    }

    /// SO_LINGER: how many seconds a close waits for unsent data; 0 resets the connection.
    public static SocketOption linger(int seconds) {
        return new SocketOption(StandardSocketOptions.SO_LINGER, seconds);
    }

    /// SO_RCVBUF, in bytes.
    public static SocketOption receiveBufferSize(int bytes) {
        return new SocketOption(StandardSocketOptions.SO_RCVBUF, positive(bytes, "receive"));
    }

    /// SO_SNDBUF, in bytes.
    public static SocketOption sendBufferSize(int bytes) {
        return new SocketOption(StandardSocketOptions.SO_SNDBUF, positive(bytes, "send"));
    }

    /// SO_REUSEADDR.
    public static SocketOption reuseAddress(boolean on) {
        return new SocketOption(StandardSocketOptions.SO_REUSEADDR, on);
    }

    /// SO_REUSEPORT.
    public static SocketOption reusePort(boolean on) {
        return new SocketOption(StandardSocketOptions.SO_REUSEPORT, on);
    }

    /// IP_TOS or IPV6_TCLASS, 0 to 255.
    public static SocketOption trafficClass(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("traffic class " + value + " is not within 0 to 255");
        }
        return new SocketOption(StandardSocketOptions.IP_TOS, value);
    }

    /// IP_TTL: how many routers a packet may pass, 1 to 255.
    public static SocketOption timeToLive(int hops) {
        return new SocketOption(MoreSocketOptions.IP_TTL, hops);
    }

    /// SO_BINDTODEVICE: the network interface that alone is used, by name. May need a privilege.
    public static SocketOption bindToDevice(String name) {
        return new SocketOption(MoreSocketOptions.SO_BINDTODEVICE, name);
    }

    /// IPV6_V6ONLY: whether an IPv6 address is for IPv6 peers alone.
    public static SocketOption ipv6Only(boolean on) {
        return new SocketOption(MoreSocketOptions.IPV6_V6ONLY, on);
    }

    static int positive(int bytes, String direction) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a " + direction + " buffer of " + bytes + " bytes is not positive");
        }
        return bytes;
    }
}
