package dev.sluice.reactor;

import dev.sluice.reactor.transport.Handle;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One direction of one socket: ready or not, ended or not, the one waiter, and whoever looks on.
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
    private static final int ASSUMED = 4;
    private static final int TICK = 8;

    private static final VarHandle STATE;
    private static final VarHandle WAITER;
    private static final VarHandle OBSERVERS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Readiness.class, "state", int.class);
            WAITER = lookup.findVarHandle(Readiness.class, "waiter", Waiter.class);
            OBSERVERS = lookup.findVarHandle(Readiness.class, "observers", Waiter[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Told that somebody waits; null for a readiness that is signalled unasked.
    private final @Nullable Handle handle;

    private final int event;

    /// READY and ENDED; ASSUMED while READY is what a socket begins with, and no event has said so; and the ticks
    /// above them, which wrap around.
    private volatile int state;

    private volatile @Nullable Waiter waiter;

    /// Those that want to know without moving data; null while there are none. An array is never changed.
    private volatile Waiter @Nullable [] observers;

    private Readiness(@Nullable Handle handle, int event, int state) {
        this.handle = handle;
        this.event = event;
        this.state = state;
    }

    /// A direction of `handle` that is told of `event`; ready to begin with, as trying comes before waiting.
    static Readiness of(Handle handle, int event) {
        return new Readiness(handle, event, READY | ASSUMED);
    }

    /// Something that will happen once, and has not yet: [#end] tells it.
    public static Readiness pending() {
        return new Readiness(null, 0, 0);
    }

    /// Whether an attempt is worth while. Never false for good once the direction has ended or the socket is
    /// closed.
    public boolean isReady() {
        return isReady(state);
    }

    /// Whether the system has said that an attempt is worth while, and none has found otherwise since. Unlike
    /// [#isReady], which is true before anything is known, this is for those that do not try themselves.
    public boolean isTold() {
        return isTold(state);
    }

    /// Whether nothing will change any more: the direction has ended or failed, or the socket is closed.
    public boolean isEnded() {
        return isEnded(state);
    }

    /// Whether somebody waits or observes.
    public boolean isAwaited() {
        return waiter != null || observers != null;
    }

    /// Asks to be woken when an attempt is worth while.
    ///
    /// @return true if `waiter` will be woken; false if it was not stored because an attempt is worth while right
    /// now
    /// @throws IllegalStateException if another waiter waits for this direction already
    /// @throws UncheckedIOException if the system cannot watch the socket, for want of memory
    public boolean await(Waiter waiter) {
        var other = (@Nullable Waiter) WAITER.compareAndExchange(this, null, waiter);
        if (other != null && other != waiter) {
            throw new IllegalStateException(
                    waiter + " cannot wait: " + other + " waits already, and one may at a time");
        }
        int seen = state; // one look decides both: who is stored has asked for the next event
        if (handle != null && !isReady(seen)) {
            handle.arm(event);
        }
        return !(isReady(seen) && WAITER.compareAndSet(this, waiter, null));
    }

    /// Like [#await], for those that do not move data themselves: any number may observe, beside the one that
    /// waits, and all are woken.
    ///
    /// @return true if `waiter` will be woken; false if it was not stored because the direction [is told][#isTold]
    /// to be ready
    public boolean observe(Waiter waiter) {
        change(waiter, true);
        int seen = state;
        ask(seen);
        return !(isTold(seen) && change(waiter, false));
    }

    /// Like [#observe], for those that want to know of the end and of nothing else. They are woken at the next
    /// event, whatever it is, if one comes unasked: this asks for none.
    ///
    /// @return true if `waiter` will be woken; false if it was not stored because the direction
    /// [has ended][#isEnded]
    public boolean observeEnd(Waiter waiter) {
        change(waiter, true);
        return !(isEnded(state) && change(waiter, false));
    }

    /// Asks for the next event though nobody waits for it: who only tries from time to time will find it.
    public void ask() {
        ask(state);
    }

    private void ask(int seen) {
        if (handle != null && !isTold(seen)) {
            handle.arm(event);
        }
    }

    /// Takes `waiter` back, if it still waits or observes: it wants no wake-up any more, although one may be under
    /// way.
    public void forget(Waiter waiter) {
        if (this.waiter == waiter) {
            WAITER.compareAndSet(this, waiter, null);
        }
        if (observers != null) {
            change(waiter, false);
        }
    }

    /// Adds an observer that is not there, or removes one that is.
    ///
    /// @return whether that made a difference
    private boolean change(Waiter waiter, boolean wanted) {
        while (true) {
            var seen = observers;
            int at = indexOf(seen, waiter);
            if (wanted == (at >= 0)) {
                return false;
            }
            if (OBSERVERS.compareAndSet(this, seen, wanted ? plus(seen, waiter) : minus(seen, at))) {
                return true;
            }
        }
    }

    private static int indexOf(Waiter @Nullable [] all, Waiter waiter) {
        for (int i = 0; all != null && i < all.length; i++) {
            if (all[i] == waiter) {
                return i;
            }
        }
        return -1;
    }

    private static Waiter[] plus(Waiter @Nullable [] all, Waiter waiter) {
        if (all == null) {
            return new Waiter[] {waiter};
        }
        var more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = waiter;
        return more;
    }

    private static Waiter @Nullable [] minus(Waiter @Nullable [] all, int at) {
        if (all == null || all.length == 1) {
            return null;
        }
        var fewer = Arrays.copyOf(all, all.length - 1);
        System.arraycopy(all, at + 1, fewer, at, fewer.length - at);
        return fewer;
    }

    static boolean isReady(int state) {
        return (state & READY) != 0;
    }

    static boolean isTold(int state) {
        return (state & (READY | ASSUMED)) == READY;
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
            STATE.compareAndSet(this, seen, seen & ~(READY | ASSUMED));
        }
    }

    /// An event: an attempt is worth while.
    void signal() {
        become(READY);
    }

    /// An event after which every attempt is worth while, because nothing will change any more.
    public void end() {
        become(READY | ENDED);
    }

    private void become(int bits) {
        int seen;
        do {
            seen = state;
        } while (!STATE.weakCompareAndSet(this, seen, ((seen + TICK) & ~ASSUMED) | bits));
        if (waiter != null) {
            var taken = (@Nullable Waiter) WAITER.getAndSet(this, null);
            if (taken != null) {
                wake(taken);
            }
        }
        if (observers != null) {
            var all = (Waiter @Nullable []) OBSERVERS.getAndSet(this, null);
            for (int i = 0; all != null && i < all.length; i++) {
                wake(all[i]);
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
