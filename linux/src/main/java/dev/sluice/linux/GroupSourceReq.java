package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/// A multicast group on an interface, and the source to receive it from, RFC 3678:
///
/// ```c
/// struct group_source_req {
///     uint32_t                gsr_interface;  // index
///     struct sockaddr_storage gsr_group;
///     struct sockaddr_storage gsr_source;
/// };
/// ```
///
/// Without the source it is `struct group_req`.
final class GroupSourceReq {
    static final int SIZE = 264;
    static final int GSR_INTERFACE = 0;
    static final int GSR_GROUP = 8;
    static final int GSR_SOURCE = 136;

    private GroupSourceReq() {}

    /// @param source null for a `group_req`, which is as long as the place of the source says
    static MemorySegment of(Arena arena, InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        var at = arena.allocate(SIZE, Long.BYTES);
        at.set(JAVA_INT, GSR_INTERFACE, on.getIndex());
        put(at.asSlice(GSR_GROUP), group);
        if (source == null) {
            return at.asSlice(0, GSR_SOURCE);
        }
        put(at.asSlice(GSR_SOURCE), source);
        return at;
    }

    private static void put(MemorySegment at, InetAddress ip) {
        var address = new InetSocketAddress(ip, 0);
        if (SockaddrIn.fits(address)) {
            SockaddrIn.put(at, address);
        } else {
            SockaddrIn6.put(at, address);
        }
    }
}
