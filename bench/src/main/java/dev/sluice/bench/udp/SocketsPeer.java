package dev.sluice.bench.udp;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.bench.udp.Main.Mode;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.UdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A socket of the sockets face, on a virtual thread.
///
/// A batch to send is filled anew each time, and leaves in runs, as its datagrams are for one peer in one size;
/// what is sent as a run is one buffer, again and again, as the other peers send it.
final class SocketsPeer implements Main.Peer {
    private interface Use {
        void of(UdpSocket socket) throws IOException;
    }

    @Override
    public void send(InetSocketAddress to, Mode mode, Meter meter) throws Exception {
        var peer = Peer.of(to);
        with(new InetSocketAddress(to.getAddress(), 0), socket -> {
            switch (mode) {
                case SINGLE -> sendSingle(socket, peer, meter);
                case BATCH -> sendBatches(socket, peer, meter);
                case RUN -> sendSegments(socket, peer, meter);
            }
        });
    }

    private static void sendSingle(UdpSocket socket, Peer to, Meter meter) throws IOException {
        var bytes = ByteBuffer.allocateDirect(Main.SIZE);
        while (true) {
            socket.send(bytes.clear(), to);
            meter.moved(1);
        }
    }

    private static void sendBatches(UdpSocket socket, Peer to, Meter meter) throws IOException {
        var bytes = ByteBuffer.allocateDirect(Main.SIZE);
        var batch = new Datagrams(Main.RUNS * Main.MANY, Main.SIZE);
        while (true) {
            batch.clear();
            for (int i = 0; i < Main.RUNS * Main.MANY; i++) {
                batch.add(bytes.clear(), to);
            }
            socket.send(batch);
            meter.moved(batch.size());
        }
    }

    private static void sendSegments(UdpSocket socket, Peer to, Meter meter) throws IOException {
        int datagrams = Main.RUNS * Main.MANY;
        var bytes = ByteBuffer.allocateDirect(datagrams * Main.SIZE);
        while (true) {
            socket.sendSegments(bytes.clear(), Main.SIZE, to);
            meter.moved(datagrams);
        }
    }

    @Override
    public void receive(InetSocketAddress at, Mode mode, Meter meter) throws Exception {
        with(at, socket -> {
            switch (mode) {
                case SINGLE -> receiveSingle(socket, meter);
                case BATCH -> receive(socket, new Datagrams(Main.MANY, Main.SLOT), meter);
                case RUN -> receive(socket, new Datagrams(Main.RUNS), meter);
            }
        });
    }

    private static void receiveSingle(UdpSocket socket, Meter meter) throws IOException {
        var room = ByteBuffer.allocateDirect(64 * 1024);
        var from = new Peer();
        while (true) {
            socket.receive(room.clear(), from);
            meter.moved(1);
        }
    }

    private static void receive(UdpSocket socket, Datagrams batch, Meter meter) throws IOException {
        while (true) {
            meter.moved(socket.receive(batch));
        }
    }

    private static void with(InetSocketAddress at, Use use) throws Exception {
        try (var selector = SelectorManager.create(r -> r.transport("linux").loops(1));
                var socket = aSocket(selector).udp().bind(at)) {
            var using = new FutureTask<@Nullable Void>(() -> {
                Main.ready();
                use.of(socket);
                return null;
            });
            Thread.ofVirtual().start(using);
            using.get();
        }
    }
}
