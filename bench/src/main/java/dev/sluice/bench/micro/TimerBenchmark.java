package dev.sluice.bench.micro;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.Timer;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What a time limit of a connection costs, for 10,000 connections at once. `cancelAndSet` is the limit that is
/// never reached: each connection takes back the one it has, half a minute ahead, and sets the next. `fire` is
/// the limit that is reached: all are set to a time that has come, and run. A timer of Sluice belongs to its
/// loop's thread and is set again and again without allocation; the JDK's executor has a lock and a new object
/// for each task. Netty's wheel takes a new object, too, and leaves the work of filing it to a thread of its
/// own, which looks once a millisecond here: what that thread does beside `cancelAndSet` is not in its figure,
/// and the millisecond is in that of `fire`, a tenth of a microsecond for each timer.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TimerBenchmark.CONNECTIONS)
public class TimerBenchmark {
    static final int CONNECTIONS = 10_000;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// One of Sluice's loops, with a timer for each connection.
    @State(Scope.Benchmark)
    public static class Sluice {
        private final Reactor reactor = Loops.open();
        private final EventLoop loop = reactor.nextLoop();
        private final List<Timer> limits = new ArrayList<>();
        private final List<Timer> alarms = new ArrayList<>();
        private CountDownLatch left = new CountDownLatch(0);

        @Setup
        public void fill() throws InterruptedException {
            for (int i = 0; i < CONNECTIONS; i++) {
                limits.add(loop.timer(() -> {}));
                alarms.add(loop.timer(() -> left.countDown()));
            }
            onLoop(() -> limits.forEach(this::again));
        }

        private void again(Timer limit) {
            limit.cancel();
            limit.set(loop.nanoTime() + LIMIT_NANOS);
        }

        private void alarmAll() {
            long now = loop.nanoTime();
            alarms.forEach(alarm -> alarm.set(now));
        }

        private void onLoop(Runnable task) throws InterruptedException {
            var done = new CountDownLatch(1);
            loop.execute(() -> {
                task.run();
                done.countDown();
            });
            done.await();
        }

        @TearDown
        public void close() {
            reactor.close();
        }
    }

    /// The JDK's executor with one thread.
    @State(Scope.Benchmark)
    public static class Jdk {
        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        private final Future<?>[] limits = new Future<?>[CONNECTIONS];

        @Setup
        public void fill() {
            executor.setRemoveOnCancelPolicy(true);
            Arrays.setAll(limits, i -> limit());
        }

        private Future<?> limit() {
            return executor.schedule(() -> {}, LIMIT_NANOS, TimeUnit.NANOSECONDS);
        }

        @TearDown
        public void close() {
            executor.shutdownNow();
        }
    }

    /// Netty's wheel, with a tick of a millisecond.
    @State(Scope.Benchmark)
    public static class Netty {
        private final HashedWheelTimer wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
        private final Timeout[] limits = new Timeout[CONNECTIONS];

        @Setup
        public void fill() {
            Arrays.setAll(limits, i -> limit());
        }

        private Timeout limit() {
            return wheel.newTimeout(_ -> {}, LIMIT_NANOS, TimeUnit.NANOSECONDS);
        }

        @TearDown
        public void close() {
            wheel.stop();
        }
    }

    @Benchmark
    public void cancelAndSetSluice(Sluice sluice) throws InterruptedException {
        sluice.onLoop(() -> sluice.limits.forEach(sluice::again));
    }

    @Benchmark
    public void cancelAndSetJdk(Jdk jdk) {
        for (int i = 0; i < CONNECTIONS; i++) {
            jdk.limits[i].cancel(false);
            jdk.limits[i] = jdk.limit();
        }
    }

    @Benchmark
    public void cancelAndSetNetty(Netty netty) {
        for (int i = 0; i < CONNECTIONS; i++) {
            netty.limits[i].cancel();
            netty.limits[i] = netty.limit();
        }
    }

    @Benchmark
    public void fireSluice(Sluice sluice) throws InterruptedException {
        var left = new CountDownLatch(CONNECTIONS);
        sluice.left = left;
        sluice.loop.execute(sluice::alarmAll);
        left.await();
    }

    @Benchmark
    public void fireJdk(Jdk jdk) throws InterruptedException {
        var left = new CountDownLatch(CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            Future<?> _ = jdk.executor.schedule(left::countDown, 0, TimeUnit.NANOSECONDS);
        }
        left.await();
    }

    @Benchmark
    public void fireNetty(Netty netty) throws InterruptedException {
        var left = new CountDownLatch(CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            netty.wheel.newTimeout(_ -> left.countDown(), 0, TimeUnit.NANOSECONDS);
        }
        left.await();
    }
}
