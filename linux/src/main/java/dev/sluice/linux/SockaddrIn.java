package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sluice.reactor.Peer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/// An IPv4 socket address, ip(7):
///
/// ```c
/// struct sockaddr_in {
///     sa_family_t    sin_family;   // AF_INET
///     in_port_t      sin_port;     // network byte order
///     struct in_addr sin_addr;     // 4 bytes, network byte order
///     char           sin_zero[8];
/// };
/// ```
final class SockaddrIn {
    static final int SIZE = 16;
    static final int SIN_FAMILY = 0;
    static final int SIN_PORT = 2;
    static final int SIN_ADDR = 4;

    static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int ADDRESS_BYTES = 4;

    private SockaddrIn() {}

    static int put(MemorySegment at, InetSocketAddress address) {
        at.set(JAVA_SHORT, SIN_FAMILY, (short) Constants.AF_INET);
        at.set(NETWORK_SHORT, SIN_PORT, (short) address.getPort());
        MemorySegment.copy(address.getAddress().getAddress(), 0, at, JAVA_BYTE, SIN_ADDR, ADDRESS_BYTES);
        return SIZE;
    }

    static InetSocketAddress get(MemorySegment at) {
        var ip = new byte[ADDRESS_BYTES];
        MemorySegment.copy(at, JAVA_BYTE, SIN_ADDR, ip, 0, ADDRESS_BYTES);
        return new InetSocketAddress(inet(ip), Short.toUnsignedInt(at.get(NETWORK_SHORT, SIN_PORT)));
    }

    /// @return the length
    static int put(MemorySegment at, long offset, Peer peer) {
        at.set(JAVA_SHORT, offset + SIN_FAMILY, (short) Constants.AF_INET);
        at.set(NETWORK_SHORT, offset + SIN_PORT, (short) peer.port());
        at.set(NETWORK_INT, offset + SIN_ADDR, peer.ipv4());
        return SIZE;
    }

    static void get(MemorySegment at, long offset, Peer into) {
        int port = Short.toUnsignedInt(at.get(NETWORK_SHORT, offset + SIN_PORT));
        into.setIpv4(at.get(NETWORK_INT, offset + SIN_ADDR), port);
    }

    static InetAddress inet(byte[] ip) {
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }

    static boolean fits(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address;
    }
}
