package dev.sluice.examples.futures;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.TcpListener;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Sends the first five bytes of each connection back, with combinators. Try it with `nc 127.0.0.1 6142`.
public final class EchoFive {
    private EchoFive() {}

    /// Serves on port 6142, or the one given.
    public static void main(String[] args) throws Exception {
        var listener = TcpListener.bind("127.0.0.1", args.length > 0 ? Integer.parseInt(args[0]) : 6142);
        System.out.println("listening on port " + listener.localAddress().getPort());
        listener.incoming()
                .forEach(socket -> AsyncIo.readExact(socket, ByteBuffer.allocate(5))
                        .andThen(got -> AsyncIo.writeAll(got.io(), got.buf().flip()))
                        .within(Duration.ofSeconds(30))
                        .closing(socket) // by success, failure or cancel
                        .onFailure(e -> System.err.println(socket.remoteAddress() + ": " + e.getMessage()))
                        .spawn()) // the next accept does not wait for this one
                .await(); // nothing above has run before this line
    }
}
