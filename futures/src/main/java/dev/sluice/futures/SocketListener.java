package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listening socket: what [TcpListener] and [UnixListener] have in common.
///
/// Connections go to the loops of its reactor in turn. Any number of tasks may accept: all that wait are woken by a
/// connection, and one gets it. No peer can end a listener, and a shortage of descriptors only makes it rest for a
/// while, with a warning in the log.
///
/// @param <S> what it accepts
public abstract sealed class SocketListener<S extends SocketStream> implements AutoCloseable
        permits TcpListener, UnixListener {
    final ListenSocket socket;

    /// Tasks on several loops accept in turn, each for the length of a call that does not wait.
    private final ReentrantLock turn = new ReentrantLock();

    SocketListener(ListenSocket socket) {
        this.socket = socket;
    }

    abstract S accepted(StreamSocket socket);

    /// Takes one connection.
    public Poll<S> pollAccept(Context cx) throws IOException {
        if (!cx.proceed()) {
            return Poll.pending();
        }
        while (true) {
            var accepted = next();
            if (accepted != null) {
                return Poll.ready(accepted(accepted));
            }
            if (cx.observe(socket.input(), socket.loop())) {
                cx.giveBack();
                return Poll.pending();
            }
        }
    }

    private @Nullable StreamSocket next() throws IOException {
        turn.lock();
        try {
            return socket.accept();
        } finally {
            turn.unlock();
        }
    }

    /// One connection. Cancel safe: yes.
    public PollFuture<S> accept() {
        return new Once<>("accept", this::pollAccept);
    }

    /// The connections, one after the other, without end. After a close each poll throws a
    /// [java.nio.channels.ClosedChannelException], with which [PollStream#onFailure] ends. Cancel safe: yes, a
    /// connection that was not taken waits.
    public PollStream<S> incoming() {
        return cx -> pollAccept(cx) instanceof Poll.Ready<S>(var stream) ? Step.item(stream) : Step.pending();
    }

    /// The loop that accepts.
    public EventLoop loop() {
        return socket.loop();
    }

    /// The address that this socket listens on.
    public SocketAddress localAddress() {
        return socket.localAddress();
    }

    /// Whether the listener has not been closed.
    public boolean isOpen() {
        return socket.isOpen();
    }

    /// Stops listening. Tasks that wait for a connection fail; connections that were accepted live on.
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
