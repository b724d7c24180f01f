package dev.sluice.sockets;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;

/// What a socket of the core tells after it was closed: any operation throws what it was closed with, and the
/// one asked here is that for its address.
final class ClosedSocket {
    private ClosedSocket() {}

    /// The address on this side.
    interface LocalAddress {
        SocketAddress get() throws IOException;
    }

    /// What an operation throws that begins after the close, with the cause of the close if it has one.
    static ClosedChannelException exception(LocalAddress closed) {
        try {
            throw new AssertionError(closed.get() + " is not closed");
        } catch (ClosedChannelException e) {
            return e;
        } catch (IOException e) {
            throw new AssertionError("the socket is closed", e);
        }
    }

    /// What an operation throws that waited when the socket was closed.
    static AsynchronousCloseException meanwhile(LocalAddress closed) {
        return meanwhile(exception(closed));
    }

    /// What an operation throws that began before the close, and meets it with its next try.
    static AsynchronousCloseException meanwhile(ClosedChannelException e) {
        if (e instanceof AsynchronousCloseException meanwhile) {
            return meanwhile;
        }
        var meanwhile = new AsynchronousCloseException();
        meanwhile.initCause(e.getCause());
        return meanwhile;
    }
}
