package dev.sluice.futures;

import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Membership;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A UDP socket, connected to one peer or not.
///
/// A datagram is moved whole or not at all, and an empty one is a datagram: there is no end. One task at a time
/// receives and one sends; they may be different ones, and share the socket as it is. A second one that has to wait
/// for the same gets an [IllegalStateException] that names both. Any number may wait for readiness. Any thread may
/// close; then each operation, also one that waits, throws a [java.nio.channels.ClosedChannelException].
///
/// No failure closes the socket. What the network says of a datagram sent earlier, such as that the connected peer
/// has no such port, is told once by the next operation, as [java.net.PortUnreachableException].
public final class UdpSocket extends ReadySocket {
    private static final ByteBuffer NO_ROOM = ByteBuffer.allocateDirect(0);

    private final DatagramSocket socket;

    private UdpSocket(DatagramSocket socket) {
        super(socket.input(), socket.output(), socket.loop());
        this.socket = socket;
    }

    /// Binds on the current reactor: that of the loop that calls, else the shared one. A name is resolved on the
    /// calling thread.
    ///
    /// @param port 0 lets the system choose one
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static UdpSocket bind(String host, int port) throws IOException {
        return bind(new InetSocketAddress(InetAddress.getByName(host), port));
    }

    /// Binds on the current reactor: that of the loop that calls, else the shared one.
    ///
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static UdpSocket bind(SocketAddress address) throws IOException {
        return bind(TcpSocket.current(null), Objects.requireNonNull(address), Options.none());
    }

    /// Binds with options, which are set before.
    ///
    /// @param address null for any address and a port that the system chooses
    /// @throws java.net.BindException if the address cannot be had; the text says why
    public static UdpSocket bind(Reactor reactor, @Nullable SocketAddress address, Options options) throws IOException {
        return new UdpSocket(reactor.datagram(address, options));
    }

    /// Binds to any address and a port that the system chooses: the socket of a client.
    public static UdpSocket unbound() throws IOException {
        return bind(TcpSocket.current(null), null, Options.none());
    }

    /// Connects: from now on datagrams go to `remote` and come from there alone, and its refusals are told. What
    /// has come before is dropped. Connecting again changes the peer.
    public void connect(SocketAddress remote) throws IOException {
        socket.connect(remote);
    }

    /// Exchanges datagrams with anybody again.
    public void disconnect() throws IOException {
        socket.disconnect();
    }

    // Sending and receiving, by polls. Nothing is allocated.

    /// Sends what remains in `src` as one datagram to the connected peer.
    ///
    /// @return its length, 0 if it is empty; or [AsyncIo#PENDING]
    /// @throws IllegalArgumentException if it is longer than any datagram
    /// @throws IllegalStateException if the socket is not connected
    public int pollSend(Context cx, ByteBuffer src) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.send(src);
            if (n != AsyncIo.PENDING) {
                cx.moved(n);
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Sends what remains in `src` as one datagram.
    ///
    /// @param to where to; for a connected socket that can only be its peer
    /// @return its length, 0 if it is empty; or [AsyncIo#PENDING]
    /// @throws IllegalArgumentException if it is longer than any datagram
    /// @throws IllegalStateException if the socket is connected to another peer
    public int pollSendTo(Context cx, ByteBuffer src, Peer to) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.send(src, to);
            if (n != AsyncIo.PENDING) {
                cx.moved(n);
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Receives the next datagram, whoever has sent it: if the socket is connected, that is the peer.
    ///
    /// @return its whole length, 0 if it is empty; what `dst` had no room for is gone; or [AsyncIo#PENDING]
    public int pollRecv(Context cx, ByteBuffer dst) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.receive(dst);
            if (n != AsyncIo.PENDING) {
                cx.moved(n);
                return n;
            }
            if (waitsForInput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Receives the next datagram.
    ///
    /// @param from gets the sender's address
    /// @return its whole length, 0 if it is empty; what `dst` had no room for is gone; or [AsyncIo#PENDING]
    public int pollRecvFrom(Context cx, ByteBuffer dst, Peer from) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.receive(dst, from);
            if (n != AsyncIo.PENDING) {
                cx.moved(n);
                return n;
            }
            if (waitsForInput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Reads the next datagram without taking it: the next receive gives the same again.
    ///
    /// @return as [#pollRecvFrom]
    public int pollPeekFrom(Context cx, ByteBuffer dst, Peer from) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.peek(dst, from);
            if (n != AsyncIo.PENDING || waitsForInput(cx)) {
                return n;
            }
        }
    }

    /// Tells who has sent the next datagram, without taking it.
    ///
    /// @return its whole length, or [AsyncIo#PENDING]
    public int pollPeekSender(Context cx, Peer from) throws IOException {
        return pollPeekFrom(cx, NO_ROOM, from);
    }

    // Many datagrams with few calls to the system; each call is one unit of the budget, and more if it moves much.

    /// Sends what remains of a batch. It may stop before the last datagram: send again until none remains; see
    /// [DatagramSocket#send(Datagrams)].
    ///
    /// @return how many datagrams, 0 only if none remains; or [AsyncIo#PENDING]
    public int pollSend(Context cx, Datagrams batch) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.send(batch);
            if (n != AsyncIo.PENDING) {
                cx.moved(bytes(batch, batch.first() - n, batch.first()));
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Sends what remains in `src` as datagrams of `segmentBytes` each, the last of which may be shorter. It may stop
    /// before the last one: send again until nothing remains.
    ///
    /// @return how many bytes, 0 only if `src` is empty; or [AsyncIo#PENDING]
    public int pollSendSegments(Context cx, ByteBuffer src, int segmentBytes, Peer to) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.sendSegments(src, segmentBytes, to);
            if (n != AsyncIo.PENDING) {
                cx.moved(n);
                return n;
            }
            if (waitsForOutput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    /// Receives many datagrams, in place of those that `into` has.
    ///
    /// @return how many, at least 1; or [AsyncIo#PENDING], and `into` is empty
    public int pollRecv(Context cx, Datagrams into) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        while (true) {
            int n = socket.receive(into);
            if (n != AsyncIo.PENDING) {
                cx.moved(bytes(into, 0, into.size()));
                return n;
            }
            if (waitsForInput(cx)) {
                return AsyncIo.PENDING;
            }
        }
    }

    private static long bytes(Datagrams batch, int from, int to) {
        long bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += batch.stored(i);
        }
        return bytes;
    }

    // The same as futures.

    /// Sends what remains in `buf` as one datagram to the connected peer. Cancel safe: yes.
    public PollFuture<Sent> sendDgram(ByteBuffer buf) {
        return new Once<>(
                "sendDgram", cx -> pollSend(cx, buf) != AsyncIo.PENDING ? Poll.ready(new Sent(buf)) : Poll.pending());
    }

    /// Sends what remains in `buf` as one datagram. Cancel safe: yes.
    ///
    /// @throws IllegalArgumentException if the address has a name that is not resolved
    public PollFuture<Sent> sendDgram(ByteBuffer buf, InetSocketAddress to) {
        var peer = Peer.of(to);
        return new Once<>(
                "sendDgram",
                cx -> pollSendTo(cx, buf, peer) != AsyncIo.PENDING ? Poll.ready(new Sent(buf)) : Poll.pending());
    }

    /// Receives the next datagram into `buf`. Cancel safe: yes.
    public PollFuture<Datagram> recvDgram(ByteBuffer buf) {
        var from = new Peer();
        return new Once<>("recvDgram", cx -> datagram(buf, from, buf.remaining(), pollRecvFrom(cx, buf, from)));
    }

    /// Reads the next datagram into `buf` without taking it. Cancel safe: yes.
    public PollFuture<Datagram> peekDgram(ByteBuffer buf) {
        var from = new Peer();
        return new Once<>("peekDgram", cx -> datagram(buf, from, buf.remaining(), pollPeekFrom(cx, buf, from)));
    }

    private static Poll<Datagram> datagram(ByteBuffer buf, Peer from, int room, int length) {
        return length == AsyncIo.PENDING
                ? Poll.pending()
                : Poll.ready(new Datagram(buf, from.toSocketAddress(), length, length > room));
    }

    // The same without waiting; no waker is stored.

    /// Sends what remains in `src` as one datagram to the connected peer, if the system takes it now.
    ///
    /// @return as [#pollSend(Context, ByteBuffer)]
    public int trySend(ByteBuffer src) throws IOException {
        return (int) askOutput(socket.send(src));
    }

    /// Sends what remains in `src` as one datagram, if the system takes it now.
    ///
    /// @return as [#pollSendTo]
    public int trySendTo(ByteBuffer src, Peer to) throws IOException {
        return (int) askOutput(socket.send(src, to));
    }

    /// Receives the next datagram, if it is there.
    ///
    /// @return as [#pollRecv(Context, ByteBuffer)]
    public int tryRecv(ByteBuffer dst) throws IOException {
        return (int) askInput(socket.receive(dst));
    }

    /// Receives the next datagram, if it is there.
    ///
    /// @return as [#pollRecvFrom]
    public int tryRecvFrom(ByteBuffer dst, Peer from) throws IOException {
        return (int) askInput(socket.receive(dst, from));
    }

    /// Reads the next datagram without taking it, if it is there.
    ///
    /// @return as [#pollRecvFrom]
    public int tryPeekFrom(ByteBuffer dst, Peer from) throws IOException {
        return (int) askInput(socket.peek(dst, from));
    }

    /// Sends what remains of a batch, as far as the system takes it now.
    ///
    /// @return as [#pollSend(Context, Datagrams)]
    public int trySend(Datagrams batch) throws IOException {
        return (int) askOutput(socket.send(batch));
    }

    /// Receives the datagrams that are there.
    ///
    /// @return as [#pollRecv(Context, Datagrams)]
    public int tryRecv(Datagrams into) throws IOException {
        return (int) askInput(socket.receive(into));
    }

    // What the socket is.

    /// Joins a multicast group on one interface, until the membership is closed.
    ///
    /// @throws IllegalArgumentException if it is not a multicast address, or not one of the socket's family
    public Membership join(InetAddress group, NetworkInterface on) throws IOException {
        return socket.join(group, on);
    }

    /// Joins a multicast group on one interface for what `source` sends to it, RFC 4607.
    ///
    /// @throws IllegalArgumentException if it is not a multicast address, or not one of the socket's family
    public Membership join(InetAddress group, NetworkInterface on, InetAddress source) throws IOException {
        return socket.join(group, on, source);
    }

    /// SO_BROADCAST: whether datagrams may go to a broadcast address.
    public void setBroadcast(boolean on) throws IOException {
        setOption(StandardSocketOptions.SO_BROADCAST, on);
    }

    /// Sets an option.
    ///
    /// @throws UnsupportedOperationException if the socket does not have it
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    /// The value of an option.
    ///
    /// @throws UnsupportedOperationException if the socket does not have it
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    /// The address that the socket is bound to, port included.
    @Override
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) socket.localAddress();
    }

    /// The peer that the socket is connected to, or null.
    public @Nullable SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    /// How many datagrams the system has dropped since the socket was opened because its receive buffer was full;
    /// -1 if the transport cannot tell, as `nio`.
    public long dropped() throws IOException {
        return socket.dropped();
    }

    @Override
    boolean hasPeerClosed() {
        return false; // a peer can only be out of reach
    }

    /// The socket of the core, for other faces in the same program.
    public DatagramSocket socket() {
        return socket;
    }

    /// Whether the socket has not been closed.
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
