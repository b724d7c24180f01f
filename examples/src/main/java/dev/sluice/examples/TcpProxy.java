package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Socket;
import java.io.IOException;
import java.time.Duration;

/// Connects each of its clients to another server, and copies both ways; each end is passed on by itself.
public final class TcpProxy {
    private TcpProxy() {}

    /// Arguments: the port to listen on, and host and port to connect to.
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        String host = args[1];
        int target = Integer.parseInt(args[2]);
        try (var selector = SelectorManager.create();
                var listener = aSocket(selector).tcp().bind("127.0.0.1", port);
                var server = listener.serve(client -> {
                    try (var upstream = aSocket(selector)
                            .tcp()
                            .connect(host, target, o -> o.connectTimeout(Duration.ofSeconds(3)))) {
                        relay(client, upstream);
                    }
                })) {
            System.out.println("listening on port " + listener.port());
            server.awaitClosed();
        }
    }

    private static void relay(Socket client, Socket upstream) throws IOException, InterruptedException {
        var back = Thread.startVirtualThread(() -> copy(upstream, client));
        copy(client, upstream);
        back.join();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.openReadChannel().copyAndClose(to.openWriteChannel());
        } catch (IOException e) {
            from.cancel(e); // neither side shall wait for what cannot come
            to.cancel(e);
        }
    }
}
