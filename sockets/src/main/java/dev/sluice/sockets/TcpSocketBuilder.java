package dev.sluice.sockets;

import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.function.UnaryOperator;

/// A stream socket to be: bind it to serve, or connect it.
public final class TcpSocketBuilder {
    private final SelectorManager selector;

    TcpSocketBuilder(SelectorManager selector) {
        this.selector = selector;
    }

    /// Listens on a port of a local address, 0 for one that the system chooses.
    ///
    /// @throws java.net.BindException if the address is in use, not of this host, or needs a privilege
    /// @throws UnknownHostException if the name is not found
    public ServerSocket bind(String host, int port) throws IOException {
        return bind(host, port, o -> o);
    }

    /// Listens on a port of a local address, with options such as `o -> o.backlog(1024)`.
    public ServerSocket bind(String host, int port, UnaryOperator<BindOptions> options) throws IOException {
        return bind(new InetSocketAddress(SocketBuilder.resolve(host), port), options);
    }

    /// Listens on an address; a [java.net.UnixDomainSocketAddress] is a path.
    public ServerSocket bind(SocketAddress address) throws IOException {
        return bind(address, o -> o);
    }

    /// Listens on an address, with options.
    public ServerSocket bind(SocketAddress address, UnaryOperator<BindOptions> options) throws IOException {
        var chosen = options.apply(BindOptions.DEFAULT);
        var listen = selector.reactor()
                .listen(
                        address,
                        chosen.backlog(),
                        chosen.system(),
                        chosen.accepted().system());
        return new ServerSocket(selector, listen, chosen.accepted());
    }

    /// Connects to a port of a host, whose addresses are tried as RFC 8305 says. Blocks until the connection
    /// stands.
    ///
    /// @throws ConnectException if nobody listens there
    /// @throws UnknownHostException if the name is not found
    public Socket connect(String host, int port) throws IOException {
        return connect(host, port, o -> o);
    }

    /// Connects to a port of a host, with options such as `o -> o.connectTimeout(Duration.ofSeconds(3))`.
    public Socket connect(String host, int port, UnaryOperator<TcpOptions> options) throws IOException {
        return connect(addressOf(host, port), options);
    }

    /// Connects to an address; a [java.net.UnixDomainSocketAddress] is a path.
    public Socket connect(SocketAddress address) throws IOException {
        return connect(address, o -> o);
    }

    /// Connects to an address, with options. Blocks until the connection stands.
    ///
    /// When the time limit is over, the thread is interrupted, or the selector is closed, the attempt is really
    /// abandoned and its descriptors are closed.
    ///
    /// @throws SocketTimeoutException if the time was up
    /// @throws java.io.InterruptedIOException if the thread is interrupted; its flag stays set
    public Socket connect(SocketAddress address, UnaryOperator<TcpOptions> options) throws IOException {
        var chosen = options.apply(TcpOptions.DEFAULT);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("connect not begun, as the thread is interrupted");
        }
        long deadline = Deadline.currentNanos();
        var limit = chosen.connectTimeout();
        if (deadline != Deadline.NEVER) {
            var rest = Deadline.rest(deadline);
            limit = limit.isZero() || rest.compareTo(limit) < 0 ? rest : limit;
        }
        var connect = selector.reactor().connect(address, chosen.localAddress(), chosen.system(), limit);
        var waiter = new ParkingWaiter(connect.loop(), connect.done(), "await", connect);
        StreamSocket connected = null;
        try {
            while ((connected = connect.result()) == null) {
                waiter.await(Deadline.NEVER, 0); // the attempt keeps the limit, and lists what it has tried
            }
            return new Socket(selector, connected, chosen);
        } finally {
            waiter.close();
            if (connected == null) {
                connect.abandon();
            }
        }
    }

    /// A literal address is taken as it is; a name is left to be resolved off this thread.
    private static InetSocketAddress addressOf(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException _) {
            return InetSocketAddress.createUnresolved(host, port);
        }
    }
}
