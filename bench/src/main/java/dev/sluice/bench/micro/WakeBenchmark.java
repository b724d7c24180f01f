package dev.sluice.bench.micro;

import dev.sluice.reactor.Reactor;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// How long it takes from `execute` on one thread until a loop runs the task. A loop that is asleep is woken by
/// a call to the system, and the scheduler of the kernel has it run: most of that time is the kernel's. A loop
/// that is awake, because it has work, looks at its queue by itself; nobody calls the system. The thread that
/// asks spins until the task has run, so that its own waking is not counted: this needs two processors that are
/// idle, and on a busy machine only the medians mean something. Netty's loop is its epoll one where there is
/// epoll.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WakeBenchmark {
    /// Long enough for a loop to fall asleep.
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    @Param({"asleep", "awake"})
    String loop = "asleep";

    private final Reactor reactor = Loops.open();
    private final MultiThreadIoEventLoopGroup netty = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    private volatile boolean ran;
    private volatile boolean ended;
    private final Runnable task = this::run;

    /// Keeps one loop awake, the one that is measured.
    @State(Scope.Benchmark)
    public static class Sluice {
        private Executor loop = Runnable::run;

        @Setup
        public void begin(WakeBenchmark all) {
            loop = all.reactor.nextLoop();
            all.keepAwake(loop);
        }
    }

    /// Keeps one loop awake, the one that is measured.
    @State(Scope.Benchmark)
    public static class Netty {
        private Executor loop = Runnable::run;

        @Setup
        public void begin(WakeBenchmark all) {
            loop = all.netty.next();
            all.keepAwake(loop);
        }
    }

    private void keepAwake(Executor executor) {
        if (loop.equals("awake")) {
            executor.execute(new Busy(executor));
        }
    }

    /// Work without end, one task after the other.
    private final class Busy implements Runnable {
        private final Executor executor;

        Busy(Executor executor) {
            this.executor = executor;
        }

        @Override
        public void run() {
            if (!ended) {
                executor.execute(this);
            }
        }
    }

    @Setup(Level.Invocation)
    public void pause() {
        ran = false;
        if (loop.equals("asleep")) {
            long end = System.nanoTime() + PAUSE_NANOS;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    @TearDown
    public void close() {
        ended = true;
        reactor.close();
        netty.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Benchmark
    public void executeSluice(Sluice sluice) {
        runOn(sluice.loop);
    }

    @Benchmark
    public void executeNetty(Netty netty) {
        runOn(netty.loop);
    }

    private void run() {
        ran = true;
    }

    private void runOn(Executor executor) {
        executor.execute(task);
        while (!ran) {
            Thread.onSpinWait();
        }
    }
}
