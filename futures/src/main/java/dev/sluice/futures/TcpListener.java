package dev.sluice.futures;

import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// A listening TCP socket. One with options comes from [TcpSocket#listen].
public final class TcpListener extends SocketListener<TcpStream> {
    TcpListener(ListenSocket socket) {
        super(socket);
    }

    /// Begins to listen on the current reactor: that of the loop that calls, else the shared one. A name is
    /// resolved on the calling thread.
    ///
    /// @param port 0 lets the system choose one
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static TcpListener bind(String host, int port) throws IOException {
        return bind(InetSocketAddress.createUnresolved(host, port));
    }

    /// Begins to listen on the current reactor: that of the loop that calls, else the shared one.
    ///
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static TcpListener bind(SocketAddress address) throws IOException {
        return TcpSocket.create().bind(address).listen();
    }

    @Override
    TcpStream accepted(StreamSocket socket) {
        return new TcpStream(socket);
    }

    /// The address that this socket listens on, port included.
    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.localAddress();
    }
}
