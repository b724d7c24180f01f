package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// An echo server that is one loop around a [Selector], by hand, to compare with: the least that `java.nio` costs.
/// Argument: the port.
///
/// One buffer of 256 KiB for all connections and one read per event; what the system does not take at once is kept as
/// the attachment of the connection's key, which then waits for writing alone.
public final class SelectorEcho {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private SelectorEcho(Selector selector, ServerSocketChannel listener) {
        this.selector = selector;
        this.listener = listener;
    }

    /// Serves until it is killed.
    public static void main(String[] args) throws IOException {
        try (var selector = Selector.open();
                var listener = ServerSocketChannel.open()) {
            listener.bind(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[0])), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println("READY 127.0.0.1:" + listener.socket().getLocalPort());
            var server = new SelectorEcho(selector, listener);
            while (true) {
                selector.select(server::ready);
            }
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.channel() instanceof SocketChannel connection) {
                echo(connection, key);
            } else {
                accept();
            }
        } catch (IOException e) {
            System.err.println(key.channel() + ": " + e.getMessage());
            close(key);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel connection; (connection = listener.accept()) != null; ) {
            connection.configureBlocking(false);
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.register(selector, SelectionKey.OP_READ);
        }
    }

    private void echo(SocketChannel connection, SelectionKey key) throws IOException {
        if (key.attachment() instanceof ByteBuffer rest) {
            connection.write(rest);
            if (!rest.hasRemaining()) {
                waitFor(SelectionKey.OP_READ, key, null);
            }
        } else if (connection.read(buffer.clear()) < 0) {
            connection.close();
        } else {
            connection.write(buffer.flip());
            if (buffer.hasRemaining()) {
                var rest = ByteBuffer.allocateDirect(buffer.remaining())
                        .put(buffer)
                        .flip();
                waitFor(SelectionKey.OP_WRITE, key, rest);
            }
        }
    }

    private static void waitFor(int operation, SelectionKey key, @Nullable ByteBuffer rest) {
        key.attach(rest);
        key.interestOps(operation);
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            System.err.println(key.channel() + ": " + e.getMessage());
        }
    }
}
