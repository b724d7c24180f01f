package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.reactor.Datagrams;
import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.UdpSocket;
import java.io.IOException;

/// Counts the bytes of many datagrams, received in batches.
public final class UdpCount {
    private UdpCount() {}

    /// Arguments: a port, and how many datagrams to count before it ends.
    public static void main(String[] args) throws IOException {
        try (var selector = SelectorManager.create();
                var socket = aSocket(selector).udp().bind("127.0.0.1", Integer.parseInt(args[0]))) {
            System.out.println("listening on port " + socket.port());
            System.out.println(count(socket, Integer.parseInt(args[1])) + " bytes");
        }
    }

    private static long count(UdpSocket socket, int datagrams) throws IOException {
        var batch = new Datagrams(16);
        long bytes = 0;
        for (int left = datagrams; left > 0; left -= batch.size()) {
            socket.receive(batch); // one at least, and what else is there
            for (int i = 0; i < batch.size(); i++) {
                bytes += batch.length(i);
            }
        }
        return bytes;
    }
}
