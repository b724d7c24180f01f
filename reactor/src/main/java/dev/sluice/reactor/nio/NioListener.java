package dev.sluice.reactor.nio;

import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A `ServerSocketChannel`. The JDK binds and listens in one step, so the address is kept until then.
final class NioListener extends NioHandle<ServerSocketChannel> implements ListenHandle {
    private @Nullable SocketAddress address;

    private NioListener(NioPoller poller, ServerSocketChannel channel) throws IOException {
        super(poller, channel);
    }

    static NioListener opened(NioPoller poller, ServerSocketChannel channel) throws IOException {
        try {
            var listener = new NioListener(poller, channel);
            if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR)) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            return listener;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    int operations(int events) {
        return SelectionKey.OP_ACCEPT;
    }

    @Override
    public void bind(SocketAddress address) {
        this.address = address;
    }

    @Override
    public void listen(int backlog) throws IOException {
        channel.bind(address, backlog);
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public @Nullable StreamHandle accept(Poller home) throws IOException {
        SocketChannel accepted;
        while ((accepted = next()) != null) {
            try {
                return NioStream.opened((NioPoller) home, accepted);
            } catch (IOException _) {
                // closed; it was reset before it could be set up
            }
        }
        return null;
    }

    private @Nullable SocketChannel next() throws IOException {
        try {
            return channel.accept();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            throw isOutOfDescriptors(why) ? new OutOfDescriptorsException(why) : e;
        }
    }

    /// The JDK tells EMFILE and ENFILE only in the system's words, strerror(3), which the C library may
    /// translate.
    private static boolean isOutOfDescriptors(String why) {
        return why.contains("oo many open files");
    }
}
