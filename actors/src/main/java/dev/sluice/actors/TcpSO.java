package dev.sluice.actors;

import dev.sluice.actors.Inet.SocketOption;
import dev.sluice.reactor.MoreSocketOptions;
import java.net.StandardSocketOptions;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/// Options of TCP sockets, for [Tcp.Connect] and [Tcp.Bind].
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

    static int positive(int bytes, String direction) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a " + direction + " buffer of " + bytes + " bytes is not positive");
        }
        return bytes;
    }
}
