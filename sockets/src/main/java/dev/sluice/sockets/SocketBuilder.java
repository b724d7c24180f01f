package dev.sluice.sockets;

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
}
