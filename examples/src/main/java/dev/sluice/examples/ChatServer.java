package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Socket;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/// Everybody's lines go to everybody else. A guest who does not read loses lines, and slows nobody down.
public final class ChatServer {
    private static final int LINES_PER_GUEST = 100;

    private final Set<BlockingQueue<String>> guests = ConcurrentHashMap.newKeySet();

    private ChatServer() {}

    /// Serves on port 2324, or the one given.
    public static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 2324;
        var chat = new ChatServer();
        try (var selector = SelectorManager.create();
                var listener = aSocket(selector)
                        .tcp()
                        .bind("127.0.0.1", port, o -> o.accepted(a -> a.writeTimeout(Duration.ofSeconds(10))));
                var server = listener.serve(chat::welcome, o -> o.maxConnections(1000))) {
            System.out.println("listening on port " + listener.port());
            server.awaitClosed();
        }
    }

    private void welcome(Socket socket) throws IOException {
        var lines = new ArrayBlockingQueue<String>(LINES_PER_GUEST);
        guests.add(lines);
        var writer = Thread.startVirtualThread(() -> deliver(lines, socket));
        try {
            var in = socket.openReadChannel();
            for (String line; (line = in.readLine(1000)) != null; ) {
                for (var guest : guests) {
                    if (guest != lines && !guest.offer(line)) {
                        System.err.println("a guest does not read, and misses a line");
                    }
                }
            }
        } finally {
            guests.remove(lines);
            writer.interrupt();
        }
    }

    private static void deliver(BlockingQueue<String> lines, Socket socket) {
        try {
            var out = socket.openWriteChannel(true);
            while (true) {
                out.writeString(lines.take() + "\n");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the guest has left
        } catch (IOException e) {
            socket.cancel(e); // ends the reader too
        }
    }
}
