package dev.sluice.reactor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Where names are resolved: a few platform threads, for the system's resolver blocks the thread that asks it.
/// They end when there is nothing to resolve. More names than can wait are refused.
final class Resolver implements Executor {
    private static final int THREADS = 8;
    private static final int IDLE_SECONDS = 10;

    /// How many names may wait for a thread.
    static final int MOST_WAITING = 10_000;

    /// Asks the system for the addresses of a name.
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    private final ThreadPoolExecutor threads;
    private final Lookup lookup;

    Resolver(String reactor, Lookup lookup) {
        this.lookup = lookup;
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon().name(reactor + "-resolver-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// @throws java.util.concurrent.RejectedExecutionException if too many wait
    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /// Blocks until the system has answered. Never an empty list.
    List<InetAddress> addresses(String name) throws UnknownHostException {
        return List.of(lookup.addresses(name));
    }
}
