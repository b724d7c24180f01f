package dev.sluice.reactor;

import dev.sluice.reactor.transport.Handle;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One direction of one socket: ready or not, ended or not, and the one waiter.
///
/// An operation looks at [#state], tries, and reports with [#wouldBlock] that the direction is used up. That
/// takes READY back only if no event came since the look: each event adds a tick to the same word, so none is
/// ever lost. The directions of a socket share nothing, so a busy writer never voids what a reader saw.
///
/// ```
///             signal                  wouldBlock, same tick
///   waiting ──────────▶ READY ─────────────────────────────▶ waiting
///                         │ signal(ended), close: stays READY for ever
/// ```
///
/// Waiting is a handshake without a lock. The waiter's side stores itself, then looks at the state again; the
/// other side changes the state, then takes the waiter, then wakes it. All four steps are volatile, so one of the
/// two sees the other.
public final class Readiness {
    private static final System.Logger LOG = System.getLogger(Readiness.class.getName());

    private static final int READY = 1;
    private static final int ENDED = 2;
    private static final int TICK = 4;

    private static final VarHandle STATE;
    private static final VarHandle WAITER;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Readiness.class, "state", int.class);
            WAITER = lookup.findVarHandle(Readiness.class, "waiter", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Told that somebody waits; null for a readiness that is signalled unasked.
    private final @Nullable Handle handle;

    private final int event;

    /// READY and ENDED, and the ticks above them, which wrap around.
    private volatile int state;

    private volatile @Nullable Waiter waiter;

    private Readiness(@Nullable Handle handle, int event, int state) {
        this.handle = handle;
        this.event = event;
        this.state = state;
    }

    /// A direction of `handle` that is told of `event`; ready to begin with, as trying comes before waiting.
    static Readiness of(Handle handle, int event) {
        return new Readiness(handle, event, READY);
    }

    /// Something that will happen once, and has not yet.
    static Readiness pending() {
        return new Readiness(null, 0, 0);
    }

    /// Whether an attempt is worth while. Never false for good once the direction has ended or the socket is
    /// closed.
    public boolean isReady() {
        return isReady(state);
    }

    /// Asks to be woken when an attempt is worth while.
    ///
    /// @return true if `waiter` will be woken; false if it was not stored because an attempt is worth while right
    /// now
    /// @throws IllegalStateException if another waiter waits for this direction already
    public boolean await(Waiter waiter) {
        var other = (@Nullable Waiter) WAITER.compareAndExchange(this, null, waiter);
        if (other != null && other != waiter) {
            throw new IllegalStateException(
                    waiter + " cannot wait: " + other + " waits already, and one may at a time");
        }
        if (handle != null && !isReady(state)) {
            handle.arm(event);
        }
        return !(isReady(state) && WAITER.compareAndSet(this, waiter, null));
    }

    /// Takes `waiter` back, if it still waits: it wants no wake-up any more, although one may be under way.
    public void forget(Waiter waiter) {
        WAITER.compareAndSet(this, waiter, null);
    }

    static boolean isReady(int state) {
        return (state & READY) != 0;
    }

    static boolean isEnded(int state) {
        return (state & ENDED) != 0;
    }

    /// What [#isReady(int)], [#isEnded(int)] and [#wouldBlock] understand.
    int state() {
        return state;
    }

    /// Takes READY back, unless something has happened since `seen` or the direction has ended.
    void wouldBlock(int seen) {
        if (!isEnded(seen)) {
            STATE.compareAndSet(this, seen, seen & ~READY);
        }
    }

    /// An event: an attempt is worth while.
    void signal() {
        become(READY);
    }

    /// An event after which every attempt is worth while, because nothing will change any more.
    void end() {
        become(READY | ENDED);
    }

    private void become(int bits) {
        int seen;
        do {
            seen = state;
        } while (!STATE.weakCompareAndSet(this, seen, (seen + TICK) | bits));
        if (waiter != null) {
            var taken = (@Nullable Waiter) WAITER.getAndSet(this, null);
            if (taken != null) {
                wake(taken);
            }
        }
    }

    /// Whoever tells of an event has others to tell, and a loop to go on with.
    private static void wake(Waiter waiter) {
        try {
            waiter.wake();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, waiter + " threw when it was woken, which a waiter must not", e);
        }
    }
}
