package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.Workload.Accept;
import dev.sluice.bench.Workload.Churn;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.load.Measured;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server under a load, once: both are processes of their own.
///
/// Every server gets some thousand short connections first. A virtual thread that began while the JVM still
/// interpreted keeps interpreted frames at the bottom of its stack for life, and each park then takes the slow
/// way in and out: profiles show 6 % of the time in the JVM itself instead of 2 %.
///
/// What the server tells of itself is asked for after the timed part, while the load goes on.
///
/// @param logs where the errors of the processes go
record EchoTrial(Host host, Programs programs, LoadGenerator generator, double warmup, double seconds, Path logs) {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration SLACK = Duration.ofMinutes(2);

    /// What a server has told; null for what was not asked.
    private record Told(
            @Nullable Double allocatedBytes,
            @Nullable Double connectionHeapBytes,
            @Nullable Double busiestPercent) {
        static final Told NOTHING = new Told(null, null, null);
    }

    /// @param perSecond the rate of an open loop
    Run run(int round, Echo echo, Entry entry, double perSecond) throws Unavailable, IOException, InterruptedException {
        var serverCommand = host.pinServer(entry.loops(), entry.peer().start().command(programs, entry.loops()));
        try (var server = Program.start(serverCommand, log(entry))) {
            int port = ready(server);
            var loadCommand = generator.command(programs, port, server.pid(), warmup, seconds, echo, perSecond);
            try (var load = Program.start(host.pinLoad(loadCommand), logs.resolve("load.log"))) {
                var measured = Measured.of(load.line(SLACK.plusSeconds((long) (warmup + seconds))));
                var told = entry.peer().isJava() && generator == LoadGenerator.JAVA
                        ? ask(echo, server, load)
                        : Told.NOTHING;
                return run(round, echo, entry.name(), measured, told);
            }
        }
    }

    /// The errors of a peer's last run.
    private Path log(Entry entry) {
        return logs.resolve(entry.name().replaceAll("[:/]", "-") + ".log");
    }

    private static int ready(Program server) throws Unavailable, InterruptedException {
        try {
            return server.port(START);
        } catch (IOException e) {
            throw new Unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static Told ask(Echo echo, Program server, Program load) throws IOException, InterruptedException {
        try (var jvm = Jvm.of(server.pid())) {
            return switch (echo) {
                case Idle(int connections) -> new Told(null, connectionBytes(jvm, load, connections), null);
                case Accept(int _, Echo of) -> {
                    double busiest = busiestPercent(server, of instanceof Churn ? "accepted" : "open");
                    yield new Told(allocatedBytes(jvm, load), null, busiest);
                }
                default -> new Told(allocatedBytes(jvm, load), null, null);
            };
        }
    }

    /// What is on the heap while the connections are open, and is not after the server has closed them, too.
    private static double connectionBytes(Jvm jvm, Program load, int connections)
            throws IOException, InterruptedException {
        long open = jvm.liveBytes();
        answer(load, "close");
        return (double) (open - jvm.liveBytes()) / connections;
    }

    private static @Nullable Double allocatedBytes(Jvm jvm, Program load) throws IOException, InterruptedException {
        long before = jvm.allocatedBytes();
        long messages = answer(load, "sample");
        long after = jvm.allocatedBytes();
        load.close();
        long asking = LongStream.generate(() -> -jvm.allocatedBytes() + jvm.allocatedBytes())
                .limit(10)
                .min()
                .orElseThrow();
        return messages == 0 ? null : (Double) Math.max(0, (double) (after - before - asking) / messages);
    }

    private static long answer(Program load, String question) throws IOException, InterruptedException {
        load.say(question);
        return Long.parseLong(load.line(SLACK));
    }

    /// @param which connections count
    private static double busiestPercent(Program server, String which) throws IOException, InterruptedException {
        server.say(which);
        var each = Stream.of(server.line(SLACK).split(" "))
                .mapToLong(Long::parseLong)
                .summaryStatistics();
        return each.getSum() == 0 ? 0 : 100.0 * each.getMax() / each.getSum();
    }

    private static Run run(int round, Echo echo, String peer, Measured measured, Told told) {
        return new Run(
                round,
                echo.name(),
                peer,
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
}
