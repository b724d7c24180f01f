package dev.sluice.reactor.nio;

import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A `DatagramChannel`. It does not tell what it cuts off, so a datagram whose length might exceed the caller's
/// room comes through a buffer that has room for any. It gives the sender as an object, a new one whenever
/// another sends.
final class NioDatagram extends NioHandle<DatagramChannel> implements DatagramHandle {
    /// More than any datagram has, unless it is a jumbogram.
    static final int LARGEST = 65_536;

    /// The groups that have been joined: the JDK gives the same key again for the same group.
    private final Set<MembershipKey> joined = ConcurrentHashMap.newKeySet();

    /// A datagram that was peeked at, from the poller's pool, ready to be read; belongs to whoever receives.
    private @Nullable ByteBuffer kept;

    /// Its sender.
    private final Peer keptFrom = new Peer();

    /// The sender of the last datagram of a batch; belongs to whoever receives.
    private final Peer sender = new Peer();

    /// What ended a batch early and is to be told next; each belongs to its direction.
    private @Nullable IOException unreceived;

    private @Nullable IOException unsent;

    private NioDatagram(NioPoller poller, DatagramChannel channel) throws IOException {
        super(poller, channel);
    }

    static NioDatagram opened(NioPoller poller, DatagramChannel channel) throws IOException {
        try {
            return new NioDatagram(poller, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    int operations(int events) {
        return ((events & Watcher.READ) != 0 ? SelectionKey.OP_READ : 0)
                | ((events & Watcher.WRITE) != 0 ? SelectionKey.OP_WRITE : 0);
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
    public void connect(SocketAddress remote) throws IOException {
        channel.connect(remote);
        forgetKept();
    }

    @Override
    public void disconnect() throws IOException {
        channel.disconnect();
    }

    @Override
    public int receive(ByteBuffer dst, @Nullable Peer from) throws IOException {
        tellUnreceived();
        if (kept == null && dst.remaining() >= LARGEST) {
            int before = dst.position();
            var sender = channel.receive(dst);
            if (sender == null) {
                return WOULD_BLOCK;
            }
            if (from != null) {
                from.set((InetSocketAddress) sender);
            }
            return dst.position() - before;
        }
        int length = peek(dst, from);
        forgetKept();
        return length;
    }

    @Override
    public int peek(ByteBuffer dst, @Nullable Peer from) throws IOException {
        tellUnreceived();
        var datagram = kept != null ? kept : keep();
        if (datagram == null) {
            return WOULD_BLOCK;
        }
        if (from != null) {
            from.set(keptFrom);
        }
        int n = Math.min(datagram.limit(), dst.remaining());
        dst.put(dst.position(), datagram, 0, n).position(dst.position() + n);
        return datagram.limit();
    }

    private void tellUnreceived() throws IOException {
        var failure = unreceived;
        if (failure != null) {
            unreceived = null;
            throw failure;
        }
    }

    /// Takes the next datagram, and keeps it.
    private @Nullable ByteBuffer keep() throws IOException {
        var room = poller.datagrams.take();
        SocketAddress sender = null;
        try {
            sender = channel.receive(room);
        } finally {
            if (sender == null) {
                poller.datagrams.give(room);
            }
        }
        if (sender == null) {
            return null;
        }
        keptFrom.set((InetSocketAddress) sender);
        kept = room.flip();
        return kept;
    }

    private void forgetKept() {
        if (kept != null) {
            poller.datagrams.give(kept);
            kept = null;
        }
    }

    /// Of an empty datagram the JDK does not tell whether it was sent or would have to wait; it counts as sent. On
    /// a connected channel it sends none at all.
    @Override
    public int send(ByteBuffer src, @Nullable Peer to) throws IOException {
        tellUnsent();
        boolean empty = !src.hasRemaining();
        if (empty && to == null) {
            throw new UnsupportedOperationException("java.nio sends no empty datagrams on a connected socket");
        }
        try {
            int n = to == null ? channel.write(src) : channel.send(src, to.toSocketAddress());
            return n != 0 || empty ? n : WOULD_BLOCK;
        } catch (BindException e) { // a permission is missing, and not one to bind
            throw new SocketException(e.getMessage(), e);
        }
    }

    @Override
    public int receive(Datagrams into) throws IOException {
        for (int slot = 0; slot < into.slots(); slot++) {
            int n;
            try {
                n = receive(into.slot(slot), sender);
            } catch (IOException e) {
                unreceived = laterUnlessFirst(slot, e);
                return slot;
            }
            if (n == WOULD_BLOCK) {
                return slot > 0 ? slot : WOULD_BLOCK;
            }
            into.received(slot, n, 0).set(sender);
        }
        return into.slots();
    }

    @Override
    public int send(Datagrams from, boolean connected) throws IOException {
        int first = from.first();
        for (int i = first; i < from.size(); i++) {
            try {
                if (send(from.bytes(i), connected ? null : from.peer(i)) == WOULD_BLOCK) {
                    return i > first ? i - first : WOULD_BLOCK;
                }
            } catch (IOException e) {
                unsent = laterUnlessFirst(i - first, e);
                return i - first;
            }
        }
        return from.size() - first;
    }

    @Override
    public int send(ByteBuffer src, int segment, @Nullable Peer to) throws IOException {
        int first = src.position();
        int end = src.limit();
        try {
            while (src.position() < end) {
                src.limit(Math.min(end, src.position() + segment));
                if (send(src, to) == WOULD_BLOCK) {
                    break;
                }
            }
        } catch (IOException e) {
            unsent = laterUnlessFirst(src.position() - first, e);
        } finally {
            src.limit(end);
        }
        int n = src.position() - first;
        return n > 0 ? n : WOULD_BLOCK;
    }

    private void tellUnsent() throws IOException {
        var failure = unsent;
        if (failure != null) {
            unsent = null;
            throw failure;
        }
    }

    /// What stops a batch before its first datagram is told at once, what stops it later by the next call.
    private static IOException laterUnlessFirst(int done, IOException e) throws IOException {
        if (done == 0) {
            throw e;
        }
        return e;
    }

    @Override
    public String unsegmented() {
        return "java.nio has no such calls";
    }

    @Override
    public Joined join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        MembershipKey key;
        try {
            key = source == null ? channel.join(group, on) : channel.join(group, on, source);
        } catch (IllegalStateException e) {
            throw new SocketException(e.getMessage(), e);
        }
        if (!joined.add(key)) {
            throw new SocketException("already a member");
        }
        return () -> {
            joined.remove(key);
            key.drop();
        };
    }

    @Override
    public long dropped() {
        return -1;
    }

    @Override
    public void close() throws IOException {
        forgetKept();
        super.close();
    }
}
