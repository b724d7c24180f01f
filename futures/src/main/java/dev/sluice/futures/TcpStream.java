package dev.sluice.futures;

import dev.sluice.reactor.StreamSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// A TCP connection. One with options comes from [TcpSocket#connect].
public final class TcpStream extends SocketStream {
    TcpStream(StreamSocket socket) {
        super(socket);
    }

    /// Connects, when polled: a name is resolved, and all its addresses are tried (RFC 8305). Abandoning ends the
    /// attempt for good. Cancel safe: yes.
    public static PollFuture<TcpStream> connect(String host, int port) {
        return connect(InetSocketAddress.createUnresolved(host, port));
    }

    /// Connects, when polled. Abandoning ends the attempt for good. Cancel safe: yes.
    public static PollFuture<TcpStream> connect(SocketAddress address) {
        return TcpSocket.create().connect(address);
    }

    /// The future that `work` makes of this connection, which is closed after that, however it ends. Cancel safe: no, a
    /// cancel closes the connection.
    public <R> PollFuture<R> use(IoFunction<? super TcpStream, ? extends PollFuture<R>> work) {
        return SocketStream.use(this, work);
    }

    /// Both directions as objects of their own, for two owners. This object is not used any more, unless the halves
    /// are [reunited][ReadHalf#reunite].
    public Halves<TcpStream> split() {
        return Halves.of(this);
    }
}
