package dev.sluice.sockets;

/// Where a program starts: `aSocket(selector).tcp().bind("127.0.0.1", 2323)`, with a static import.
public final class Sockets {
    private Sockets() {}

    /// Begins to make a socket that `selector` serves.
    public static SocketBuilder aSocket(SelectorManager selector) {
        return new SocketBuilder(selector);
    }

    /// Short for `aSocket(selector).tcp()`.
    public static TcpSocketBuilder tcp(SelectorManager selector) {
        return aSocket(selector).tcp();
    }

    /// Short for `aSocket(selector).udp()`.
    public static UdpSocketBuilder udp(SelectorManager selector) {
        return aSocket(selector).udp();
    }
}
