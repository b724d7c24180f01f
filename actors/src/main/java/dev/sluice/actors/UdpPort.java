package dev.sluice.actors;

import dev.sluice.actors.UdpOutgoing.Datagram;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An open datagram socket with its two directions, for the actor that it belongs to. On its loop.
final class UdpPort {
    /// What the actor tells itself when all others have been told.
    static final Object STOP = new Object();

    private final DatagramSocket socket;
    private final InetSocketAddress local;
    private final @Nullable UdpIncoming incoming;
    private final UdpOutgoing outgoing;

    /// Closes the socket if it throws.
    ///
    /// @param incoming null if nobody wants what comes
    /// @param outgoing gets the local address
    UdpPort(DatagramSocket socket, @Nullable UdpIncoming incoming, Function<InetSocketAddress, UdpOutgoing> outgoing)
            throws IOException {
        this.socket = socket;
        this.incoming = incoming;
        try {
            local = (InetSocketAddress) socket.localAddress();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        this.outgoing = outgoing.apply(local);
    }

    InetSocketAddress localAddress() {
        return local;
    }

    void send(Datagram datagram) {
        outgoing.send(datagram);
    }

    long sentBytes() {
        return outgoing.sentBytes();
    }

    void suspend() {
        if (incoming != null) {
            incoming.suspend();
        }
    }

    /// Begins to read, or goes on.
    void resume() {
        if (incoming != null) {
            incoming.resume();
        }
    }

    /// Closes the socket. What has not been sent fails.
    ///
    /// @param released runs on the loop when the system has the socket back
    void close(Runnable released) {
        socket.close();
        outgoing.drop();
        Waiter back = () -> socket.loop().execute(released);
        if (!socket.released().observe(back)) {
            released.run();
        }
    }
}
