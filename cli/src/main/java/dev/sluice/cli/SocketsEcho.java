package dev.sluice.cli;

import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Server;
import dev.sluice.sockets.Socket;
import dev.sluice.sockets.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// The echo server in the sockets face: a virtual thread per connection that copies what comes.
final class SocketsEcho implements EchoServer {
    /// Above what any system has descriptors for: those are the limit.
    private static final int CONNECTIONS = 10_000_000;

    private final SelectorManager selector;
    private final Server server;

    SocketsEcho(String transport, int loops, String host, int port) throws IOException {
        selector =
                SelectorManager.create(r -> r.transport(transport).loops(loops).blockedAfter(Duration.ZERO));
        try {
            server = Sockets.tcp(selector)
                    .bind(host, port, o -> o.backlog(BACKLOG))
                    .serve(SocketsEcho::echo, o -> o.maxConnections(CONNECTIONS));
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    private static void echo(Socket socket) throws IOException {
        socket.openReadChannel().copyAndClose(socket.openWriteChannel());
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) server.listener().localAddress();
    }

    @Override
    public void awaitClosed() throws IOException, InterruptedException {
        server.awaitClosed();
    }

    @Override
    public void close() {
        server.close();
        selector.close();
    }
}
