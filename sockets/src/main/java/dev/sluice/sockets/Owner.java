package dev.sluice.sockets;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Who is inside an operation of a channel: one thread at a time. A second one is an error of the program, told
/// at once.
final class Owner {
    private static final VarHandle THREAD;

    static {
        try {
            THREAD = MethodHandles.lookup().findVarHandle(Owner.class, "thread", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String what;
    private final Object socket;

    @SuppressWarnings("unused") // read through THREAD
    private volatile @Nullable Thread thread;

    /// @param what names what is owned, and `socket` of what, for messages
    Owner(String what, Object socket) {
        this.what = what;
        this.socket = socket;
    }

    /// @throws IllegalStateException if another thread, which the text names, is inside
    void enter() {
        var other = (@Nullable Thread) THREAD.compareAndExchange(this, null, Thread.currentThread());
        if (other != null) {
            throw new IllegalStateException(Thread.currentThread() + " cannot use " + what + " " + socket + ": " + other
                    + " is inside an operation on it, and one may be at a time");
        }
    }

    boolean tryEnter() {
        return THREAD.compareAndSet(this, null, Thread.currentThread());
    }

    void leave() {
        thread = null;
    }
}
