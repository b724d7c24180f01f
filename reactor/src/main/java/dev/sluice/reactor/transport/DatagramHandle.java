package dev.sluice.reactor.transport;

import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A datagram socket. A datagram is moved whole, or not at all.
public interface DatagramHandle extends Handle {
    /// A group that has been joined.
    @FunctionalInterface
    interface Joined {
        /// Leaves it.
        void leave() throws IOException;
    }

    /// Exchanges datagrams with `remote` alone from now on; what has come before is dropped. The handle is not
    /// connected.
    void connect(SocketAddress remote) throws IOException;

    /// Exchanges datagrams with anybody again, on the same local port.
    void disconnect() throws IOException;

    /// Takes the next datagram. What `dst` has no room for is cut off.
    ///
    /// @param from gets the sender's address, unless it is null
    /// @return the datagram's whole length, 0 if it is empty; or [#WOULD_BLOCK]
    /// @throws java.net.PortUnreachableException if the connected peer has refused what was sent before
    int receive(ByteBuffer dst, @Nullable Peer from) throws IOException;

    /// The same, without taking the datagram away.
    int peek(ByteBuffer dst, Peer from) throws IOException;

    /// Sends what remains in `src`, which has memory that can be got at, as one datagram.
    ///
    /// @param to where to; null for the connected peer
    /// @return its length, 0 if it is empty; or [#WOULD_BLOCK]
    /// @throws java.net.PortUnreachableException if the connected peer has refused what was sent before
    int send(ByteBuffer src, @Nullable Peer to) throws IOException;

    /// Receives a batch, whose datagrams have been forgotten: as many as are there, up to one for each slot, or a
    /// run of them where the system merges them. What one call of [#receive] would tell as a failure is told when
    /// it is the first, and by the next call otherwise.
    ///
    /// @return how many datagrams, at least 1; or [#WOULD_BLOCK]
    int receive(Datagrams into) throws IOException;

    /// Sends a batch from the first datagram on that has not been sent, with few calls to the system. It may stop
    /// before the last one; the next call tells why.
    ///
    /// @param connected whether all go to the connected peer, whatever address they have
    /// @return how many datagrams, at least 1; or [#WOULD_BLOCK]
    int send(Datagrams from, boolean connected) throws IOException;

    /// Sends what remains in `src`, which is direct and not empty, as datagrams of `segment` bytes, the last of
    /// which may be shorter. It may stop before the last one.
    ///
    /// @param to where to; null for the connected peer
    /// @return how many bytes; or [#WOULD_BLOCK]
    int send(ByteBuffer src, int segment, @Nullable Peer to) throws IOException;

    /// Why the system does not cut runs into datagrams and merge datagrams into runs by itself, which makes batches
    /// fast; null if it does.
    @Nullable
    String unsegmented();

    /// Joins a multicast group on one interface.
    ///
    /// @param source whose datagrams alone are received; null for anybody's
    Joined join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException;

    /// How many datagrams the system has dropped because the receive buffer was full; -1 if it does not say.
    long dropped() throws IOException;
}
