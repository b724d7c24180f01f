package dev.sluice.sockets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// What a datagram socket receives, until it is closed. For one thread.
final class Incoming implements Iterator<Datagram> {
    private final UdpSocket socket;

    /// Received ahead by [#hasNext].
    private @Nullable Datagram next;

    Incoming(UdpSocket socket) {
        this.socket = socket;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = receive();
        }
        return next != null;
    }

    private @Nullable Datagram receive() {
        try {
            return socket.receive();
        } catch (ClosedChannelException e) {
            if (socket.closedCause() == null) {
                return null;
            }
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Datagram next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException(socket + " is closed");
        }
        var datagram = next;
        next = null;
        return datagram;
    }
}
