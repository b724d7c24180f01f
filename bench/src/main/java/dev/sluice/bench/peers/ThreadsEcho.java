package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// An echo server on the JDK's virtual threads, one for each connection, to compare with. Arguments: the port, and
/// `socket` for `java.net.Socket` and an array, or `channel` for `SocketChannel` and a direct buffer.
///
/// The buffer has 16 KiB, as that of [java.io.InputStream#transferTo]: it belongs to a connection, idle or not.
public final class ThreadsEcho {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 16 * 1024;

    private ThreadsEcho() {}

    /// Serves until it is killed.
    public static void main(String[] args) throws IOException {
        var where = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[0]));
        if (args.length > 1 && args[1].equals("channel")) {
            serveChannels(where);
        } else {
            serveSockets(where);
        }
    }

    private static void serveSockets(InetSocketAddress where) throws IOException {
        try (var listener = new ServerSocket()) {
            listener.bind(where, BACKLOG);
            System.out.println("READY 127.0.0.1:" + listener.getLocalPort());
            while (true) {
                var socket = listener.accept();
                Thread.startVirtualThread(() -> echo(socket));
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var buffer = new byte[BUFFER_BYTES];
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            for (int n; (n = in.read(buffer)) > 0; ) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            System.err.println(socket + ": " + e.getMessage());
        }
    }

    private static void serveChannels(InetSocketAddress where) throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(where, BACKLOG);
            System.out.println("READY 127.0.0.1:" + listener.socket().getLocalPort());
            while (true) {
                var channel = listener.accept();
                Thread.startVirtualThread(() -> echo(channel));
            }
        }
    }

    private static void echo(SocketChannel channel) {
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (channel.read(buffer.clear()) > 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        } catch (IOException e) {
            System.err.println(channel + ": " + e.getMessage());
        }
    }
}
