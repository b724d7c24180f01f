package dev.sluice.reactor.nio;

import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A `ServerSocketChannel`. The JDK binds and listens in one step, so the address is kept until then.
final class NioListener extends NioHandle<ServerSocketChannel> implements ListenHandle {
    /// How many connections in a row may fail before the listener is said to.
    private static final int ATTEMPTS = 16;

    static {
        // What tells of a shortage is loaded before there is one, for reading a class may take a descriptor.
        var _ = new OutOfDescriptorsException("").getMessage() + isOutOfDescriptors();
    }

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

    /// A failure is of one connection, which is passed over, unless there is no descriptor for any.
    private @Nullable SocketChannel next() throws IOException {
        for (int left = ATTEMPTS; ; left--) {
            try {
                return channel.accept();
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                if (isOutOfDescriptors()) {
                    throw new OutOfDescriptorsException(String.valueOf(e.getMessage()));
                }
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    /// The JDK tells of EMFILE and ENFILE only the system's words, strerror(3), which are in the language of the
    /// process. So another descriptor is asked for.
    private static boolean isOutOfDescriptors() {
        try {
            SocketChannel.open().close();
            return false;
        } catch (IOException _) {
            return true;
        }
    }
}
