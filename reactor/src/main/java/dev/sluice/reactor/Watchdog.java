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
        var all = reactor.loops().stream().map(Watched::new).toList();
        try {
            while (!stopped.await(limit.toNanos() / 2, TimeUnit.NANOSECONDS)) {
                all.forEach(Watched::look);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody else has this thread: it is wanted to end
        }
    }

    /// One loop, and what has been seen of it.
    private final class Watched {
        private final EventLoop loop;
        private long steps;

        /// How often in turn it was awake and in the same step.
        private int looks;

        /// It has been told that the loop does not run.
        private boolean late;

        Watched(EventLoop loop) {
            this.loop = loop;
        }

        void look() {
            long now = loop.steps();
            if (now != steps || loop.isAsleep() || loop.hasEnded()) {
                steps = now;
                looks = 0;
                late = false;
            } else if (++looks == 2) {
                report();
            }
        }

        private void report() {
            var thread = loop.thread();
            if (thread == null) {
                return;
            }
            var stack = thread.getStackTrace();
            if (loop.steps() != steps) {
                return; // it goes on just now: the stack says nothing of what has blocked it
            }
            if (isInsideForeignCode(stack)) {
                LOG.log(
                        Level.WARNING,
                        "[X-501] {0} has been blocked for more than {1} ms. Move the work to a virtual thread.{2}",
                        loop,
                        limit.toMillis(),
                        text(stack));
                return;
            }
            if (!late) {
                LOG.log(
                        Level.WARNING,
                        "[X-501] {0} has not run for more than {1} ms: the virtual threads before it do not give way,"
                                + " or the machine is overloaded. Move long computations to platform threads",
                        loop,
                        limit.toMillis());
            }
            late = true;
            looks = 0; // the task that this step is for may block yet
        }
    }

    /// Whether the loop has called a task or a waiter. If not, it is in code of its own, waits in its poller, or
    /// waits for its turn on the JDK's scheduler, having yielded or been woken: nothing blocks it, but it gets no
    /// processor.
    private static boolean isInsideForeignCode(StackTraceElement[] stack) {
        for (int i = 0; i < stack.length; i++) {
            var type = stack[i].getClassName();
            if (type.equals(EventLoop.class.getName())) {
                return i > 0;
            }
            if (type.equals(LoopThread.class.getName())) {
                return false;
            }
        }
        return false;
    }

    private static String text(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }
}
