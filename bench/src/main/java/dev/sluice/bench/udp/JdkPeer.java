package dev.sluice.bench.udp;

import dev.sluice.bench.udp.Main.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/// A blocking DatagramChannel, which has no batches.
final class JdkPeer implements Main.Peer {
    @Override
    public void send(InetSocketAddress to, Mode mode, Meter meter) throws IOException {
        requireSingle(mode);
        try (var channel = DatagramChannel.open()) {
            var bytes = ByteBuffer.allocateDirect(Main.SIZE);
            Main.ready();
            while (true) {
                channel.send(bytes.clear(), to);
                meter.moved(1);
            }
        }
    }

    @Override
    public void receive(InetSocketAddress at, Mode mode, Meter meter) throws IOException {
        requireSingle(mode);
        try (var channel = DatagramChannel.open().bind(at)) {
            var room = ByteBuffer.allocateDirect(64 * 1024);
            Main.ready();
            while (true) {
                channel.receive(room.clear());
                meter.moved(1);
            }
        }
    }

    private static void requireSingle(Mode mode) {
        if (mode != Mode.SINGLE) {
            throw new IllegalArgumentException("java.nio has no calls for " + mode);
        }
    }
}
