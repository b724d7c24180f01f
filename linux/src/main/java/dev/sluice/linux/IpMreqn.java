package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.NetworkInterface;

/// An interface for IPv4 multicast, ip(7):
///
/// ```c
/// struct ip_mreqn {
///     struct in_addr imr_multiaddr;  // not of use here
///     struct in_addr imr_address;    // of the interface
///     int            imr_ifindex;
/// };
/// ```
final class IpMreqn {
    static final int SIZE = 12;
    static final int IMR_MULTIADDR = 0;
    static final int IMR_ADDRESS = 4;
    static final int IMR_IFINDEX = 8;

    private IpMreqn() {}

    /// The index says which interface, the address is what the kernel tells again.
    static MemorySegment of(NetworkInterface on, Arena arena) {
        var at = arena.allocate(SIZE, Integer.BYTES);
        on.inetAddresses()
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .ifPresent(ip -> MemorySegment.copy(ip.getAddress(), 0, at, JAVA_BYTE, IMR_ADDRESS, Integer.BYTES));
        at.set(JAVA_INT, IMR_IFINDEX, on.getIndex());
        return at;
    }
}
