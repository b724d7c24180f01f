package dev.sluice.reactor.nio;

import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A `SocketChannel`.
final class NioStream extends NioHandle<SocketChannel> implements StreamHandle {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /// The system's words for EPIPE, strerror(3), which are in the language of the process; the JDK tells no number.
    private static final String BROKEN_PIPE = brokenPipe();

    /// The failure that ended the connection, met by a write or beside bytes that were there.
    private volatile @Nullable IOException lost;

    /// Whether a call has found the connection ended.
    private volatile boolean over;

    /// What a peek has taken from the system, from its position on; belongs to whoever reads. The JDK cannot peek.
    private ByteBuffer kept = NOTHING;

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

    /// The JDK has SO_OOBINLINE, too, under a name that only its own code can use.
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        var options = new HashSet<>(super.supportedOptions());
        if (options.removeIf(it -> it.name().equals(MoreSocketOptions.SO_OOBINLINE.name()))) {
            options.add(MoreSocketOptions.SO_OOBINLINE);
        }
        return options;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        if (option.equals(MoreSocketOptions.SO_OOBINLINE)) {
            channel.socket().setOOBInline((Boolean) value);
        } else {
            super.setOption(option, value);
        }
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return option.equals(MoreSocketOptions.SO_OOBINLINE)
                ? option.type().cast(channel.socket().getOOBInline())
                : super.getOption(option);
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
        if (!kept.hasRemaining()) {
            return readFromSystem(dst);
        }
        int n = giveKept(dst);
        return dst.hasRemaining() ? n + (int) more(() -> channel.read(dst)) : n;
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
        if (!kept.hasRemaining()) {
            try {
                return moved(channel.read(dsts, offset, length));
            } catch (IOException e) {
                throw unread(e);
            }
        }
        long n = 0;
        for (int i = offset; i < offset + length; i++) {
            n += giveKept(dsts[i]);
        }
        return kept.hasRemaining() ? n : n + more(() -> channel.read(dsts, offset, length));
    }

    @Override
    public int peek(ByteBuffer dst) throws IOException {
        int room = dst.remaining();
        if (kept.remaining() < room) {
            var larger = ByteBuffer.allocate(room).put(kept);
            int before = larger.position();
            int n = before > 0 ? (int) more(() -> channel.read(larger)) : readFirst(larger);
            if (before + n <= 0) {
                return n;
            }
            kept = larger.flip();
        }
        int n = Math.min(room, kept.remaining());
        dst.put(kept.slice(kept.position(), n));
        return n;
    }

    private int readFirst(ByteBuffer dst) throws IOException {
        try {
            return (int) moved(channel.read(dst));
        } catch (IOException e) {
            lost = e; // for the read that comes after the peek
            throw unread(e);
        }
    }

    private int giveKept(ByteBuffer dst) {
        int n = Math.min(dst.remaining(), kept.remaining());
        dst.put(kept.slice(kept.position(), n));
        kept.position(kept.position() + n);
        if (!kept.hasRemaining()) {
            kept = NOTHING;
        }
        return n;
    }

    private interface Read {
        long bytes() throws IOException;
    }

    private int readFromSystem(ByteBuffer dst) throws IOException {
        try {
            return (int) moved(channel.read(dst));
        } catch (IOException e) {
            throw unread(e);
        }
    }

    /// What the system has beyond the bytes that were kept; its end or failure is for the next call.
    private long more(Read read) {
        try {
            return Math.max(0, read.bytes());
        } catch (IOException e) {
            lost = e;
            return 0;
        }
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

    private static long moved(long n) {
        return n != 0 ? n : WOULD_BLOCK;
    }

    @Override
    public void requireNotLost() throws IOException {
        var failure = lost;
        if (failure != null) {
            throw new SocketException(failure.getMessage());
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    private IOException unread(IOException e) {
        over |= !isShortage(e);
        return e;
    }

    /// A broken pipe is what remains of a connection that has ended or failed before.
    private IOException unwritten(IOException e) {
        if (!isShortage(e) && !BROKEN_PIPE.equals(e.getMessage())) {
            lost = e;
        }
        return unread(e);
    }

    private static String brokenPipe() {
        String usual = "Broken pipe";
        try {
            var pipe = Pipe.open();
            pipe.source().close();
            try (var sink = pipe.sink()) {
                sink.write(ByteBuffer.allocate(1));
                return usual; // a system where the writer learns it later, and by other errors
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        } catch (IOException _) {
            return usual; // there is no descriptor to try it with
        }
    }

    /// Whether the connection stands, though the system could not serve it. As far as its words are English: said
    /// in another language, it counts as the end of the connection.
    private static boolean isShortage(IOException e) {
        String why = String.valueOf(e.getMessage());
        return why.contains("o buffer space") || why.contains("annot allocate memory");
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
        if (position >= file.size()) {
            return 0;
        }
        try {
            return moved(file.transferTo(position, count, channel));
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw canBeRead(file, position) ? unwritten(e) : e;
        }
    }

    private static boolean canBeRead(FileChannel file, long position) {
        try {
            return file.read(ByteBuffer.allocate(1), position) > 0;
        } catch (IOException _) {
            return false;
        }
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
