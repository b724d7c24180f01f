package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Socket;
import java.io.IOException;
import java.util.concurrent.Executors;

/// Sends each line back. Try it with `nc 127.0.0.1 2323`.
public final class EchoServer {
    private EchoServer() {}

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 2323;
        try (var selector = SelectorManager.create();
                var server = aSocket(selector).tcp().bind("127.0.0.1", port);
                var handlers = Executors.newVirtualThreadPerTaskExecutor()) {
            System.out.println("listening on port " + server.port());
            while (true) {
                var socket = server.accept(); // parks this thread only
                handlers.execute(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) { // flushes, sends the end, closes
            var in = socket.openReadChannel();
            var out = socket.openWriteChannel(true);
            for (String line; (line = in.readLine(8192)) != null; ) { // null at the end of input
                out.writeString(line + "\r\n");
            }
        } catch (IOException e) {
            System.err.println(socket.remoteAddress() + ": " + e.getMessage());
        }
    }
}
