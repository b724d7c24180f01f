package dev.sluice.reactor;

import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What every socket on a transport's handle has: readiness, options, and the close protocol.
///
/// Who is inside a call is kept in one word, so that the descriptor goes back to the system when the last call
/// has left it and never under a call: a number that the kernel hands out again is not touched. The same bits
/// find two calls that move bytes in the same direction at once, which is an error of the caller.
///
/// ```
///   open ── close: the cause is stored, CLOSING set, the waiters woken ──▶ closing ── last call leaves ──▶ released
/// ```
abstract sealed class KernelSocket<H extends Handle> implements Watcher
        permits KernelStreamSocket, ListenSocket, DatagramSocket {
    private static final System.Logger LOG = System.getLogger(KernelSocket.class.getName());

    static final int READING = 1;
    static final int WRITING = 2;
    private static final int CLOSING = 4;
    private static final int RELEASED = 8;
    private static final int CALL = 16;

    /// A close.
    ///
    /// @param cause null if it was the owner's wish
    private record Close(@Nullable IOException cause) {
        static final Close WISHED = new Close(null);
    }

    private static final VarHandle USE;
    private static final VarHandle FIRST_CLOSE;

    static {
        try {
            var lookup = MethodHandles.lookup();
            USE = lookup.findVarHandle(KernelSocket.class, "use", int.class);
            FIRST_CLOSE = lookup.findVarHandle(KernelSocket.class, "firstClose", Close.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final EventLoop loop;
    final H handle;
    final Readiness input;
    private final Readiness released = Readiness.pending();

    /// READING and WRITING, once each; CLOSING and RELEASED; the number of other calls in units of CALL.
    private volatile int use;

    /// The first close, which decides; stored before CLOSING, and once.
    private volatile @Nullable Close firstClose;

    KernelSocket(EventLoop loop, H handle) throws IOException {
        this.loop = loop;
        this.handle = handle;
        this.input = Readiness.of(handle, READ);
    }

    /// The loop that this socket belongs to for life.
    public EventLoop loop() {
        return loop;
    }

    /// Whether the socket has not been closed on this side.
    public boolean isOpen() {
        return (use & CLOSING) == 0;
    }

    /// Ready once the socket is closed and its descriptor is back with the system.
    public Readiness released() {
        return released;
    }

    /// The address that the socket is bound to, port included.
    ///
    /// @throws ClosedChannelException if the socket is closed
    public SocketAddress localAddress() throws IOException {
        enter();
        try {
            return handle.localAddress();
        } finally {
            leave();
        }
    }

    /// Which options this socket has on its transport.
    public Set<SocketOption<?>> supportedOptions() {
        return handle.supportedOptions();
    }

    /// Sets an option.
    ///
    /// @throws UnsupportedOperationException if the transport does not have the option
    /// @throws IllegalArgumentException if the value is not valid for it
    /// @throws ClosedChannelException if the socket is closed
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        Options.require(option, handle.supportedOptions(), loop.reactor());
        enter();
        try {
            handle.setOption(option, value);
        } catch (IOException e) {
            throw failure("set " + option.name() + " to " + value, e);
        } finally {
            leave();
        }
    }

    /// The value of an option.
    ///
    /// @throws UnsupportedOperationException if the transport does not have the option
    /// @throws ClosedChannelException if the socket is closed
    public <T> T getOption(SocketOption<T> option) throws IOException {
        Options.require(option, handle.supportedOptions(), loop.reactor());
        enter();
        try {
            return handle.getOption(option);
        } catch (IOException e) {
            throw failure("get " + option.name(), e);
        } finally {
            leave();
        }
    }

    /// Puts the socket under the loop's watch.
    final void watch() throws IOException {
        loop.opened(this);
        enter(); // from now on the reactor may close it
        try {
            handle.watch(this);
        } catch (ClosedChannelException _) {
            throw closedException(); // the loop has ended meanwhile, and closed the socket before
        } finally {
            leave();
        }
    }

    /// Closes the socket. Whoever waits is woken and finds it closed; a call in flight on another thread ends
    /// first. Closing again does nothing.
    public void close() {
        closeBecause(null);
    }

    /// Closes with a cause that each later operation tells; the first close wins. Whoever closes at the same time as it
    /// helps: when any of them returns, the socket is closed.
    final void closeBecause(@Nullable IOException why) {
        FIRST_CLOSE.compareAndSet(this, null, why == null ? Close.WISHED : new Close(why));
        int before = (int) USE.getAndBitwiseOr(this, CLOSING);
        if ((before & CLOSING) != 0) {
            return;
        }
        loop.closed(this);
        releaseIfUnused();
        closed();
    }

    /// Wakes every waiter: the socket is closed.
    abstract void closed();

    /// Begins a call that moves bytes in `direction`.
    final void enter(int direction) throws ClosedChannelException {
        int before = (int) USE.getAndBitwiseOr(this, direction);
        if ((before & (CLOSING | direction)) != 0) {
            refuse(direction, before);
        }
    }

    private void refuse(int direction, int before) throws ClosedChannelException {
        if ((before & direction) == 0) {
            leave(direction);
        }
        if ((before & CLOSING) != 0) {
            throw closedException();
        }
        throw new IllegalStateException(Thread.currentThread() + " cannot " + (direction == READING ? "read" : "write")
                + ": another thread is inside the same operation on " + this);
    }

    /// Whether some thread is inside a call that moves bytes in `direction`.
    final boolean isInside(int direction) {
        return (use & direction) != 0;
    }

    final void leave(int direction) {
        int before = (int) USE.getAndBitwiseAnd(this, ~direction);
        if ((before & CLOSING) != 0) {
            releaseIfUnused();
        }
    }

    /// Begins a call that may overlap with any other.
    final void enter() throws ClosedChannelException {
        int before = (int) USE.getAndAdd(this, CALL);
        if ((before & CLOSING) != 0) {
            leave();
            throw closedException();
        }
    }

    final void leave() {
        int before = (int) USE.getAndAdd(this, -CALL);
        if ((before & CLOSING) != 0) {
            releaseIfUnused();
        }
    }

    private void releaseIfUnused() {
        if (USE.compareAndSet(this, CLOSING, CLOSING | RELEASED)) {
            try {
                handle.close();
            } catch (IOException e) {
                toldNobody("closing", e);
            } finally {
                handle.whenReleased(released::end);
            }
        }
    }

    /// What failed while the socket is closed all the same: there is no caller to tell.
    final void toldNobody(String operation, IOException e) {
        LOG.log(Level.ERROR, "{0}: {1} the {2} failed, and it is closed all the same: {3}", loop, operation, this, e);
    }

    /// What an operation on the closed socket throws: a fresh exception, with the cause of the close if it has
    /// one.
    final ClosedChannelException closedException() {
        var first = firstClose;
        var why = first == null ? null : first.cause;
        if (why instanceof ReactorClosedException) {
            return loop.closedException();
        }
        var closed = new ClosedChannelException();
        if (why != null) {
            closed.initCause(why);
        }
        return closed;
    }

    /// The same failure, with operation and addresses in its text.
    abstract IOException failure(String operation, IOException e);
}
