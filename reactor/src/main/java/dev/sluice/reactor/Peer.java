package dev.sluice.reactor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where a datagram came from, or goes to: an address and a port in a holder that is used again, so that no
/// datagram costs an object. Empty until it is set.
///
/// An IPv4 address and its mapped IPv6 form (RFC 4291, 2.5.5.2) are the same peer. Two holders are equal when
/// they hold the same; one that serves as a key must be a [copy][#set(Peer)] that nobody changes. No name is ever
/// looked up. Not for several threads at once.
public final class Peer {
    private static final int EMPTY = -1;

    /// Upper half of the lower eight bytes of an IPv4 address in its mapped form.
    private static final long MAPPED = 0xffff;

    /// The address in its IPv6 form, network byte order.
    private long high;

    private long low;

    /// Index of the interface that a link-local address belongs to; 0 for none.
    private int scope;

    private int port = EMPTY;

    /// The same as an object, if somebody has given or asked for one.
    private @Nullable InetSocketAddress address;

    /// Holds nothing.
    public Peer() {}

    /// A holder of this address.
    ///
    /// @throws IllegalArgumentException if the address has a name that is not resolved
    public static Peer of(InetSocketAddress address) {
        return new Peer().set(address);
    }

    /// Takes the address of an object over.
    ///
    /// @throws IllegalArgumentException if the address has a name that is not resolved
    public Peer set(InetSocketAddress from) {
        if (from == address) {
            return this;
        }
        var ip = from.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException("[X-302] host \"" + from.getHostString() + "\" is not resolved");
        }
        var bytes = ByteBuffer.wrap(ip.getAddress());
        if (bytes.remaining() == Integer.BYTES) {
            setIpv4(bytes.getInt(), from.getPort());
        } else {
            int scope = ip instanceof Inet6Address six ? six.getScopeId() : 0;
            setIpv6(bytes.getLong(), bytes.getLong(), scope, from.getPort());
        }
        address = from;
        return this;
    }

    /// Takes the address of another holder over.
    public Peer set(Peer from) {
        high = from.high;
        low = from.low;
        scope = from.scope;
        port = from.port;
        address = from.address;
        return this;
    }

    /// Holds an IPv4 address.
    ///
    /// @param ip the four bytes, the first one highest
    public void setIpv4(int ip, int port) {
        setIpv6(0, MAPPED << 32 | Integer.toUnsignedLong(ip), 0, port);
    }

    /// Holds an IPv6 address.
    ///
    /// @param high the first eight bytes, the first one highest
    /// @param low the last eight bytes
    /// @param scope index of the interface that a link-local address belongs to; 0 for none
    public void setIpv6(long high, long low, int scope, int port) {
        if (!holds(high, low, scope, port)) {
            this.high = high;
            this.low = low;
            this.scope = scope;
            this.port = port;
            address = null;
        }
    }

    private boolean holds(long high, long low, int scope, int port) {
        return this.low == low && this.port == port && this.high == high && this.scope == scope;
    }

    /// Holds nothing again.
    public void clear() {
        setIpv6(0, 0, 0, EMPTY);
    }

    /// Whether nothing is held.
    public boolean isEmpty() {
        return port == EMPTY;
    }

    /// Whether the address is one of IPv4.
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == MAPPED;
    }

    /// The four bytes of an IPv4 address, the first one highest.
    public int ipv4() {
        return (int) low;
    }

    /// The first eight bytes of the IPv6 address, or of the mapped form of the IPv4 one.
    public long high() {
        return high;
    }

    /// The last eight bytes of the IPv6 address, or of the mapped form of the IPv4 one.
    public long low() {
        return low;
    }

    /// Index of the interface that a link-local address belongs to; 0 for none.
    public int scope() {
        return scope;
    }

    /// The port, 0 to 65,535.
    ///
    /// @throws IllegalStateException if nothing is held
    public int port() {
        requireSet();
        return port;
    }

    /// The same as an object, which is kept and given again until another address is held.
    ///
    /// @throws IllegalStateException if nothing is held
    public InetSocketAddress toSocketAddress() {
        requireSet();
        var known = address;
        if (known == null) {
            known = new InetSocketAddress(inet(), port);
            address = known;
        }
        return known;
    }

    private InetAddress inet() {
        try {
            if (isIpv4()) {
                return InetAddress.getByAddress(
                        ByteBuffer.allocate(Integer.BYTES).putInt(ipv4()).array());
            }
            byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(high)
                    .putLong(low)
                    .array();
            return scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }

    private void requireSet() {
        if (isEmpty()) {
            throw new IllegalStateException("the peer is empty: no address has been set");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Peer peer && holds(peer.high, peer.low, peer.scope, peer.port);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(high) + Long.hashCode(low)) + 31 * scope + port;
    }

    /// `127.0.0.1:80`, `[0:0:0:0:0:0:0:1]:80`, or `nobody`.
    @Override
    public String toString() {
        return isEmpty() ? "nobody" : Failures.text(toSocketAddress());
    }
}
