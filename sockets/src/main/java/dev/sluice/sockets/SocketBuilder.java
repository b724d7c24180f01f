package dev.sluice.sockets;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A socket to be, of a kind yet to be chosen.
public final class SocketBuilder {
    private final SelectorManager selector;

    SocketBuilder(SelectorManager selector) {
        this.selector = selector;
    }

    /// A stream socket: TCP, or a Unix-domain path.
    public TcpSocketBuilder tcp() {
        return new TcpSocketBuilder(selector);
    }

    /// A datagram socket: UDP.
    public UdpSocketBuilder udp() {
        return new UdpSocketBuilder(selector);
    }

    /// Asks the system on the calling thread, unless `host` is an address.
    ///
    /// @throws IllegalStateException on an event loop, which must not block
    static InetAddress resolve(String host) throws UnknownHostException {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException _) {
            ParkingWaiter.requireNotOnLoop("resolve " + host);
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            var unknown = new UnknownHostException("[X-302] host \"" + host + "\" not found: " + e.getMessage());
            unknown.initCause(e);
            throw unknown;
        }
    }
}
