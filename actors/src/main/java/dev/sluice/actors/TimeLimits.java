package dev.sluice.actors;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The limits of time of one connection, on its loop. Costs nothing where none is set.
final class TimeLimits {
    private final TcpConnection connection;
    private final EventLoop loop;
    private final ConnectionSettings settings;

    /// Whether anything but the times of registering and closing is limited.
    private final boolean watched;

    private @Nullable Timer watch;

    /// Waits for the registration, later for the close.
    private @Nullable Timer once;

    private long lastReadNanos;

    /// Written by the threads that send files, too.
    private volatile long lastWriteNanos;

    TimeLimits(TcpConnection connection, EventLoop loop, ConnectionSettings settings) {
        this.connection = connection;
        this.loop = loop;
        this.settings = settings;
        this.watched = !settings.idleTimeout().isZero()
                || !settings.readTimeout().isZero()
                || !settings.writeTimeout().isZero();
    }

    void awaitRegister() {
        set("no Register came", settings.registerTimeout());
    }

    void registered() {
        cancel(once);
        if (watched) {
            lastReadNanos = loop.nanoTime();
            lastWriteNanos = lastReadNanos;
            watch = loop.timer(this::look);
            look();
        }
    }

    void closing() {
        cancel(once);
        set("closing was not done", settings.closeTimeout());
    }

    private void set(String what, Duration limit) {
        if (!limit.isZero()) {
            var timer = loop.timer(() -> connection.timedOut(what, limit));
            timer.set(loop.nanoTime() + limit.toNanos());
            once = timer;
        }
    }

    /// Bytes have come, or are wanted from now on.
    void read() {
        if (watched) {
            lastReadNanos = loop.nanoTime();
        }
    }

    /// Bytes have gone, or wait from now on. On any thread.
    void wrote() {
        if (watched) {
            lastWriteNanos = loop.nanoTime();
        }
    }

    /// Looks at the clock, and says when to look again.
    private void look() {
        if (connection.isReleasing()) {
            return;
        }
        long now = loop.nanoTime();
        long next = Long.MAX_VALUE;
        next = Math.min(
                next,
                look(
                        settings.idleTimeout(),
                        Math.max(lastReadNanos, lastWriteNanos),
                        now,
                        "nothing was read or written"));
        if (connection.isReading()) {
            next = Math.min(next, look(settings.readTimeout(), lastReadNanos, now, "nothing was read"));
        }
        if (connection.isBusy()) {
            next = Math.min(next, look(settings.writeTimeout(), lastWriteNanos, now, "the peer has taken nothing"));
        }
        if (watch != null && !connection.isReleasing()) {
            watch.set(next == Long.MAX_VALUE ? now + shortest() : next);
        }
    }

    private long look(Duration limit, long sinceNanos, long now, String what) {
        if (limit.isZero() || connection.isReleasing()) {
            return Long.MAX_VALUE;
        }
        long due = sinceNanos + limit.toNanos();
        if (due - now <= 0) {
            connection.timedOut(what, limit);
        }
        return due;
    }

    private long shortest() {
        long shortest = Long.MAX_VALUE;
        for (var limit : new Duration[] {settings.idleTimeout(), settings.readTimeout(), settings.writeTimeout()}) {
            if (!limit.isZero()) {
                shortest = Math.min(shortest, limit.toNanos());
            }
        }
        return shortest;
    }

    void stop() {
        cancel(once);
        cancel(watch);
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
