package dev.sluice.reactor;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Handle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A non-blocking UDP socket, connected to one peer or not.
///
/// Every operation returns at once: it moves a whole datagram, or says [#WOULD_BLOCK]. Only then does the caller
/// hand a waiter to [#input] or [#output], and tries again when woken. Any thread may call. Receiving and sending
/// are independent; two threads that receive at the same time, or two that send, get an [IllegalStateException].
///
/// An empty datagram is a datagram: its length is 0, and there is no end. No failure closes the socket. What the
/// network says of a datagram sent earlier, such as that the connected peer has no such port, is told once by the
/// next operation, as [java.net.PortUnreachableException]; that operation has moved nothing.
public final class DatagramSocket extends KernelSocket<DatagramHandle> implements AutoCloseable {
    /// Nothing can be moved now; wait, then try again.
    public static final int WOULD_BLOCK = Handle.WOULD_BLOCK;

    private final Readiness output;

    private final Reach reach;

    /// Whether batches have been moved; both directions may find that out at the same time.
    private volatile boolean batched;

    DatagramSocket(EventLoop loop, DatagramHandle handle, boolean ipv4Only) throws IOException {
        super(loop, handle);
        this.output = Readiness.of(handle, WRITE);
        this.reach = new Reach(ipv4Only);
    }

    DatagramSocket open() throws IOException {
        try {
            watch();
            return this;
        } catch (IOException e) {
            close();
            throw failure("open", e);
        }
    }

    /// When receiving is worth while.
    public Readiness input() {
        return input;
    }

    /// When sending is worth while.
    public Readiness output() {
        return output;
    }

    /// The peer that this socket is connected to, or null.
    public @Nullable SocketAddress remoteAddress() {
        var peer = reach.connected();
        return peer == null ? null : peer.toSocketAddress();
    }

    /// Connects: from now on datagrams go to `remote` and come from there alone, and its refusals are told. What
    /// has come before is dropped. Connecting again changes the peer.
    ///
    /// @throws IllegalStateException if another thread is inside a receive or send
    public void connect(SocketAddress remote) throws IOException {
        Reactor.familyOf(remote);
        var peer = Peer.of(requireInet(remote));
        reach.requireReachable(peer);
        enterBoth();
        try {
            dissolve();
            handle.connect(remote);
            reach.connect(peer);
        } catch (IOException e) {
            throw failure("connect", peer, e);
        } finally {
            leaveBoth();
        }
    }

    /// Ends the connection to a peer, if there is one: the socket exchanges datagrams with anybody again.
    ///
    /// @throws IllegalStateException if another thread is inside a receive or send
    public void disconnect() throws IOException {
        enterBoth();
        try {
            dissolve();
        } catch (IOException e) {
            throw failure("disconnect", e);
        } finally {
            leaveBoth();
        }
    }

    private void dissolve() throws IOException {
        if (reach.connected() != null) {
            handle.disconnect();
            reach.connect(null);
        }
    }

    private void enterBoth() throws IOException {
        enter(READING);
        try {
            enter(WRITING);
        } catch (IOException | RuntimeException e) {
            leave(READING);
            throw e;
        }
    }

    private void leaveBoth() {
        leave(WRITING);
        leave(READING);
    }

    /// Receives the next datagram into `dst`, whose position moves by what it got.
    ///
    /// @param from gets the sender's address
    /// @return the datagram's whole length, 0 if it is empty; a length that `dst` had no room for means that the
    ///     rest was cut off and is gone; or [#WOULD_BLOCK]
    public int receive(ByteBuffer dst, Peer from) throws IOException {
        return tryReceive(dst, Objects.requireNonNull(from));
    }

    /// Receives the next datagram, whoever has sent it: if the socket is connected, that is the peer.
    ///
    /// @return as [#receive(ByteBuffer, Peer)]
    public int receive(ByteBuffer dst) throws IOException {
        return tryReceive(dst, null);
    }

    private int tryReceive(ByteBuffer dst, @Nullable Peer from) throws IOException {
        requireWritable(dst);
        enter(READING);
        try {
            int seen = input.state();
            return Readiness.isReady(seen) ? moved(input, seen, handle.receive(dst, from)) : WOULD_BLOCK;
        } catch (IOException e) {
            throw failure("receive", e);
        } finally {
            leave(READING);
        }
    }

    /// Reads the next datagram without taking it: the next receive gives the same again.
    ///
    /// @return as [#receive(ByteBuffer, Peer)]
    public int peek(ByteBuffer dst, Peer from) throws IOException {
        requireWritable(dst);
        enter(READING);
        try {
            int seen = input.state();
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            int n = moved(input, seen, handle.peek(dst, from));
            if (n != WOULD_BLOCK && !Readiness.isTold(seen)) {
                input.signal(); // the transport may have taken from the system what a peek has found
            }
            return n;
        } catch (IOException e) {
            throw failure("peek", e);
        } finally {
            leave(READING);
        }
    }

    private static void requireWritable(ByteBuffer dst) {
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("cannot receive into a read-only buffer");
        }
    }

    /// Sends what remains in `src` as one datagram, all of it or nothing.
    ///
    /// @param to where to; for a connected socket that can only be its peer
    /// @return its length, 0 if it is empty; or [#WOULD_BLOCK]
    /// @throws IllegalArgumentException if it is longer than any datagram: 65,507 bytes to an IPv4 peer, 65,527 to
    ///     an IPv6 peer
    /// @throws IllegalStateException if the socket is connected to another peer
    /// @throws UnsupportedOperationException if the socket is connected, the datagram is empty and the transport is
    ///     `nio`, where the JDK cannot do that
    public int send(ByteBuffer src, Peer to) throws IOException {
        return send(src, to, reach.address(to));
    }

    /// Sends what remains in `src` as one datagram to the connected peer, all of it or nothing.
    ///
    /// @return as [#send(ByteBuffer, Peer)]
    /// @throws IllegalArgumentException if it is longer than any datagram
    /// @throws IllegalStateException if the socket is not connected
    /// @throws UnsupportedOperationException if it is empty and the transport is `nio`: the JDK cannot do that
    public int send(ByteBuffer src) throws IOException {
        return send(src, requireConnected(), null);
    }

    private int send(ByteBuffer src, Peer to, @Nullable Peer address) throws IOException {
        Reach.requireLength(src.remaining(), to);
        if (src.isDirect() || src.hasArray()) {
            return trySend(src, to, address);
        }
        // A read-only heap buffer hides its memory.
        var buffers = loop.reactor().buffers();
        var staged = buffers.take();
        try {
            int n = trySend(staged.put(src.duplicate()).flip(), to, address);
            src.position(src.position() + Math.max(0, n));
            return n;
        } finally {
            buffers.give(staged);
        }
    }

    /// Sends `bytes` as one datagram, all of it or nothing.
    ///
    /// @param to where to; for a connected socket that can only be its peer
    /// @return as [#send(ByteBuffer, Peer)]
    public int send(ByteString bytes, Peer to) throws IOException {
        Reach.requireLength(bytes.size(), to);
        var buffers = loop.reactor().buffers();
        var staged = buffers.take();
        try {
            bytes.copyTo(0, staged);
            return send(staged.flip(), to);
        } finally {
            buffers.give(staged);
        }
    }

    /// Sends `bytes` as one datagram to the connected peer, all of it or nothing.
    ///
    /// @return as [#send(ByteBuffer, Peer)]
    public int send(ByteString bytes) throws IOException {
        return send(bytes, requireConnected());
    }

    /// Receives many datagrams with few calls to the system, in place of those that `into` has.
    ///
    /// @return how many, at least 1; or [#WOULD_BLOCK], and `into` is empty
    public int receive(Datagrams into) throws IOException {
        enter(READING);
        try {
            into.clear();
            int seen = input.state();
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            int n = moved(input, seen, handle.receive(into));
            tellUnsegmented();
            return n;
        } catch (IOException e) {
            throw failure("receive", e);
        } finally {
            leave(READING);
        }
    }

    /// Sends what remains of a batch, with few calls to the system. It may stop before the last datagram: send
    /// again until none remains. What ends a batch early is told by the next call; a datagram that cannot be sent
    /// stays the first until it is [skipped][Datagrams#skip].
    ///
    /// @return how many datagrams, 0 only if none remains; or [#WOULD_BLOCK]
    /// @throws IllegalArgumentException if one is longer than any datagram, or to a peer of another family
    /// @throws IllegalStateException if the socket is connected and one has the address of another peer, or it is
    ///     not connected and one has no address; nothing is sent
    public int send(Datagrams batch) throws IOException {
        var peer = reach.requireSendable(batch);
        enter(WRITING);
        try {
            int seen = output.state();
            if (batch.remaining() == 0) {
                return 0;
            }
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            int n = moved(output, seen, handle.send(batch, peer != null));
            tellUnsegmented();
            if (n > 0) {
                batch.sent(n);
            }
            return n;
        } catch (IOException e) {
            throw failure("send", peer != null ? peer : batch.peer(batch.first()), e);
        } finally {
            leave(WRITING);
        }
    }

    /// Sends what remains in `src` as datagrams of `segmentBytes` each, the last of which may be shorter, with few
    /// calls to the system. It may stop before the last one: send again until nothing remains.
    ///
    /// @param to where to; for a connected socket that can only be its peer
    /// @return how many bytes, 0 only if `src` is empty; or [#WOULD_BLOCK]
    public int sendSegments(ByteBuffer src, int segmentBytes, Peer to) throws IOException {
        var address = reach.addressIfGiven(to);
        if (segmentBytes < 1) {
            throw new IllegalArgumentException("segments of " + segmentBytes + " bytes are none");
        }
        Reach.requireLength(segmentBytes, to);
        if (src.isDirect()) {
            return trySendSegments(src, segmentBytes, to, address);
        }
        var buffers = loop.reactor().buffers();
        var staged = buffers.take();
        try {
            int whole = staged.capacity() / segmentBytes * segmentBytes;
            int length = Math.min(src.remaining(), whole);
            staged.put(0, src, src.position(), length).limit(length);
            int n = trySendSegments(staged, segmentBytes, to, address);
            src.position(src.position() + Math.max(0, n));
            return n;
        } finally {
            buffers.give(staged);
        }
    }

    private int trySendSegments(ByteBuffer src, int segment, Peer to, @Nullable Peer address) throws IOException {
        enter(WRITING);
        try {
            int seen = output.state();
            if (!src.hasRemaining()) {
                return 0;
            }
            if (!Readiness.isReady(seen)) {
                return WOULD_BLOCK;
            }
            int n = moved(output, seen, handle.send(src, segment, address));
            tellUnsegmented();
            return n;
        } catch (IOException e) {
            throw failure("send", to, e);
        } finally {
            leave(WRITING);
        }
    }

    /// Whether the system cuts a run into datagrams and merges datagrams into runs by itself, which makes batches
    /// many times faster; without it they are moved all the same.
    public boolean hasSegmentation() throws IOException {
        enter();
        try {
            return handle.unsegmented() == null;
        } finally {
            leave();
        }
    }

    private void tellUnsegmented() {
        if (!batched) {
            batched = true;
            loop.reactor().tellUnsegmented(handle.unsegmented());
        }
    }

    private int trySend(ByteBuffer src, Peer to, @Nullable Peer address) throws IOException {
        enter(WRITING);
        try {
            int seen = output.state();
            return Readiness.isReady(seen) ? moved(output, seen, handle.send(src, address)) : WOULD_BLOCK;
        } catch (IOException e) {
            throw failure("send", to, e);
        } finally {
            leave(WRITING);
        }
    }

    private static int moved(Readiness direction, int seen, int n) {
        if (n == WOULD_BLOCK) {
            direction.wouldBlock(seen);
        }
        return n;
    }

    private Peer requireConnected() throws IOException {
        var peer = reach.connected();
        if (peer == null) {
            enter(); // a closed socket says so first
            leave();
            throw new IllegalStateException(this + " is not connected: it needs an address to send to");
        }
        return peer;
    }

    private static InetSocketAddress requireInet(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalArgumentException("datagrams cannot go to " + address);
    }

    /// Joins a multicast group on one interface: what anybody sends to the group is received.
    ///
    /// @throws IllegalArgumentException if it is not a multicast address, or not one of the socket's family
    public Membership join(InetAddress group, NetworkInterface on) throws IOException {
        return tryJoin(group, on, null);
    }

    /// Joins a multicast group on one interface for what `source` sends to it, RFC 4607. The same group can be
    /// joined for several sources, but not for anybody's datagrams at the same time.
    ///
    /// @throws IllegalArgumentException if it is not a multicast address, or not one of the socket's family
    public Membership join(InetAddress group, NetworkInterface on, InetAddress source) throws IOException {
        return tryJoin(group, on, Objects.requireNonNull(source));
    }

    private Membership tryJoin(InetAddress group, NetworkInterface on, @Nullable InetAddress source)
            throws IOException {
        reach.requireJoinable(group, source);
        enter();
        try {
            return new Membership(this, group, on, source, handle.join(group, on, source));
        } catch (IOException e) {
            throw failure("join " + Membership.text(group, on, source), e);
        } finally {
            leave();
        }
    }

    void leave(Membership membership, DatagramHandle.Joined joined) throws IOException {
        try {
            enter();
        } catch (ClosedChannelException _) {
            return; // which has ended the membership, too
        }
        try {
            joined.leave();
        } catch (IOException e) {
            throw failure("leave " + membership, e);
        } finally {
            leave();
        }
    }

    /// How many datagrams the system has dropped since the socket was opened because its receive buffer was full;
    /// -1 if the transport cannot tell, as `nio`.
    public long dropped() throws IOException {
        enter();
        try {
            return handle.dropped();
        } catch (IOException e) {
            throw failure("ask for drops", e);
        } finally {
            leave();
        }
    }

    /// Closes with a reason, which is the cause of what later operations throw.
    public void close(IOException cause) {
        closeBecause(Objects.requireNonNull(cause));
    }

    /// An error is no end: the next operation tells it, and the ones after it go on.
    @Override
    public void ready(int events) {
        if ((events & (READ | FAILED)) != 0) {
            input.signal();
        }
        if ((events & (WRITE | FAILED)) != 0) {
            output.signal();
        }
    }

    @Override
    void closed() {
        input.end();
        output.end();
    }

    @Override
    IOException failure(String operation, IOException e) {
        return failure(operation, reach.connected(), e);
    }

    private IOException failure(String operation, @Nullable Peer to, IOException e) {
        return Failures.at(operation + " on " + local() + (to == null ? "" : " -> " + to), e);
    }

    private String local() {
        try {
            return Failures.text(handle.localAddress());
        } catch (IOException _) {
            return "?"; // the failure that is to be told matters more
        }
    }

    @Override
    public String toString() {
        return reach.toString();
    }
}
