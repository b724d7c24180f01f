package dev.sluice.examples.futures;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.UdpSocket;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Sends each datagram back, without an allocation for any of them.
public final class UdpEchoByPoll implements PollFuture<Void> {
    private final UdpSocket socket;
    private final Peer peer = new Peer(); // holds the address of the last datagram
    private final ByteBuffer buf = ByteBuffer.allocateDirect(65_535);
    private boolean reply; // buf holds an answer to send

    private UdpEchoByPoll(UdpSocket socket) {
        this.socket = socket;
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        while (cx.proceed()) {
            if (reply) {
                if (socket.pollSendTo(cx, buf, peer) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                reply = false;
            } else {
                if (socket.pollRecvFrom(cx, buf.clear(), peer) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                buf.flip(); // empty datagrams are sent back, too
                reply = true;
            }
        }
        return Poll.pending(); // others have a turn; proceed() has seen to it that this goes on
    }

    /// Serves on port 9999, or the one given.
    public static void main(String[] args) throws Exception {
        var socket = UdpSocket.bind("127.0.0.1", args.length > 0 ? Integer.parseInt(args[0]) : 9999);
        System.out.println("listening on port " + socket.localAddress().getPort());
        new UdpEchoByPoll(socket).spawnOn(socket.loop()).await();
    }
}
