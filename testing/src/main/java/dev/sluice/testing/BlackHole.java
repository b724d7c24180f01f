package dev.sluice.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// An address on loopback that answers nothing: a listener whose queue is full, so that the kernel drops each
/// SYN.
public final class BlackHole implements AutoCloseable {
    private static final int MORE_THAN_THE_QUEUE = 16;

    private final ServerSocket server = new ServerSocket();
    private final List<SocketChannel> queued = new ArrayList<>();

    public BlackHole() throws IOException {
        this(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    public BlackHole(InetSocketAddress at) throws IOException {
        server.bind(at, 1);
        for (int i = 0; i < MORE_THAN_THE_QUEUE; i++) {
            var channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(server.getLocalSocketAddress());
            queued.add(channel);
        }
        Eventually.until(
                "the queue is full",
                () -> queued.stream().filter(BlackHole::isConnected).count() >= 2);
    }

    private static boolean isConnected(SocketChannel channel) {
        try {
            return channel.finishConnect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        for (var channel : queued) {
            channel.close();
        }
        server.close();
    }
}
