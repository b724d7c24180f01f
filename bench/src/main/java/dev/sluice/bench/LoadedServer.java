package dev.sluice.bench;

import dev.sluice.bench.Results.Run;
import dev.sluice.bench.Workload.Accept;
import dev.sluice.bench.Workload.Churn;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.load.Measured;
import java.io.IOException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server and the load on it, both processes of their own.
///
/// Every server gets some thousand short connections first. A virtual thread that began while the JVM still
/// interpreted keeps interpreted frames at the bottom of its stack for life, and each park then takes the slow
/// way in and out: profiles show 6 % of the time in the JVM itself instead of 2 %.
record LoadedServer(Echo echo, Entry entry, Program server, Load load) implements AutoCloseable {
    /// What a server has told; null for what was not asked.
    private record Told(
            @Nullable Double allocatedBytes,
            @Nullable Double connectionHeapBytes,
            @Nullable Double busiestPercent) {
        static final Told NOTHING = new Told(null, null, null);
    }

    /// Lets the server do what is to be measured later. It is idle after that.
    void warmUp(double seconds) throws IOException, InterruptedException {
        load.measure(0, seconds);
        load.end();
    }

    /// Measures, and takes the load away.
    Run measure(int round, double warmup, double seconds) throws IOException, InterruptedException {
        var measured = load.measure(warmup, seconds);
        load.end();
        return run(round, measured, Told.NOTHING);
    }

    /// Measures a last time, and asks the server while the load goes on.
    Run measureAndAsk(int round, double warmup, double seconds) throws IOException, InterruptedException {
        var measured = load.measure(warmup, seconds);
        return run(round, measured, entry.peer().isJava() && load.goesOn() ? ask() : Told.NOTHING);
    }

    private Told ask() throws IOException, InterruptedException {
        try (var jvm = Jvm.of(server.pid())) {
            return switch (echo) {
                case Idle(int connections) -> new Told(null, connectionBytes(jvm, connections), null);
                case Accept(int _, Echo of) -> {
                    double busiest = busiestPercent(of instanceof Churn ? "accepted" : "open");
                    yield new Told(allocatedBytes(jvm), null, busiest);
                }
                default -> new Told(allocatedBytes(jvm), null, null);
            };
        }
    }

    /// What is on the heap while the connections are open, and is not after the server has closed them, too.
    private double connectionBytes(Jvm jvm, int connections) throws IOException, InterruptedException {
        long open = jvm.liveBytes();
        load.end();
        return (double) (open - jvm.liveBytes()) / connections;
    }

    private @Nullable Double allocatedBytes(Jvm jvm) throws IOException, InterruptedException {
        long before = jvm.allocatedBytes();
        long messages = load.sample();
        long after = jvm.allocatedBytes();
        load.end();
        long asking = LongStream.generate(() -> -jvm.allocatedBytes() + jvm.allocatedBytes())
                .limit(10)
                .min()
                .orElseThrow();
        return messages == 0 ? null : (Double) Math.max(0, (double) (after - before - asking) / messages);
    }

    /// @param which connections count
    private double busiestPercent(String which) throws IOException, InterruptedException {
        server.say(which);
        var each = Stream.of(server.line(Load.SLACK).split(" "))
                .mapToLong(Long::parseLong)
                .summaryStatistics();
        return each.getSum() == 0 ? 0 : 100.0 * each.getMax() / each.getSum();
    }

    private Run run(int round, Measured measured, Told told) {
        return new Run(
                round,
                echo.name(),
                entry.name(),
                measured.seconds(),
                measured.messages(),
                measured.serverCpuMicros(),
                measured.loadCpuMicros(),
                measured.latency(),
                told.allocatedBytes(),
                measured.connectionBytes(),
                told.connectionHeapBytes(),
                told.busiestPercent(),
                measured.errors());
    }

    @Override
    public void close() {
        load.close();
        server.close();
    }
}
