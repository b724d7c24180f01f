package dev.sluice.reactor.nio;

import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A `SocketChannel`.
final class NioStream extends NioHandle<SocketChannel> implements StreamHandle {
    /// The failure of a write that ended the connection: the system tells it once, and a reader then finds a
    /// clean end.
    private volatile @Nullable IOException lost;

    private NioStream(NioPoller poller, SocketChannel channel) throws IOException {
        super(poller, channel);
    }

    static NioStream opened(NioPoller poller, SocketChannel channel) throws IOException {
        try {
            var stream = new NioStream(poller, channel);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return stream;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    int operations(int events) {
        int operations = (events & Watcher.READ) != 0 ? SelectionKey.OP_READ : 0;
        if ((events & Watcher.WRITE) != 0) {
            operations |= channel.isConnectionPending() ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
        }
        return operations;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return channel.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        boolean connected = channel.finishConnect();
        if (connected) {
            // A selector tells it to nobody any more, and finds it at every turn.
            disarm(SelectionKey.OP_CONNECT);
        }
        return connected;
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        channel.bind(address);
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public SocketAddress remoteAddress() throws IOException {
        var remote = channel.getRemoteAddress();
        return remote != null ? remote : UnixDomainSocketAddress.of("");
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return (int) moved(channel.read(dst));
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        return moved(channel.read(dsts, offset, length));
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        try {
            return (int) moved(channel.write(src));
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
        try {
            return moved(channel.write(srcs, offset, length));
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private long moved(long n) throws IOException {
        var failure = lost;
        if (n == END && failure != null) {
            throw new SocketException(failure.getMessage());
        }
        return n != 0 ? n : WOULD_BLOCK;
    }

    /// A broken pipe is what remains of a connection that has ended or failed before.
    private IOException unwritten(IOException e) {
        String why = String.valueOf(e.getMessage());
        if (why.contains("reset") || why.contains("timed out")) {
            lost = e;
        }
        return e;
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        if (position >= file.size()) {
            return 0;
        }
        long n = file.transferTo(position, count, channel);
        return n != 0 ? n : WOULD_BLOCK;
    }

    @Override
    public void shutdownInput() throws IOException {
        if (channel.isConnected()) {
            channel.shutdownInput();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (channel.isConnected()) {
            try {
                channel.shutdownOutput();
            } catch (SocketException _) {
                return; // the peer has gone already
            }
        }
    }
}
