package dev.sluice.actors;

import dev.sluice.actors.Inet.SocketOption;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;

/// Options of UDP sockets, for [Udp.Bind], [Udp.SimpleSender] and [UdpConnected.Connect].
public final class UdpSO {
    private UdpSO() {}

    /// SO_BROADCAST: whether datagrams may be sent to broadcast addresses.
    public static SocketOption broadcast(boolean on) {
        return new SocketOption(StandardSocketOptions.SO_BROADCAST, on);
    }

    /// SO_RCVBUF, in bytes: what comes while it is full is lost.
    public static SocketOption receiveBufferSize(int bytes) {
        return TcpSO.receiveBufferSize(bytes);
    }

    /// SO_SNDBUF, in bytes.
    public static SocketOption sendBufferSize(int bytes) {
        return TcpSO.sendBufferSize(bytes);
    }

    /// SO_REUSEADDR: among others, lets several sockets receive the same multicast datagrams.
    public static SocketOption reuseAddress(boolean on) {
        return TcpSO.reuseAddress(on);
    }

    /// SO_REUSEPORT: several sockets share a port, and the system spreads what comes over them.
    public static SocketOption reusePort(boolean on) {
        return TcpSO.reusePort(on);
    }

    /// IP_TOS or IPV6_TCLASS, 0 to 255.
    public static SocketOption trafficClass(int value) {
        return TcpSO.trafficClass(value);
    }

    /// IP_TTL: how many routers a datagram may pass, 1 to 255.
    public static SocketOption timeToLive(int hops) {
        return TcpSO.timeToLive(hops);
    }

    /// SO_BINDTODEVICE: the network interface that alone is used, by name. May need a privilege.
    public static SocketOption bindToDevice(String name) {
        return TcpSO.bindToDevice(name);
    }

    /// IPV6_V6ONLY: whether an IPv6 address is for IPv6 peers alone.
    public static SocketOption ipv6Only(boolean on) {
        return TcpSO.ipv6Only(on);
    }

    /// IP_DONTFRAGMENT: whether a datagram that is too long for the way fails, in place of being cut.
    public static SocketOption dontFragment(boolean on) {
        return new SocketOption(ExtendedSocketOptions.IP_DONTFRAGMENT, on);
    }

    /// Joins a multicast group on an interface, once the socket is bound: what anybody sends to the group is
    /// received. May be given several times.
    public static SocketOption join(InetAddress group, NetworkInterface on) {
        return new SocketOption(Inet.JOIN, new Inet.Group(group, on, null));
    }

    /// Joins a multicast group on an interface for what `source` sends to it, RFC 4607.
    public static SocketOption join(InetAddress group, NetworkInterface on, InetAddress source) {
        return new SocketOption(Inet.JOIN, new Inet.Group(group, on, source));
    }

    /// IP_MULTICAST_IF: the interface that datagrams to groups leave by.
    public static SocketOption multicastInterface(NetworkInterface by) {
        return new SocketOption(StandardSocketOptions.IP_MULTICAST_IF, by);
    }

    /// IP_MULTICAST_TTL: how many routers a datagram to a group may pass; 0 keeps it on this host.
    public static SocketOption multicastTimeToLive(int hops) {
        return new SocketOption(StandardSocketOptions.IP_MULTICAST_TTL, hops);
    }

    /// IP_MULTICAST_LOOP: whether sockets of this host receive what this host sends to a group.
    public static SocketOption multicastLoop(boolean on) {
        return new SocketOption(StandardSocketOptions.IP_MULTICAST_LOOP, on);
    }
}
