package dev.sluice.sockets;

import dev.sluice.reactor.ListenSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/// A listening socket: [#accept] gives connections, or [#serve] runs a handler for each.
///
/// One thread at a time accepts. Closing it leaves its connections alone. No peer can end it, and a process that
/// runs out of descriptors pauses it until there are some again.
public final class ServerSocket implements AutoCloseable {
    private final SelectorManager selector;
    private final ListenSocket listen;
    private final TcpOptions accepted;
    private final ParkingWaiter waiter;
    private final Owner owner;
    private final CloseMonitor closeMonitor;
    private final AtomicBoolean served = new AtomicBoolean();
    private volatile boolean closed;

    ServerSocket(SelectorManager selector, ListenSocket listen, TcpOptions accepted) {
        this.selector = selector;
        this.listen = listen;
        this.accepted = accepted;
        this.waiter = new ParkingWaiter(listen.loop(), listen.input(), "accept on", listen);
        this.owner = new Owner("the queue of", listen);
        this.closeMonitor = new CloseMonitor(listen.released());
    }

    /// The address that the socket is bound to, port included.
    public SocketAddress localAddress() {
        return listen.localAddress();
    }

    /// The port that the socket is bound to.
    ///
    /// @throws IllegalStateException if the address has none, being a path
    public int port() {
        if (localAddress() instanceof InetSocketAddress inet) {
            return inet.getPort();
        }
        throw new IllegalStateException(localAddress() + " has no port");
    }

    /// Blocks until there is a connection. When the thread is interrupted or a [Deadline] is over, the socket
    /// stays open and no connection is lost.
    ///
    /// @throws AsynchronousCloseException if the socket or the selector is closed meanwhile
    /// @throws ClosedChannelException if the socket was closed before
    /// @throws java.io.InterruptedIOException if the thread is interrupted; its flag stays set
    /// @throws IllegalStateException if another thread accepts
    public Socket accept() throws IOException {
        return accept(Deadline.NEVER);
    }

    /// Blocks until there is a connection, for a limited time; not at all if the limit is zero.
    ///
    /// @throws java.net.SocketTimeoutException if there is none in that time
    public Socket accept(Duration limit) throws IOException {
        return accept(Deadline.after(limit));
    }

    private Socket accept(long deadlineNanos) throws IOException {
        owner.enter();
        try {
            waiter.requireNotInterrupted();
            while (true) {
                var stream = listen.accept();
                if (stream != null) {
                    return new Socket(selector, stream, accepted);
                }
                waiter.await(Deadline.earlier(deadlineNanos, Deadline.currentNanos()), 0);
                if (closed && !selector.reactor().isClosed()) {
                    throw new AsynchronousCloseException();
                }
            }
        } finally {
            owner.leave();
        }
    }

    /// Runs `handler` for each connection, on a virtual thread of its own, until the server is closed.
    ///
    /// @return the server that runs; closing it ends this socket too
    public Server serve(Server.Handler handler) {
        return serve(handler, o -> o);
    }

    /// Runs `handler` for each connection, with options such as `o -> o.maxConnections(1000)`.
    ///
    /// @throws IllegalStateException if this socket is served already
    public Server serve(Server.Handler handler, UnaryOperator<ServeOptions> options) {
        var chosen = options.apply(ServeOptions.DEFAULT);
        if (!served.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " is served already");
        }
        return Server.start(this, handler, chosen);
    }

    /// Whether the socket has been closed.
    public boolean isClosed() {
        return !listen.isOpen();
    }

    /// Whether it was this socket or its selector that was closed; else it can only be that its loop has failed.
    boolean isClosedByOwner() {
        return closed || selector.reactor().isClosed();
    }

    /// Blocks until the socket has been closed and its address can be bound again.
    ///
    /// @throws IllegalStateException on an event loop, which must not block
    public void awaitClosed() throws InterruptedException {
        closeMonitor.await();
    }

    /// Stops listening. A thread that accepts gets an [AsynchronousCloseException]. Connections stay open. Again
    /// does nothing.
    @Override
    public void close() {
        closed = true;
        listen.close();
        waiter.close();
    }

    @Override
    public String toString() {
        return listen.toString();
    }
}
