package dev.sluice.bench.udp;

import static dev.sluice.bench.udp.Main.MANY;
import static dev.sluice.bench.udp.Main.RUNS;
import static dev.sluice.bench.udp.Main.SIZE;
import static dev.sluice.bench.udp.Main.SLOT;

import dev.sluice.bench.udp.Main.Mode;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.UdpSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// A socket of the futures face, in a task on its loop, which is a platform thread. Batches and runs are made as
/// [SocketsPeer] makes them.
final class FuturesPeer implements Main.Peer {
    /// Moves some datagrams: how many, or [AsyncIo#PENDING].
    private interface Step {
        int poll(Context cx, UdpSocket socket) throws IOException;
    }

    @Override
    public void send(InetSocketAddress to, Mode mode, Meter meter) throws Exception {
        var peer = Peer.of(to);
        var from = new InetSocketAddress(to.getAddress(), 0);
        switch (mode) {
            case SINGLE -> {
                var bytes = ByteBuffer.allocateDirect(SIZE);
                run(from, meter, (cx, socket) -> one(socket.pollSendTo(cx, bytes.clear(), peer)));
            }
            case BATCH -> {
                var bytes = ByteBuffer.allocateDirect(SIZE);
                var batch = new Datagrams(RUNS * MANY, SIZE);
                run(from, meter, (cx, socket) -> {
                    if (batch.remaining() == 0) {
                        batch.clear();
                        for (int i = 0; i < RUNS * MANY; i++) {
                            batch.add(bytes.clear(), peer);
                        }
                    }
                    return socket.pollSend(cx, batch);
                });
            }
            case RUN -> {
                var bytes = ByteBuffer.allocateDirect(RUNS * MANY * SIZE).position(RUNS * MANY * SIZE);
                run(from, meter, (cx, socket) -> {
                    if (!bytes.hasRemaining()) {
                        bytes.clear();
                    }
                    int n = socket.pollSendSegments(cx, bytes, SIZE, peer);
                    return n == AsyncIo.PENDING ? n : n / SIZE;
                });
            }
        }
    }

    @Override
    public void receive(InetSocketAddress at, Mode mode, Meter meter) throws Exception {
        switch (mode) {
            case SINGLE -> {
                var room = ByteBuffer.allocateDirect(64 * 1024);
                var from = new Peer();
                run(at, meter, (cx, socket) -> one(socket.pollRecvFrom(cx, room.clear(), from)));
            }
            case BATCH -> receive(at, meter, new Datagrams(MANY, SLOT));
            case RUN -> receive(at, meter, new Datagrams(RUNS));
        }
    }

    private static void receive(InetSocketAddress at, Meter meter, Datagrams batch) throws Exception {
        run(at, meter, (cx, socket) -> socket.pollRecv(cx, batch));
    }

    private static int one(int bytes) {
        return bytes == AsyncIo.PENDING ? bytes : 1;
    }

    private static void run(InetSocketAddress at, Meter meter, Step step) throws Exception {
        try (var reactor = Reactor.builder().transport("linux").loops(1).open();
                var socket = UdpSocket.bind(reactor, at, Options.none())) {
            PollFuture<Void> forEver = cx -> {
                int n;
                while ((n = step.poll(cx, socket)) != AsyncIo.PENDING) {
                    meter.moved(n);
                }
                return Poll.pending();
            };
            Main.ready();
            forEver.spawnOn(reactor.loops().getFirst()).await();
        }
    }
}
