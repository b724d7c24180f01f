package dev.sluice.reactor;

import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// A listening socket: gives connections, one at a time, without waiting.
///
/// Any thread may call; two that accept at the same time get an [IllegalStateException]. No peer can end a
/// listener: a connection that is gone before it is taken is passed over. When the process has no descriptor
/// left, accepting rests for 100 ms, and longer each time up to a second; connections that wait in the backlog are
/// kept. One warning tells so, and no other before all that waited have been taken. So it rests when the system
/// cannot watch a connection or refuses it an option; that one is closed.
public final class ListenSocket extends KernelSocket<ListenHandle> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ListenSocket.class.getName());

    private static final Duration SHORTEST_REST = Duration.ofMillis(100);
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    static {
        // For its first line the JDK's logger reads files, which it cannot do when there is no descriptor left.
        var _ = LOG.isLoggable(Level.WARNING);
        var _ = ZoneId.systemDefault().getRules();
    }

    private final SocketAddress address;

    /// The address in words.
    private final String name;

    private final Options accepted;

    /// Ends a rest.
    private final Timer rest;

    /// Length of the next rest; belongs to the thread that accepts.
    private Duration nextRest = SHORTEST_REST;

    /// The loop of the next connection; belongs to the thread that accepts.
    private EventLoop nextHome;

    /// Whether this shortage has been logged; belongs to the thread that accepts.
    private boolean told;

    ListenSocket(EventLoop loop, ListenHandle handle, Options accepted) throws IOException {
        super(loop, handle);
        this.address = handle.localAddress();
        this.name = Failures.text(address);
        this.accepted = accepted;
        this.rest = loop.timer(input::signal);
        this.nextHome = loop.reactor().nextLoop();
    }

    ListenSocket open() throws IOException {
        try {
            watch();
            return this;
        } catch (IOException e) {
            close();
            throw failure("listen", e);
        }
    }

    /// When [#accept] is worth while.
    public Readiness input() {
        return input;
    }

    /// Takes one connection. It belongs to the next loop of the reactor, in turn.
    ///
    /// @return the connection, or null if none is waiting
    public @Nullable StreamSocket accept() throws IOException {
        while (true) {
            if (nextHome.isClosing()) {
                nextHome = loop.reactor().nextLoop();
            }
            try {
                var accepted = accept(nextHome);
                if (accepted != null) { // an attempt in vain is no turn
                    nextHome = loop.reactor().nextLoop();
                }
                return accepted;
            } catch (ClosedChannelException e) {
                if (!isOpen() || !nextHome.isClosing() || loop.reactor().isClosed()) {
                    throw e;
                } // that loop has failed just now, and took the connection along
            }
        }
    }

    /// Takes one connection for a given loop of the same reactor.
    ///
    /// @return the connection, or null if none is waiting
    public @Nullable StreamSocket accept(EventLoop home) throws IOException {
        if (home.reactor() != loop.reactor()) {
            throw new IllegalArgumentException(home + " is not a loop of " + loop.reactor());
        }
        enter(READING);
        try {
            while (true) {
                int seen = input.state();
                if (!Readiness.isReady(seen)) {
                    return null;
                }
                if (rest.isSet()) { // an event came just as the rest began
                    input.wouldBlock(seen);
                    return null;
                }
                var taken = handle.accept(home.poller());
                if (taken == null) {
                    input.wouldBlock(seen);
                    told &= !nextRest.equals(SHORTEST_REST); // all were taken: the next shortage is another one
                    return null;
                }
                var socket = setUp(home, taken);
                if (socket != null) {
                    nextRest = SHORTEST_REST;
                    return socket;
                }
            }
        } catch (OutOfDescriptorsException e) {
            rest(
                    "[X-204] {0}: {1}; {2} of them are sockets of this reactor. Accepting on {3} rests and goes on by"
                            + " itself. Raise the limit of open files (ulimit -n; systemd: LimitNOFILE=)",
                    e);
            return null;
        } catch (NotSetUpException e) {
            rest(
                    "[X-206] {0}: a connection was accepted and closed again, as it could not be set up: {1}; {2} sockets"
                            + " are open. Accepting on {3} rests and goes on by itself",
                    e);
            return null;
        } catch (IOException e) {
            throw failure("accept", e);
        } finally {
            leave(READING);
        }
    }

    /// A connection stands, and the system does not serve it.
    private static final class NotSetUpException extends IOException {
        private static final long serialVersionUID = 1;

        NotSetUpException(IOException why) {
            super(why.getMessage(), why);
        }
    }

    /// @return null if the peer has gone meanwhile, which is its own affair
    private @Nullable StreamSocket setUp(EventLoop home, StreamHandle taken) throws IOException {
        var socket = new KernelStreamSocket(home, taken);
        try {
            accepted.applyTo(taken, loop.reactor());
            return socket.open();
        } catch (ClosedChannelException e) { // of the loop that it was to belong to
            socket.close();
            throw home.isClosing() ? home.closedException() : e;
        } catch (IOException e) {
            boolean gone = isGone(taken);
            socket.close();
            if (!gone) {
                throw new NotSetUpException(e);
            }
            return null;
        } catch (RuntimeException e) { // the listener tried the options out: one that has changed its mind
            socket.close();
            throw e;
        }
    }

    /// Whether a connection has been reset: that, a look at what has come would tell.
    private static boolean isGone(StreamHandle taken) {
        try {
            taken.peek(ByteBuffer.allocate(1));
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private void rest(String warning, IOException e) {
        int seen = input.state();
        rest.set(loop.nanoTime() + nextRest.toNanos());
        input.wouldBlock(seen);
        var longer = nextRest.multipliedBy(2);
        nextRest = longer.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : longer;
        tell(warning, e);
    }

    private void tell(String warning, IOException e) {
        if (told) {
            return;
        }
        try {
            LOG.log(
                    Level.WARNING,
                    warning,
                    loop.reactor(),
                    e.getMessage(),
                    loop.reactor().openSockets(),
                    name);
            told = true;
        } catch (RuntimeException | Error _) {
            // The logger needs a descriptor, too; the next rest tells.
        }
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    public void ready(int events) {
        if (!rest.isSet()) {
            input.signal();
        }
    }

    @Override
    void closed() {
        rest.cancel();
        input.end();
    }

    @Override
    IOException failure(String operation, IOException e) {
        return Failures.at(operation + " on " + name, e);
    }

    @Override
    public String toString() {
        return "listener on " + name;
    }
}
