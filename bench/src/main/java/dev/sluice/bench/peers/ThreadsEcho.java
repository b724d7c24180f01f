package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// An echo server on the JDK's sockets and virtual threads, to compare with. Argument: the port.
public final class ThreadsEcho {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 16 * 1024;

    private ThreadsEcho() {}

    /// Serves until it is killed.
    public static void main(String[] args) throws IOException {
        try (var listener = new ServerSocket()) {
            listener.bind(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[0])), BACKLOG);
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
}
