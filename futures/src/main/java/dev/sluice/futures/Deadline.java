package dev.sluice.futures;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/// A point in time that lies a given time after the first look at it.
final class Deadline {
    /// More would be beyond the clock: there is no limit then.
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Duration time;
    private long nanos;
    private boolean running;

    Deadline(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time " + time + " is negative");
        }
        this.time = time;
    }

    /// Whether the time is up; if not, the context's waker will be woken when it is.
    boolean isOver(Context cx) throws ClosedChannelException {
        if (time.compareTo(LONGEST) > 0) {
            return false;
        }
        long now = cx.nanoTime();
        if (!running) {
            restart(now);
        }
        if (now - nanos >= 0) {
            return true;
        }
        cx.wakeAt(nanos);
        return false;
    }

    /// Lets the time begin anew.
    void restart(long nowNanos) {
        running = true;
        nanos = nowNanos + time.toNanos();
    }

    /// Begins the next period where this one ended; periods that have gone by are skipped.
    void next(long nowNanos) {
        long period = Math.max(1, time.toNanos());
        nanos += Math.max(1, (nowNanos - nanos) / period + 1) * period;
    }
}
