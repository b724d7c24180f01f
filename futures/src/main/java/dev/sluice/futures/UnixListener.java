package dev.sluice.futures;

import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// A listening Unix-domain socket. The file of one that listens on a path stays when it is closed, and has to be
/// deleted before the path can be bound again.
public final class UnixListener extends SocketListener<UnixStream> {
    private UnixListener(ListenSocket socket) {
        super(socket);
    }

    /// Begins to listen on a path, which must not exist, on the current reactor: that of the loop that calls, else
    /// the shared one.
    ///
    /// @throws java.net.BindException if the path cannot be had; the text says why
    public static UnixListener bind(Path path) throws IOException {
        return bind(UnixDomainSocketAddress.of(path));
    }

    /// Begins to listen on the current reactor: that of the loop that calls, else the shared one.
    ///
    /// @param address a [UnixDomainSocketAddress], or a [UnixName] where the transport has them
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static UnixListener bind(SocketAddress address) throws IOException {
        return bind(TcpSocket.current(null), address, TcpSocket.BACKLOG, Options.none());
    }

    /// Begins to listen on a given reactor, with options of the listening socket.
    ///
    /// @param address a [UnixDomainSocketAddress], or a [UnixName] where the transport has them
    /// @param backlog how many connections the system may queue until they are accepted
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static UnixListener bind(Reactor reactor, SocketAddress address, int backlog, Options options)
            throws IOException {
        UnixStream.requireUnix(address, "bind", "TcpListener.bind");
        return new UnixListener(reactor.listen(address, backlog, options, Options.none()));
    }

    @Override
    UnixStream accepted(StreamSocket socket) {
        return new UnixStream(socket);
    }
}
