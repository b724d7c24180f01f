package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sluice.reactor.Peer;
import dev.sluice.reactor.UnixName;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/// Room for the address of any family, `struct sockaddr_storage`, and its length beside it: what the calls that
/// take or give an address want. Belongs to whoever made it.
final class SockaddrStorage {
    static final int SIZE = 128;

    final MemorySegment address;
    final MemorySegment length;

    SockaddrStorage(Arena arena) {
        address = arena.allocate(SIZE, Long.BYTES);
        length = arena.allocate(JAVA_INT);
    }

    /// Makes the whole room known to a call that gives an address.
    SockaddrStorage clear() {
        length.set(JAVA_INT, 0, SIZE);
        return this;
    }

    /// @param domain the family of the socket: an IPv6 one takes IPv4 addresses in mapped form
    /// @return the length
    int put(SocketAddress of, int domain) throws IOException {
        return switch (of) {
            case InetSocketAddress inet when domain == Constants.AF_INET6 -> SockaddrIn6.put(address, inet);
            case InetSocketAddress inet when SockaddrIn.fits(inet) -> SockaddrIn.put(address, inet);
            case UnixDomainSocketAddress unix -> SockaddrUn.put(address, unix);
            case UnixName unix -> SockaddrUn.put(address, unix);
            default ->
                throw new IllegalArgumentException("a socket of family " + domain + " cannot have address " + of);
        };
    }

    /// @return the length
    static int put(MemorySegment at, long offset, Peer peer, int domain) {
        return domain == Constants.AF_INET6 ? SockaddrIn6.put(at, offset, peer) : SockaddrIn.put(at, offset, peer);
    }

    /// What a connected datagram socket is connected to when it shall not be, connect(2).
    ///
    /// @return the length
    int putUnspecified() {
        address.set(JAVA_SHORT, 0, (short) Constants.AF_UNSPEC);
        return SockaddrIn.SIZE;
    }

    /// The address that an IPv4 or IPv6 socket gave.
    static void get(MemorySegment at, long offset, Peer into, int domain) {
        if (domain == Constants.AF_INET6) {
            SockaddrIn6.get(at, offset, into);
        } else {
            SockaddrIn.get(at, offset, into);
        }
    }

    SocketAddress get() {
        short family = address.get(JAVA_SHORT, 0);
        return switch (family) {
            case Constants.AF_INET -> SockaddrIn.get(address);
            case Constants.AF_INET6 -> SockaddrIn6.get(address);
            case Constants.AF_UNIX -> SockaddrUn.get(address, length.get(JAVA_INT, 0));
            default -> throw new AssertionError("the kernel gave an address of family " + family);
        };
    }
}
