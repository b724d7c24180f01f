package dev.sluice.reactor;

import dev.sluice.reactor.transport.Poller;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// One thread of work: ask the poller what is ready, tell the waiters, run tasks, fire timers.
///
/// A socket, a timer and everything else that belongs to a loop is touched by the loop's thread, or says that any
/// thread may. What crosses to the loop goes through [#execute]. Whether the thread is a platform thread that
/// sleeps in the poller or a virtual thread that lends its poller out when idle is the business of [LoopThread].
public final class EventLoop implements Executor {
    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());

    /// How many tasks run before the poller is asked again.
    private static final int TASKS_PER_TURN = 256;

    /// How many tasks of the loop's own run after each event. An event wakes one, and that perhaps another.
    private static final int TASKS_PER_EVENT = 4;

    private static final long LONGEST_SLEEP_NANOS = Duration.ofDays(1).toNanos();

    /// Bound as long as a loop's thread lives.
    private static final ScopedValue<EventLoop> CURRENT = ScopedValue.newInstance();

    private static final VarHandle ASLEEP;
    private static final VarHandle STEPS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            ASLEEP = lookup.findVarHandle(EventLoop.class, "asleep", boolean.class);
            STEPS = lookup.findVarHandle(EventLoop.class, "steps", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Reactor reactor;
    private final String name;
    private final Poller poller;
    private final TimerHeap timers = new TimerHeap();

    /// Tasks of the loop's own thread; only that thread touches them.
    private final ArrayDeque<Runnable> local = new ArrayDeque<>();

    private final Runnable runWoken = this::runWoken;

    /// Tasks that have had a long turn, and go on after the next poll; only the loop's own thread touches them.
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();

    /// Tasks of all other threads.
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();

    /// Every socket of this loop that is not closed, so that closing the reactor reaches them all.
    private final Set<KernelSocket<?>> sockets = ConcurrentHashMap.newKeySet();

    /// What is being connected, so that closing the reactor reaches also what waits for a name. Only the loop's
    /// own thread touches them.
    private final Set<Connect> connecting = new HashSet<>();

    /// Who wants to know of the end of this loop.
    private final Set<Waiter> guests = ConcurrentHashMap.newKeySet();

    private final CountDownLatch ended = new CountDownLatch(1);

    /// Set once, when the loop's thread begins.
    private volatile @Nullable Thread thread;

    /// True from before the loop looks for tasks a last time until it is awake again; whoever makes it false
    /// wakes it.
    private volatile boolean asleep;

    /// Stored before [#closing]: why the loop has ended by itself, while its reactor goes on.
    private volatile @Nullable IOException failure;

    private volatile boolean closing;

    /// Set when the loop looks for tasks of other threads a last time: what it does not find then is theirs again.
    private volatile boolean rejects;

    /// Grows with each turn and each task: what the watchdog looks at. The second copy is the loop's own.
    private volatile long steps;

    private long stepsMade;

    EventLoop(Reactor reactor, String name, Poller poller) {
        this.reactor = reactor;
        this.name = name;
        this.poller = poller;
    }

    /// The loop whose thread calls, of whatever reactor; null on every other thread.
    public static @Nullable EventLoop current() {
        if (!CURRENT.isBound()) {
            return null;
        }
        var loop = CURRENT.get();
        return loop.inLoop() ? loop : null; // threads forked in a scope inherit the value
    }

    /// The reactor that this loop is part of.
    public Reactor reactor() {
        return reactor;
    }

    /// Whether the calling thread is this loop's.
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /// Runs a task on this loop, after those handed in before by the same thread. A task must not block. What it
    /// throws is logged.
    ///
    /// @throws RejectedExecutionException if the reactor is closed, or this loop has failed
    @Override
    public void execute(Runnable task) {
        if (inLoop()) {
            local.add(task);
            return;
        }
        inbox.add(task);
        wakeup();
        if (rejects && inbox.remove(task)) {
            throw new RejectedExecutionException(closedException());
        }
    }

    /// Runs a task in the next turn, when the poller has been asked again and others have been told their news: for
    /// work that always finds more to do. On this loop.
    public void executeNextTurn(Runnable task) {
        if (!inLoop()) {
            throw new IllegalStateException("not on " + name + " but on " + Thread.currentThread());
        }
        deferred.add(task);
    }

    /// A new timer, not yet set, that runs `action` on this loop.
    public Timer timer(Runnable action) {
        return new Timer(this, action);
    }

    /// The clock of this loop's timers: nanoseconds since an arbitrary point, only good for differences.
    public long nanoTime() {
        return reactor.nanoTime();
    }

    /// Whether the reactor of this loop has been closed, or this loop has failed: nothing will be waited for any
    /// more.
    public boolean isClosing() {
        return closing;
    }

    /// Wakes `waiter` when this loop ends, which may be at once. Any thread may call.
    public void wakeAtEnd(Waiter waiter) {
        guests.add(waiter);
        if (closing) {
            waiter.wake();
        }
    }

    /// Takes back what [#wakeAtEnd] was asked for.
    public void forget(Waiter waiter) {
        guests.remove(waiter);
    }

    /// How many sockets of this loop are open.
    public int openSockets() {
        return sockets.size();
    }

    @Override
    public String toString() {
        return name;
    }

    // What the loop's own thread does; see LoopThread.

    /// Makes the calling thread this loop's, for as long as `life` runs.
    void live(Runnable life) {
        thread = Thread.currentThread();
        ScopedValue.where(CURRENT, this).run(life);
    }

    Poller poller() {
        return poller;
    }

    TimerHeap timers() {
        return timers;
    }

    /// One turn, after the poller has found `news`.
    ///
    /// @return whether there was anything to do
    boolean turn(int news) {
        step();
        int due = deferred.size(); // what is put off from now on is for the turn after this one
        if (news > 0) {
            poller.dispatch(runWoken);
        }
        for (; due > 0; due--) {
            local.add(deferred.remove());
        }
        boolean busy = news > 0;
        if (timers.nextNanos() != Timer.NEVER) {
            busy |= timers.fire(nanoTime());
        }
        for (int left = TASKS_PER_TURN; left > 0; left--) {
            var task = nextTask(left % 2 == 0);
            if (task == null) {
                break;
            }
            step();
            run(task);
            busy = true;
        }
        return busy;
    }

    /// What an event has woken runs before the next event is looked at, while all that it touches is in the
    /// processor's caches.
    private void runWoken() {
        for (int left = TASKS_PER_EVENT; left > 0; left--) {
            var task = local.poll();
            if (task == null) {
                return;
            }
            step();
            run(task);
        }
    }

    /// Something new begins. The watchdog may see it late, so this needs no more than a plain write.
    private void step() {
        STEPS.setOpaque(this, ++stepsMade);
    }

    /// From both queues in turn, as either may be filled faster than it is emptied.
    private @Nullable Runnable nextTask(boolean localFirst) {
        var task = localFirst ? local.poll() : inbox.poll();
        if (task != null) {
            return task;
        }
        return localFirst ? inbox.poll() : local.poll();
    }

    /// The one place where the failure of foreign code that runs on a loop ends.
    void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            LOG.log(Level.ERROR, name + " caught what a task or a waiter threw, and goes on", t);
        }
    }

    /// Says that the loop wants to sleep.
    ///
    /// @return how long it may, in nanoseconds, negative for without limit; 0 if there is work
    long fallAsleep() {
        asleep = true;
        if (!local.isEmpty() || !deferred.isEmpty() || !inbox.isEmpty() || closing) {
            asleep = false;
            return 0;
        }
        long next = timers.nextNanos();
        if (next == Timer.NEVER) {
            return -1;
        }
        return Math.clamp(next - nanoTime(), 0, LONGEST_SLEEP_NANOS);
    }

    void awake() {
        asleep = false;
    }

    /// The end of the loop's thread: closes what is left, runs the tasks that wait, rejects all later ones.
    ///
    /// @param why the loop has failed; null if the reactor was closed
    void finish(@Nullable IOException why) {
        failure = why;
        closing = true;
        try {
            for (var socket : sockets) {
                socket.closeBecause(why != null ? why : closedException());
            }
            for (var connect : List.copyOf(connecting)) {
                connect.fail(why != null ? why : closedException());
            }
            for (var guest : guests) {
                run(guest::wake);
            }
            runAll();
            poller.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, name + " could not close its poller", e);
        } finally {
            rejects = true;
            runAll();
            ended.countDown(); // in any case: who closes the reactor waits for this
        }
    }

    private void runAll() {
        do {
            local.addAll(deferred);
            deferred.clear();
            for (Runnable task; (task = nextTask(true)) != null; ) {
                run(task);
            }
        } while (!deferred.isEmpty());
    }

    /// A connection attempt has begun. On the loop.
    void began(Connect connect) {
        connecting.add(connect);
    }

    /// A connection attempt is over. On the loop.
    void ended(Connect connect) {
        connecting.remove(connect);
    }

    // What other threads of the reactor do.

    void close() {
        closing = true;
        wakeup();
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /// What an operation throws that this loop cannot serve any more: a [ReactorClosedException], or, if the loop
    /// has failed while its reactor goes on, a [ClosedChannelException] with that as its cause.
    public ClosedChannelException closedException() {
        var why = failure;
        if (why == null) {
            return new ReactorClosedException(reactor.toString());
        }
        var failed = new ClosedChannelException();
        failed.initCause(why);
        return failed;
    }

    /// Takes a new socket in.
    void opened(KernelSocket<?> socket) throws IOException {
        sockets.add(socket);
        if (closing) {
            var closed = closedException();
            socket.closeBecause(closed);
            throw closed;
        }
    }

    void requireOpen() throws ClosedChannelException {
        if (closing) {
            throw closedException();
        }
    }

    void closed(KernelSocket<?> socket) {
        sockets.remove(socket);
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    boolean isAsleep() {
        return asleep;
    }

    long steps() {
        return steps;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    private void wakeup() {
        if (asleep && ASLEEP.compareAndSet(this, true, false)) {
            poller.wakeup();
        }
    }
}
