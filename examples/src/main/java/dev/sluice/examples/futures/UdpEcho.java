package dev.sluice.examples.futures;

import dev.sluice.futures.PollFuture;
import dev.sluice.futures.Sent;
import dev.sluice.futures.UdpSocket;
import java.nio.ByteBuffer;

/// Sends each datagram back, with combinators. Try it with `nc -u 127.0.0.1 9999`.
public final class UdpEcho {
    private UdpEcho() {}

    /// Serves on port 9999, or the one given.
    public static void main(String[] args) throws Exception {
        var socket = UdpSocket.bind("127.0.0.1", args.length > 0 ? Integer.parseInt(args[0]) : 9999);
        System.out.println("listening on port " + socket.localAddress().getPort());
        var room = ByteBuffer.allocateDirect(65_535);
        PollFuture.loop(
                        room,
                        buf -> socket.recvDgram(buf.clear())
                                .andThen(got -> socket.sendDgram(got.buf().flip(), got.from()))
                                .map(Sent::buf))
                .await();
    }
}
