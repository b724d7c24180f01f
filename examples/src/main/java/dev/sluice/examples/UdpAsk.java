package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.bytes.ByteString;
import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.UdpSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Asks a server by datagrams, of which any may be lost.
public final class UdpAsk {
    private static final int ATTEMPTS = 5;

    private UdpAsk() {}

    /// Asks port 2323, or the one given, on this host.
    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 2323;
        try (var selector = SelectorManager.create();
                var socket =
                        aSocket(selector).udp().connect("127.0.0.1", port, o -> o.readTimeout(Duration.ofSeconds(1)))) {
            System.out.println(
                    ask(socket, ByteString.fromUtf8("are you there?")).utf8());
        }
    }

    private static ByteString ask(UdpSocket socket, ByteString question) throws IOException {
        for (int attempt = 1; ; attempt++) {
            socket.send(question);
            try {
                return socket.receive().packet();
            } catch (SocketTimeoutException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
