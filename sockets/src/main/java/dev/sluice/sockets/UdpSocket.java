package dev.sluice.sockets;

import static dev.sluice.reactor.DatagramSocket.WOULD_BLOCK;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Membership;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A UDP socket, connected to one peer or not. A datagram arrives whole or not at all, and an empty one is a
/// datagram.
///
/// One thread may receive while another sends; a second receiver or sender gets an [IllegalStateException] that
/// names the first. Any thread may close: who waits then gets an
/// [java.nio.channels.AsynchronousCloseException]. Interrupting a thread that waits ends its operation with an
/// [InterruptedIOException] and leaves the socket open, unless [UdpOptions#closeOnInterrupt] says otherwise.
///
/// No failure closes the socket. What the network says of a datagram sent earlier, such as that the connected
/// peer has no such port, is told once by the next operation, as [java.net.PortUnreachableException]; that
/// operation has moved nothing.
public final class UdpSocket implements AutoCloseable {
    private final DatagramSocket socket;
    private final UdpOptions options;
    private final InetSocketAddress localAddress;
    private final DatagramTurns receiving;
    private final DatagramTurns sending;
    private final CloseMonitor closeMonitor;

    /// The sender of the last datagram: neighbours share its address. Belongs to who receives.
    private final Peer from = new Peer();

    /// Where the last datagram went. Belongs to who sends.
    private final Peer to = new Peer();

    UdpSocket(DatagramSocket socket, UdpOptions options) throws IOException {
        this.socket = socket;
        this.options = options;
        this.localAddress = (InetSocketAddress) socket.localAddress();
        this.receiving = new DatagramTurns(this, socket.input(), "receive on", options.readTimeout());
        this.sending = new DatagramTurns(this, socket.output(), "send on", options.writeTimeout());
        this.closeMonitor = new CloseMonitor(socket.released());
    }

    // Receiving.

    /// Blocks until there is a datagram.
    ///
    /// @throws java.nio.channels.AsynchronousCloseException if the socket or the selector is closed meanwhile
    /// @throws ClosedChannelException if the socket was closed before
    /// @throws InterruptedIOException if the thread is interrupted; its flag stays set
    /// @throws java.net.SocketTimeoutException if the read timeout or a [Deadline] is over
    /// @throws java.net.PortUnreachableException if the connected peer has refused a datagram sent earlier
    public Datagram receive() throws IOException {
        return receive(Deadline.NEVER);
    }

    /// Blocks until there is a datagram, for a limited time; none at all if the limit is zero.
    ///
    /// @throws java.net.SocketTimeoutException if there is none in that time
    public Datagram receive(Duration limit) throws IOException {
        return receive(Deadline.after(limit));
    }

    private Datagram receive(long deadlineNanos) throws IOException {
        receiving.begin();
        try {
            while (true) {
                var datagram = tryReceive();
                if (datagram != null) {
                    receiving.moved(datagram.packet().size());
                    return datagram;
                }
                receiving.await(deadlineNanos);
            }
        } finally {
            receiving.end();
        }
    }

    /// Only a datagram that is there takes a buffer, which is larger than any.
    private @Nullable Datagram tryReceive() throws IOException {
        if (!socket.input().isReady()) {
            return null;
        }
        var buffers = socket.loop().reactor().buffers();
        var room = buffers.take();
        try {
            if (socket.receive(room, from) == WOULD_BLOCK) {
                return null;
            }
            return new Datagram(ByteString.copyOf(room.flip()), from.toSocketAddress());
        } finally {
            buffers.give(room);
        }
    }

    /// What comes, one datagram after the other, until the socket or its selector is closed:
    /// `for (var datagram : socket.incoming())`. Each step is a [#receive()]. What that would throw comes as an
    /// [java.io.UncheckedIOException], also when the socket [was cancelled][#cancel]; only a close without a
    /// cause is the end.
    public Iterable<Datagram> incoming() {
        return () -> new Incoming(this);
    }

    /// Blocks until there is a datagram, and puts it into `dst`, whose position moves by what it got. Nothing
    /// is allocated.
    ///
    /// @param sender gets the sender's address
    /// @return the datagram's whole length, 0 if it is empty; a length that `dst` had no room for means that
    ///     the rest was cut off and is gone
    /// @throws IOException as [#receive()]
    public int receive(ByteBuffer dst, Peer sender) throws IOException {
        return receive(dst, sender, Deadline.NEVER);
    }

    /// Blocks until there is a datagram, for a limited time; not at all if the limit is zero.
    ///
    /// @return as [#receive(ByteBuffer, Peer)]
    /// @throws java.net.SocketTimeoutException if there is none in that time
    public int receive(ByteBuffer dst, Peer sender, Duration limit) throws IOException {
        return receive(dst, sender, Deadline.after(limit));
    }

    private int receive(ByteBuffer dst, Peer sender, long deadlineNanos) throws IOException {
        receiving.begin();
        try {
            int length;
            while ((length = socket.receive(dst, sender)) == WOULD_BLOCK) {
                receiving.await(deadlineNanos);
            }
            receiving.moved(length);
            return length;
        } finally {
            receiving.end();
        }
    }

    /// Blocks until there is a datagram, and puts all that are there and have room in place of those that
    /// `batch` has, with few calls to the system.
    ///
    /// @return how many, at least 1
    /// @throws IOException as [#receive()]
    public int receive(Datagrams batch) throws IOException {
        return receive(batch, Deadline.NEVER);
    }

    /// Blocks until there is a datagram, for a limited time, and receives a batch; a limit of zero does not wait.
    ///
    /// @return how many, at least 1
    /// @throws java.net.SocketTimeoutException if there is none in that time
    public int receive(Datagrams batch, Duration limit) throws IOException {
        return receive(batch, Deadline.after(limit));
    }

    private int receive(Datagrams batch, long deadlineNanos) throws IOException {
        receiving.begin();
        try {
            int count;
            while ((count = socket.receive(batch)) == WOULD_BLOCK) {
                receiving.await(deadlineNanos);
            }
            receiving.moved(count * batch.stored(0)); // about, as only the budget of a thread depends on it
            return count;
        } finally {
            receiving.end();
        }
    }

    // Sending.

    /// Sends a datagram; returns when the system has taken it.
    ///
    /// @throws IllegalArgumentException if it is longer than any datagram, 65,507 bytes for IPv4, or its
    ///     address has a name that is not resolved
    /// @throws IllegalStateException if the socket is connected to another peer
    /// @throws IOException if the system refuses it, as for a broadcast address without [UdpOptions#broadcast]
    public void send(Datagram datagram) throws IOException {
        sending.begin();
        try {
            to.set(datagram.address());
            send(datagram.packet(), to);
        } finally {
            sending.end();
        }
    }

    /// Sends a datagram to the connected peer; returns when the system has taken it.
    ///
    /// @throws IllegalStateException if the socket is not connected
    /// @throws UnsupportedOperationException if the packet is empty and the transport is `nio`: the JDK cannot
    ///     do that
    public void send(ByteString packet) throws IOException {
        sending.begin();
        try {
            send(packet, null);
        } finally {
            sending.end();
        }
    }

    private void send(ByteString packet, @Nullable Peer receiver) throws IOException {
        while ((receiver == null ? socket.send(packet) : socket.send(packet, receiver)) == WOULD_BLOCK) {
            sending.await(Deadline.NEVER);
        }
        sending.moved(packet.size());
    }

    /// Sends what remains in `src` as one datagram; returns when the system has taken it. Nothing is allocated.
    ///
    /// @param receiver who is to get it; for a connected socket that can only be its peer
    /// @throws IOException as [#send(Datagram)], whose other exceptions it has, too
    public void send(ByteBuffer src, Peer receiver) throws IOException {
        sending.begin();
        try {
            int length;
            while ((length = socket.send(src, receiver)) == WOULD_BLOCK) {
                sending.await(Deadline.NEVER);
            }
            sending.moved(length);
        } finally {
            sending.end();
        }
    }

    /// Sends what remains in `src` as one datagram to the connected peer; returns when the system has taken it.
    /// Nothing is allocated.
    ///
    /// @throws IllegalStateException if the socket is not connected
    public void send(ByteBuffer src) throws IOException {
        sending.begin();
        try {
            int length;
            while ((length = socket.send(src)) == WOULD_BLOCK) {
                sending.await(Deadline.NEVER);
            }
            sending.moved(length);
        } finally {
            sending.end();
        }
    }

    /// Sends what remains of a batch, with few calls to the system; returns when the system has taken all of
    /// it.
    ///
    /// @throws IOException if a datagram cannot be sent: it is the first that remains, and can be
    ///     [skipped][Datagrams#skip]
    public void send(Datagrams batch) throws IOException {
        sending.begin();
        try {
            while (batch.remaining() > 0) {
                int count = socket.send(batch);
                if (count == WOULD_BLOCK) {
                    sending.await(Deadline.NEVER);
                } else {
                    sending.moved(count * batch.stored(0));
                }
            }
        } finally {
            sending.end();
        }
    }

    /// Sends what remains in `src` as datagrams of `segmentBytes` each, the last of which may be shorter, with
    /// few calls to the system; returns when the system has taken all of them. What is in a direct buffer is
    /// not copied.
    ///
    /// @param receiver who is to get them; for a connected socket that can only be its peer
    public void sendSegments(ByteBuffer src, int segmentBytes, Peer receiver) throws IOException {
        sending.begin();
        try {
            while (src.hasRemaining()) {
                int n = socket.sendSegments(src, segmentBytes, receiver);
                if (n == WOULD_BLOCK) {
                    sending.await(Deadline.NEVER);
                } else {
                    sending.moved(n);
                }
            }
        } finally {
            sending.end();
        }
    }

    // What the socket is.

    /// Joins a multicast group on one interface; closing the membership leaves it.
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

    /// The address that the socket is bound to, port included.
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /// The port that the socket is bound to.
    public int port() {
        return localAddress.getPort();
    }

    /// The peer that the socket is connected to, or null.
    public @Nullable SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    /// The value of an option.
    ///
    /// @throws UnsupportedOperationException if the transport does not have it
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    /// Sets an option.
    ///
    /// @throws UnsupportedOperationException if the transport does not have it
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    /// How many datagrams the system has dropped since the socket was opened because its receive buffer was
    /// full; -1 if the transport cannot tell, as `nio`.
    public long dropped() throws IOException {
        return socket.dropped();
    }

    // Closing.

    /// Whether the socket has been closed.
    public boolean isClosed() {
        return !socket.isOpen();
    }

    /// What the socket was cancelled with; null if it is open, or was closed without a cause.
    public @Nullable Throwable closedCause() {
        return socket.isOpen()
                ? null
                : ClosedSocket.exception(socket::localAddress).getCause();
    }

    /// Blocks until the socket has been closed and its address can be bound again. Any number of threads may
    /// wait.
    public void awaitClosed() throws InterruptedException {
        closeMonitor.await();
    }

    /// Closes at once; what the system has taken is sent. Again does nothing.
    @Override
    public void close() {
        socket.close();
        closed();
    }

    /// Closes because of a failure, which those that wait and later operations tell as their cause.
    public void cancel(IOException cause) {
        socket.close(Objects.requireNonNull(cause));
        closed();
    }

    private void closed() {
        receiving.close();
        sending.close();
    }

    /// What an interrupted operation throws.
    IOException interrupted(InterruptedIOException e) {
        if (!options.closeOnInterrupt()) {
            return e;
        }
        cancel(e);
        return new ClosedByInterruptException();
    }

    void requireOpen() throws ClosedChannelException {
        if (!socket.isOpen()) {
            throw ClosedSocket.exception(socket::localAddress);
        }
    }

    DatagramSocket socket() {
        return socket;
    }

    /// `UDP socket on 127.0.0.1:5353`, and the peer if it is connected.
    @Override
    public String toString() {
        var remote = (InetSocketAddress) remoteAddress();
        return "UDP socket on " + Peer.of(localAddress) + (remote == null ? "" : " to " + Peer.of(remote));
    }
}
