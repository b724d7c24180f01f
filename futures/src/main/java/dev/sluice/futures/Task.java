package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Readiness;
import dev.sluice.reactor.Timer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A future that an event loop polls whenever its waker, which is the task itself, has been woken.
///
/// ```
///             wake                run                  value, failure, cancelled
///   IDLE ──────────▶ SCHEDULED ──────▶ RUNNING ───────────────────────────────────▶ OVER
///     ▲                  ▲   pending      │ wake
///     └──────────────────┼────────────────┤
///                        └── pending ── NOTIFIED
/// ```
///
/// So a task is in its loop's queue once at most, and a wake-up is never lost. It begins on the loop where it was
/// spawned and, unless it was put there for good, moves once: to the loop of what it first waits for. It runs
/// on one loop at a time.
final class Task<T> extends CompletableFuture<T> implements JoinHandle<T>, Waker, Runnable, LongSupplier {
    private static final System.Logger LOG = System.getLogger(Task.class.getName());

    private static final int IDLE = 0;
    private static final int SCHEDULED = 1;
    private static final int RUNNING = 2;
    private static final int NOTIFIED = 3;
    private static final int OVER = 4;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Task.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Context context = Context.of(this, this);
    private final Readiness done = Readiness.pending();
    private volatile int state = SCHEDULED;

    /// Written while RUNNING only.
    private volatile EventLoop home;

    // All below belong to whoever runs the task.

    /// Null once the task is over.
    private @Nullable PollFuture<T> future;

    private boolean settled;
    private @Nullable Timer timer;

    private Task(PollFuture<T> future, EventLoop home, boolean settled) {
        this.future = Objects.requireNonNull(future);
        this.home = home;
        this.settled = settled;
        context.livesOn(home);
    }

    static <T> Task<T> spawn(PollFuture<T> future, EventLoop loop, boolean stays) {
        var task = new Task<>(future, loop, stays);
        loop.wakeAtEnd(task);
        task.schedule();
        return task;
    }

    @Override
    public void wake() {
        while (true) {
            int seen = state;
            if (seen == IDLE && STATE.compareAndSet(this, IDLE, SCHEDULED)) {
                schedule();
                return;
            }
            if (seen == SCHEDULED || seen > RUNNING || STATE.compareAndSet(this, RUNNING, NOTIFIED)) {
                return;
            }
        }
    }

    private void schedule() {
        try {
            home.execute(this);
        } catch (RejectedExecutionException _) {
            fail(home.closedException()); // the loop has ended, so nobody else runs this task
        }
    }

    @Override
    public void run() {
        var polled = future;
        if (polled == null) {
            return;
        }
        state = RUNNING; // first, so that a cancel that comes after the look finds it
        if (isDone()) { // cancelled
            end(polled);
            return;
        }
        try {
            if (context.poll(polled) instanceof Poll.Ready<T>(var value)) {
                end(null);
                if (!complete(value)) { // cancelled meanwhile
                    Closing.dropped(value);
                }
                return;
            }
        } catch (Throwable t) {
            end(null);
            fail(t);
            return;
        }
        if (home.isClosing()) {
            fail(home.closedException());
            return;
        }
        settle();
        try {
            setTimer();
        } catch (RejectedExecutionException _) {
            fail(home.closedException()); // the loop has ended just now
            return;
        }
        if (!STATE.compareAndSet(this, RUNNING, IDLE)) {
            state = SCHEDULED;
            schedule();
        }
    }

    /// Moves to the loop that this task will be woken by.
    private void settle() {
        var loop = context.waitLoop();
        if (settled || loop == null) {
            return;
        }
        settled = true;
        if (loop != home) {
            home.forget(this);
            unsetTimer();
            timer = null; // it is the old loop's
            home = loop;
            context.livesOn(loop);
            loop.wakeAtEnd(this);
        }
    }

    private void setTimer() {
        long deadline = context.deadlineNanos();
        if (deadline != Long.MAX_VALUE) {
            if (timer == null) {
                timer = home.timer(this::wake);
            }
            timer.set(deadline);
        } else {
            unsetTimer();
        }
    }

    private void unsetTimer() {
        if (timer != null && timer.isSet()) {
            timer.cancel();
        }
    }

    /// Lets go of everything. Whoever waits is told after that.
    private void end(@Nullable PollFuture<T> abandoned) {
        state = OVER;
        future = null;
        home.forget(this);
        context.release();
        unsetTimer();
        if (abandoned != null) {
            try {
                abandoned.abandon();
            } catch (RuntimeException | Error e) {
                report("abandoning a future", e);
            }
        }
    }

    private void fail(Throwable why) {
        var abandoned = future;
        if (abandoned != null) {
            end(abandoned);
        }
        boolean unseen = getNumberOfDependents() == 0 && !done.isAwaited();
        if (completeExceptionally(why) && unseen && !(why instanceof IOException)) {
            report("a task that nobody waits for", why);
        }
    }

    /// The one place where a failure ends that nobody else is told of.
    static void report(String what, Throwable why) {
        LOG.log(Level.ERROR, what + " failed", why);
    }

    // What the handle does; any thread.

    @Override
    public boolean complete(T value) {
        return told(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable why) {
        return told(super.completeExceptionally(why));
    }

    @Override
    public boolean cancel() {
        return cancel(true);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return told(super.cancel(mayInterruptIfRunning));
    }

    private boolean told(boolean changed) {
        if (changed) {
            done.end();
            wake(); // to let go of the future, if the task did not end by itself
        }
        return changed;
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        if (!isDone() && cx.observe(done, null)) {
            return Poll.pending();
        }
        return switch (state()) {
            case SUCCESS -> new Poll.Ready<>(resultNow());
            case FAILED -> throw FromStage.thrown(exceptionNow());
            case CANCELLED -> throw new CancellationException("the task was cancelled");
            case RUNNING -> throw new AssertionError("a task that is done has no outcome");
        };
    }

    @Override
    public JoinHandle<T> spawn() {
        return this;
    }

    /// The clock of the context.
    @Override
    public long getAsLong() {
        return home.nanoTime();
    }
}
