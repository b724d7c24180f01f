package dev.sluice.sockets;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server that runs: one virtual thread accepts, one more per connection runs the handler and closes the
/// socket.
///
/// ```
///   running ── close ──▶ draining ── grace over ──▶ handlers interrupted ── 1 s ──▶ sockets reset
///                           │                             │                             │
///                           └──────── all have ended ─────┴─────────────────────────────┴──▶ closed
/// ```
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    /// How long an interrupted handler may take to end before its socket is reset.
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    /// What is done with a connection. The socket is closed when it returns or throws.
    @FunctionalInterface
    public interface Handler {
        /// Handles one connection, on a virtual thread of its own.
        void handle(Socket socket) throws Exception;
    }

    private final ServerSocket listener;
    private final Handler handler;
    private final ServeOptions options;
    private final Semaphore slots;
    private final Map<Socket, Thread> running = new ConcurrentHashMap<>();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private final Thread acceptor;

    /// Shared by the threads of all connections, whose numbers tell them apart: idle ones are many and shall be
    /// small.
    private final String connectionName;

    /// Why accepting has ended by itself; null while it goes on or when the server was closed.
    private volatile @Nullable IOException failure;

    private Server(ServerSocket listener, Handler handler, ServeOptions options) {
        this.listener = listener;
        this.handler = handler;
        this.options = options;
        this.slots = new Semaphore(options.maxConnections());
        this.connectionName = listener + "-connection";
        this.acceptor = Thread.ofVirtual().name(listener + "-acceptor").unstarted(this::accept);
    }

    static Server start(ServerSocket listener, Handler handler, ServeOptions options) {
        var server = new Server(listener, handler, options);
        server.acceptor.start();
        return server;
    }

    private void accept() {
        try {
            while (true) {
                slots.acquire();
                var socket = acceptOrFreeSlot();
                var thread = Thread.ofVirtual().name(connectionName).unstarted(() -> run(socket));
                running.put(socket, thread);
                thread.start();
            }
        } catch (InterruptedException | InterruptedIOException _) {
            Thread.currentThread().interrupt(); // closed: this thread ends
        } catch (IOException | RuntimeException e) {
            if (!(e instanceof ClosedChannelException && listener.isClosedByOwner())) {
                failure = e instanceof IOException io ? io : new IOException("accepting failed: " + e.getMessage(), e);
                LOG.log(Level.ERROR, listener + " has stopped accepting", e);
            }
        } finally {
            listener.close(); // a peer that comes now is refused, and does not wait for ever
            accepting.countDown();
        }
    }

    private Socket acceptOrFreeSlot() throws IOException {
        Socket accepted = null;
        try {
            accepted = listener.accept();
            return accepted;
        } finally {
            if (accepted == null) {
                slots.release(); // or close would wait for a handler that never runs
            }
        }
    }

    private void run(Socket socket) {
        boolean handled = false;
        try (socket) {
            handled = handle(socket);
        } catch (IOException e) { // of the close
            if (handled) {
                options.onFailure().accept(socket, e);
            }
        } finally {
            running.remove(socket);
            slots.release();
        }
    }

    /// @return false if that failed, which has been told
    private boolean handle(Socket socket) {
        try {
            handler.handle(socket);
            return true;
        } catch (Exception e) {
            options.onFailure().accept(socket, e);
            return false;
        }
    }

    static void log(Socket socket, Exception e) {
        LOG.log(e instanceof IOException ? Level.DEBUG : Level.ERROR, "handler of " + socket + " has failed", e);
    }

    /// How many connections are being handled.
    public int connections() {
        return running.size();
    }

    /// The socket that connections come from.
    public ServerSocket listener() {
        return listener;
    }

    /// Blocks until the server has stopped accepting and its address can be bound again.
    ///
    /// @throws IOException if it stopped because accepting failed
    public void awaitClosed() throws InterruptedException, IOException {
        if (accepting.getCount() > 0) {
            ParkingWaiter.requireNotOnLoop("awaitClosed");
        }
        accepting.await();
        listener.awaitClosed();
        var why = failure;
        if (why != null) {
            throw why;
        }
    }

    /// Stops accepting, waits for the handlers that run, interrupts those that are left after the grace period,
    /// and resets the connections of those that do not answer to that. An interrupt of the calling thread ends
    /// the grace period. A handler may call this: its own connection goes on until it returns.
    @Override
    public void close() {
        listener.close();
        acceptor.interrupt();
        boolean interrupted = !await(options.grace());
        others().values().forEach(Thread::interrupt);
        interrupted |= !await(AFTER_INTERRUPT);
        var left = others().keySet();
        if (!left.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "{0}: {1} connections were reset as their handlers did not end",
                    listener,
                    left.size());
            left.forEach(Socket::abort);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The connections with handlers that run, but that of the calling thread if it is one of them.
    private Map<Socket, Thread> others() {
        var others = new HashMap<>(running);
        others.values().remove(Thread.currentThread());
        return others;
    }

    /// Waits until no other handler runs.
    ///
    /// @return false if the wait was interrupted
    private boolean await(Duration limit) {
        int all = options.maxConnections() - (running.containsValue(Thread.currentThread()) ? 1 : 0);
        try {
            if (slots.tryAcquire(all, TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS)) {
                slots.release(all);
            }
            return true;
        } catch (InterruptedException _) {
            return false; // the caller sets the flag again
        }
    }
}
