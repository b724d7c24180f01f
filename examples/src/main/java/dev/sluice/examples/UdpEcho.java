package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.sockets.SelectorManager;
import java.io.IOException;

/// Sends every datagram back to whoever has sent it.
public final class UdpEcho {
    private UdpEcho() {}

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 2323;
        try (var selector = SelectorManager.create();
                var socket = aSocket(selector).udp().bind("127.0.0.1", port)) {
            System.out.println("listening on port " + socket.port());
            for (var datagram : socket.incoming()) { // until the socket is closed
                socket.send(datagram);
            }
        }
    }
}
