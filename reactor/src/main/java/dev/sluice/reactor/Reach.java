package dev.sluice.reactor;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Whom a datagram socket may send to, and how much at once: anybody of its families, or the peer that it is
/// connected to and nobody else. Any thread.
final class Reach {
    /// The largest IP packet without the headers of IP and UDP; the length of an IPv6 packet counts no IP header.
    private static final int LARGEST_OVER_IPV4 = 65_507;

    private static final int LARGEST_OVER_IPV6 = 65_527;

    /// Whether the socket knows no IPv6.
    private final boolean ipv4Only;

    /// The connected peer, never changed once it is stored here.
    private volatile @Nullable Peer connected;

    Reach(boolean ipv4Only) {
        this.ipv4Only = ipv4Only;
    }

    @Nullable
    Peer connected() {
        return connected;
    }

    void connect(@Nullable Peer peer) {
        connected = peer;
    }

    /// The address that a datagram to `to` needs: none if that is the connected peer.
    @Nullable
    Peer address(Peer to) {
        var peer = connected;
        require(to, peer);
        return peer == null ? to : null;
    }

    /// The same for datagrams that may leave the address out when there is a connected peer.
    @Nullable
    Peer addressIfGiven(Peer to) {
        var peer = connected;
        requireIfGiven(to, peer);
        return peer == null ? to : null;
    }

    /// Sees to it that each datagram of a batch that is left can be sent.
    ///
    /// @return the connected peer, to which they go then without an address
    @Nullable
    Peer requireSendable(Datagrams batch) {
        var peer = connected;
        Peer last = null;
        for (int i = batch.first(); i < batch.size(); i++) {
            var to = batch.peer(i);
            if (to != last) {
                requireIfGiven(to, peer);
                last = to;
            }
            requireLength(batch.stored(i), to);
        }
        return peer;
    }

    private void requireIfGiven(Peer to, @Nullable Peer peer) {
        if (peer == null || !to.isEmpty()) {
            require(to, peer);
        }
    }

    private void require(Peer to, @Nullable Peer peer) {
        if (peer == null) {
            requireReachable(to);
        } else if (!peer.equals(to)) {
            throw new IllegalStateException(this + " is connected to " + peer + " and cannot send to " + to);
        }
    }

    void requireReachable(Peer to) {
        if (to.port() == 0) {
            throw new IllegalArgumentException("nothing can be sent to port 0 of " + to);
        }
        if (ipv4Only && !to.isIpv4()) {
            throw new IllegalArgumentException(this + " is bound to an IPv4 address and cannot send to " + to);
        }
    }

    static void requireLength(int length, Peer to) {
        int most = to.isIpv4() ? LARGEST_OVER_IPV4 : LARGEST_OVER_IPV6;
        if (length > most) {
            throw new IllegalArgumentException(
                    length + " bytes are longer than a datagram to " + to + " can be, which is " + most);
        }
    }

    /// Whether a multicast group can be joined for datagrams of `source`, or of anybody if that is null.
    void requireJoinable(InetAddress group, @Nullable InetAddress source) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException(group.getHostAddress() + " is not a multicast address");
        }
        if (ipv4Only && group instanceof Inet6Address) {
            throw new IllegalArgumentException(
                    this + " is bound to an IPv4 address and cannot join " + group.getHostAddress());
        }
        if (source != null && source instanceof Inet6Address != group instanceof Inet6Address) {
            throw new IllegalArgumentException("source " + source.getHostAddress() + " and group "
                    + group.getHostAddress() + " are of different families");
        }
    }

    @Override
    public String toString() {
        var peer = connected;
        return peer == null ? "datagram socket" : "datagram socket to " + peer;
    }
}
