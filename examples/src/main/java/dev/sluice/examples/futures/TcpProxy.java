package dev.sluice.examples.futures;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.TcpListener;
import dev.sluice.futures.TcpStream;
import java.time.Duration;

/// Passes connections on to another server, both directions and their ends.
public final class TcpProxy {
    private TcpProxy() {}

    /// Arguments: the port to listen on, and host and port to connect to.
    public static void main(String[] args) throws Exception {
        String host = args[1];
        int port = Integer.parseInt(args[2]);
        var listener = TcpListener.bind("127.0.0.1", Integer.parseInt(args[0]));
        System.out.println("listening on port " + listener.localAddress().getPort());
        listener.incoming().forEach(client -> relay(client, host, port).spawn()).await();
    }

    private static PollFuture<?> relay(TcpStream client, String host, int port) {
        return TcpStream.connect(host, port)
                .within(Duration.ofSeconds(3))
                .andThen(server -> AsyncIo.copyBidirectional(client, server)
                        .idleLimit(Duration.ofMinutes(5))
                        .closing(server))
                .closing(client)
                .onFailure(e -> System.err.println(client.remoteAddress() + ": " + e.getMessage()));
    }
}
