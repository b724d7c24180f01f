package dev.sluice.bench.micro;

import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What a chain of futures costs, made and used once: `map` of values that are there, `then` of futures that
/// are there, and `late`, where the first value comes only after the chain is made, as from a socket. A lazy
/// future is polled through all its links; a `CompletableFuture` runs each link where it is added or, if late,
/// from the end of its list of dependents. Both make some objects for each link. `pending` is a poll that finds
/// nothing yet, as a task does for each wake-up that was not for it: it allocates nothing, and has no like in
/// the JDK.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainBenchmark {
    @Param({"1", "8", "64"})
    int depth = 1;

    private final Context context = Context.of(() -> {});
    private PollFuture<Integer> waiting = new Late();

    /// A value that is not there at the first poll, or never if nobody gives it.
    private static final class Late implements PollFuture<Integer> {
        private boolean there;

        @Override
        public Poll<Integer> poll(Context cx) {
            return there ? Poll.ready(1) : Poll.pending();
        }
    }

    @Setup
    public void chain() {
        waiting = mapped(new Late());
    }

    private PollFuture<Integer> mapped(PollFuture<Integer> first) {
        var all = first;
        for (int i = 0; i < depth; i++) {
            all = all.map(value -> value + 1);
        }
        return all;
    }

    private CompletableFuture<Integer> mapped(CompletableFuture<Integer> first) {
        var all = first;
        for (int i = 0; i < depth; i++) {
            all = all.thenApply(value -> value + 1);
        }
        return all;
    }

    @Benchmark
    public Poll<Integer> mapSluice() throws IOException {
        return context.poll(mapped(PollFuture.ready(1)));
    }

    @Benchmark
    public Integer mapJdk() {
        return mapped(CompletableFuture.completedFuture(1)).join();
    }

    @Benchmark
    public Poll<Integer> thenSluice() throws IOException {
        var all = PollFuture.ready(1);
        for (int i = 0; i < depth; i++) {
            all = all.andThen(value -> PollFuture.ready(value + 1));
        }
        return context.poll(all);
    }

    @Benchmark
    public Integer thenJdk() {
        var all = CompletableFuture.completedFuture(1);
        for (int i = 0; i < depth; i++) {
            all = all.thenCompose(value -> CompletableFuture.completedFuture(value + 1));
        }
        return all.join();
    }

    @Benchmark
    public Poll<Integer> lateSluice() throws IOException {
        var first = new Late();
        var all = mapped(first);
        context.poll(all);
        first.there = true;
        return context.poll(all);
    }

    @Benchmark
    public Integer lateJdk() {
        var first = new CompletableFuture<Integer>();
        var all = mapped(first);
        first.complete(1);
        return all.join();
    }

    @Benchmark
    public Poll<Integer> pendingSluice() throws IOException {
        return context.poll(waiting);
    }
}
