package dev.sluice.sockets;

import java.time.Duration;

/// A point in time that every socket operation below keeps: `Deadline.within(Duration.ofSeconds(2), () -> …)`.
///
/// It holds for the calling thread and those that inherit its [ScopedValue]s. An operation that would wait past
/// it throws a [java.net.SocketTimeoutException]; the socket can be used on, and nothing is lost. Of several
/// limits the earliest counts.
public final class Deadline {
    /// No deadline, on the scale of [System#nanoTime].
    static final long NEVER = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofDays(100 * 365);

    private static final ScopedValue<Long> CURRENT = ScopedValue.newInstance();

    private Deadline() {}

    /// Runs `body`; its socket operations must end within `limit` from now.
    ///
    /// @return what `body` returns
    /// @throws X what `body` throws
    public static <R, X extends Throwable> R within(Duration limit, ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        long deadline = earlier(currentNanos(), after(limit));
        return ScopedValue.where(CURRENT, deadline).call(body);
    }

    /// The deadline that holds here, or NEVER.
    static long currentNanos() {
        return CURRENT.isBound() ? CURRENT.get() : NEVER;
    }

    /// The point in time that is `limit` from now; NEVER if that is further than anybody waits.
    ///
    /// @throws IllegalArgumentException if the limit is negative
    static long after(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("time limit " + limit + " is negative");
        }
        return limit.compareTo(LONGEST) > 0 ? NEVER : System.nanoTime() + limit.toNanos();
    }

    /// The time that is left, at least 1 ns: zero would mean no limit.
    static Duration rest(long deadlineNanos) {
        return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    static long earlier(long a, long b) {
        if (a == NEVER || b == NEVER) {
            return a == NEVER ? b : a;
        }
        return a - b < 0 ? a : b;
    }
}
