package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sluice.reactor.Peer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/// An IPv6 socket address, ipv6(7):
///
/// ```c
/// struct sockaddr_in6 {
///     sa_family_t     sin6_family;    // AF_INET6
///     in_port_t       sin6_port;      // network byte order
///     uint32_t        sin6_flowinfo;
///     struct in6_addr sin6_addr;      // 16 bytes, network byte order
///     uint32_t        sin6_scope_id;  // interface index
/// };
/// ```
final class SockaddrIn6 {
    static final int SIZE = 28;
    static final int SIN6_FAMILY = 0;
    static final int SIN6_PORT = 2;
    static final int SIN6_FLOWINFO = 4;
    static final int SIN6_ADDR = 8;
    static final int SIN6_SCOPE_ID = 24;

    private static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int ADDRESS_BYTES = 16;

    private SockaddrIn6() {}

    /// Puts an IPv6 address, or an IPv4 one in its mapped form (RFC 4291, 2.5.5.2).
    static int put(MemorySegment at, InetSocketAddress address) {
        at.set(JAVA_SHORT, SIN6_FAMILY, (short) Constants.AF_INET6);
        at.set(SockaddrIn.NETWORK_SHORT, SIN6_PORT, (short) address.getPort());
        at.set(JAVA_INT, SIN6_FLOWINFO, 0);
        byte[] ip = address.getAddress().getAddress();
        at.asSlice(SIN6_ADDR, ADDRESS_BYTES).fill((byte) 0);
        if (ip.length != ADDRESS_BYTES) {
            at.set(JAVA_SHORT, SIN6_ADDR + 10, (short) -1);
        }
        MemorySegment.copy(ip, 0, at, JAVA_BYTE, SIN6_ADDR + ADDRESS_BYTES - ip.length, ip.length);
        at.set(JAVA_INT, SIN6_SCOPE_ID, address.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0);
        return SIZE;
    }

    static InetSocketAddress get(MemorySegment at) {
        var ip = new byte[ADDRESS_BYTES];
        MemorySegment.copy(at, JAVA_BYTE, SIN6_ADDR, ip, 0, ADDRESS_BYTES);
        int scope = at.get(JAVA_INT, SIN6_SCOPE_ID);
        int port = Short.toUnsignedInt(at.get(SockaddrIn.NETWORK_SHORT, SIN6_PORT));
        return new InetSocketAddress(scope == 0 ? SockaddrIn.inet(ip) : scoped(ip, scope), port);
    }

    /// Puts an IPv6 address, or an IPv4 one in its mapped form.
    static int put(MemorySegment at, long offset, Peer peer) {
        at.set(JAVA_SHORT, offset + SIN6_FAMILY, (short) Constants.AF_INET6);
        at.set(SockaddrIn.NETWORK_SHORT, offset + SIN6_PORT, (short) peer.port());
        at.set(JAVA_INT, offset + SIN6_FLOWINFO, 0);
        at.set(NETWORK_LONG, offset + SIN6_ADDR, peer.high());
        at.set(NETWORK_LONG, offset + SIN6_ADDR + Long.BYTES, peer.low());
        at.set(JAVA_INT, offset + SIN6_SCOPE_ID, peer.scope());
        return SIZE;
    }

    static void get(MemorySegment at, long offset, Peer into) {
        into.setIpv6(
                at.get(NETWORK_LONG, offset + SIN6_ADDR),
                at.get(NETWORK_LONG, offset + SIN6_ADDR + Long.BYTES),
                at.get(JAVA_INT, offset + SIN6_SCOPE_ID),
                Short.toUnsignedInt(at.get(SockaddrIn.NETWORK_SHORT, offset + SIN6_PORT)));
    }

    private static InetAddress scoped(byte[] ip, int scope) {
        try {
            return Inet6Address.getByAddress(null, ip, scope);
        } catch (UnknownHostException e) {
            throw new AssertionError("an IPv6 address has 16 bytes", e);
        }
    }
}
