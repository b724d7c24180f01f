package dev.sluice.reactor;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Names what blocks a loop. A thread of its own looks at each loop every half of the limit: a loop that is awake
/// but has begun no turn and no task since the look before is blocked, and its stack says by what. Told once per
/// blockage.
final class Watchdog implements Runnable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    private static final int FRAMES = 12;

    private final Reactor reactor;
    private final Duration limit;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Watchdog(Reactor reactor, Duration limit) {
        this.reactor = reactor;
        this.limit = limit;
    }

    static Watchdog start(Reactor reactor, Duration limit) {
        var watchdog = new Watchdog(reactor, limit);
        Thread.ofPlatform().daemon().name(reactor + "-watchdog").start(watchdog);
        return watchdog;
    }

    void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        int loops = reactor.loops().size();
        var steps = new long[loops];
        var looks = new int[loops];
        try {
            while (!stopped.await(limit.toNanos() / 2, TimeUnit.NANOSECONDS)) {
                for (int i = 0; i < loops; i++) {
                    var loop = reactor.loops().get(i);
                    long now = loop.steps();
                    boolean stuck = now == steps[i] && !loop.isAsleep() && !loop.hasEnded();
                    steps[i] = now;
                    looks[i] = stuck ? looks[i] + 1 : 0;
                    if (looks[i] == 2) {
                        report(loop, now);
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody else has this thread: it is wanted to end
        }
    }

    private void report(EventLoop loop, long steps) {
        var thread = loop.thread();
        if (thread == null) {
            return;
        }
        var stack = thread.getStackTrace();
        if (loop.steps() != steps) {
            return; // it goes on just now: the stack says nothing of what has blocked it
        }
        if (hasGivenWay(stack) || isBetweenTasks(stack)) {
            LOG.log(
                    Level.WARNING,
                    "[X-501] {0} has not run for more than {1} ms: the virtual threads before it do not give way, or"
                            + " the machine is overloaded. Move long computations to platform threads",
                    loop,
                    limit.toMillis());
        } else {
            LOG.log(
                    Level.WARNING,
                    "[X-501] {0} has been blocked for more than {1} ms. Move the work to a virtual thread.{2}",
                    loop,
                    limit.toMillis(),
                    text(stack));
        }
    }

    /// Whether a hosted loop waits for its turn on the JDK's scheduler, having yielded or been woken: nothing blocks
    /// it from inside.
    private static boolean hasGivenWay(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .anyMatch(frame -> isIn(frame, Thread.class, "yield") || isIn(frame, LoopThread.class, "lend"));
    }

    private static boolean isIn(StackTraceElement frame, Class<?> type, String method) {
        return frame.getClassName().equals(type.getName())
                && frame.getMethodName().equals(method);
    }

    /// Whether the loop is in its own code: it blocks nothing, but gets no processor.
    private static boolean isBetweenTasks(StackTraceElement[] stack) {
        return stack.length > 0 && stack[0].getClassName().equals(EventLoop.class.getName());
    }

    private static String text(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }
}
