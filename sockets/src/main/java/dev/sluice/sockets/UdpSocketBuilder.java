package dev.sluice.sockets;

import dev.sluice.reactor.DatagramSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A datagram socket to be: bind it to exchange datagrams with anybody, or connect it to one peer. A name is
/// resolved on the calling thread.
public final class UdpSocketBuilder {
    private final SelectorManager selector;

    UdpSocketBuilder(SelectorManager selector) {
        this.selector = selector;
    }

    /// Binds to any address and a port that the system chooses: the socket of a client.
    public UdpSocket bind() throws IOException {
        return bind(o -> o);
    }

    /// Binds to any address and a port that the system chooses, with options such as `o -> o.broadcast(true)`.
    public UdpSocket bind(UnaryOperator<UdpOptions> options) throws IOException {
        return open(null, options.apply(UdpOptions.DEFAULT));
    }

    /// Binds to a port of a local address, 0 for one that the system chooses.
    ///
    /// @throws java.net.BindException if the address is in use, not of this host, or needs a privilege
    /// @throws UnknownHostException if the name is not found
    public UdpSocket bind(String host, int port) throws IOException {
        return bind(host, port, o -> o);
    }

    /// Binds to a port of a local address, with options such as `o -> o.receiveBufferSize(1 << 20)`.
    public UdpSocket bind(String host, int port, UnaryOperator<UdpOptions> options) throws IOException {
        return bind(new InetSocketAddress(SocketBuilder.resolve(host), port), options);
    }

    /// Binds to a local address.
    public UdpSocket bind(SocketAddress address) throws IOException {
        return bind(address, o -> o);
    }

    /// Binds to a local address, with options.
    public UdpSocket bind(SocketAddress address, UnaryOperator<UdpOptions> options) throws IOException {
        return open(address, options.apply(UdpOptions.DEFAULT));
    }

    /// Connects to a port of a host: the socket sends there, receives from there alone, and is told when nobody
    /// has that port. Nothing is sent yet.
    ///
    /// @throws UnknownHostException if the name is not found
    public UdpSocket connect(String host, int port) throws IOException {
        return connect(host, port, o -> o);
    }

    /// Connects to a port of a host, with options such as `o -> o.readTimeout(Duration.ofSeconds(2))`.
    public UdpSocket connect(String host, int port, UnaryOperator<UdpOptions> options) throws IOException {
        return connect(new InetSocketAddress(SocketBuilder.resolve(host), port), options);
    }

    /// Connects to an address.
    public UdpSocket connect(SocketAddress remote) throws IOException {
        return connect(remote, o -> o);
    }

    /// Connects to an address, with options; [UdpOptions#localAddress] says where from.
    public UdpSocket connect(SocketAddress remote, UnaryOperator<UdpOptions> options) throws IOException {
        var chosen = options.apply(UdpOptions.DEFAULT);
        var socket = datagram(chosen.localAddress(), chosen);
        try {
            socket.connect(remote);
            return new UdpSocket(socket, chosen);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private UdpSocket open(@Nullable SocketAddress local, UdpOptions options) throws IOException {
        return new UdpSocket(datagram(local, options), options);
    }

    private DatagramSocket datagram(@Nullable SocketAddress local, UdpOptions options) throws IOException {
        return selector.reactor().datagram(local, options.system());
    }
}
