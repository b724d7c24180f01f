package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// A thread that polls a future and sleeps in between.
final class Awaiting implements Waker {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    private Awaiting() {}

    static <T> T await(PollFuture<T> future) throws IOException, InterruptedException {
        var loop = EventLoop.current();
        if (loop != null) {
            throw new IllegalStateException(
                    "await would block " + loop + ", which has other work to do. Use andThen, or a virtual thread");
        }
        var me = new Awaiting();
        var cx = Context.of(me);
        boolean over = false;
        try {
            while (true) {
                me.woken = false;
                over = true; // by what poll throws or gives
                if (cx.poll(future) instanceof Poll.Ready<T>(var value)) {
                    return value;
                }
                over = false;
                me.sleep(cx);
            }
        } finally {
            if (!over) {
                future.abandon();
            }
            cx.release();
        }
    }

    private void sleep(Context cx) throws InterruptedException {
        while (!woken) {
            if (Thread.interrupted()) {
                throw new InterruptedException("await was interrupted");
            }
            long deadline = cx.deadlineNanos();
            if (deadline == Long.MAX_VALUE) {
                LockSupport.park(this);
                continue;
            }
            long left = deadline - cx.nanoTime();
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, left);
        }
        Thread.yield(); // a budget that is used up wakes at once, and others wait for this carrier
    }

    @Override
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    @Override
    public String toString() {
        return "await on " + thread;
    }
}
