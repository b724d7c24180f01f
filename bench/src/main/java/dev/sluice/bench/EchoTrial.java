package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.load.Measured;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A server under a load, once: both are processes of their own.
///
/// Every server gets some thousand short connections first. A virtual thread that began while the JVM still
/// interpreted keeps interpreted frames at the bottom of its stack for life, and each park then takes the slow
/// way in and out: profiles show 6 % of the time in the JVM itself instead of 2 %.
///
/// What the server's JVM tells of itself is asked for after the timed part, while the load goes on.
///
/// @param logs where the errors of the processes go
record EchoTrial(Host host, Programs programs, LoadGenerator generator, double warmup, double seconds, Path logs) {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration SLACK = Duration.ofMinutes(2);
    private static final Duration SAMPLE = Duration.ofSeconds(1);

    /// How long a server has to let go of connections that are closed.
    private static final Duration SETTLING = Duration.ofSeconds(2);

    /// What a JVM has told; null for what was not asked.
    private record Heap(
            @Nullable Double allocatedBytes, @Nullable Double connectionBytes) {
        static final Heap UNKNOWN = new Heap(null, null);
    }

    /// @param perSecond the rate of an open loop
    Run run(int round, Echo echo, Entry entry, double perSecond) throws Unavailable, IOException, InterruptedException {
        var serverCommand = host.pinServer(entry.loops(), entry.peer().start().command(programs, entry.loops()));
        try (var server = Program.start(serverCommand, log(entry))) {
            int port = ready(server);
            var loadCommand = generator.command(programs, port, server.pid(), warmup, seconds, echo, perSecond);
            try (var load = Program.start(host.pinLoad(loadCommand), logs.resolve("load.log"))) {
                var told = load.line(SLACK.plusSeconds((long) (warmup + seconds)));
                var measured = Measured.of(told);
                var heap = entry.peer().isJava() && generator == LoadGenerator.JAVA
                        ? look(echo, server, load)
                        : Heap.UNKNOWN;
                return run(round, echo, entry.name(), measured, heap);
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

    private static Heap look(Echo echo, Program server, Program load) throws IOException, InterruptedException {
        try (var jvm = Jvm.of(server.pid())) {
            return echo instanceof Idle(int connections)
                    ? new Heap(null, connectionBytes(jvm, load, connections))
                    : new Heap(allocatedBytes(jvm, load), null);
        }
    }

    private static double connectionBytes(Jvm jvm, Program load, int connections) throws InterruptedException {
        long open = jvm.liveBytes();
        load.close();
        Thread.sleep(SETTLING);
        return (double) (open - jvm.liveBytes()) / connections;
    }

    private static @Nullable Double allocatedBytes(Jvm jvm, Program load) throws IOException, InterruptedException {
        long firstMessage = messages(load);
        long before = jvm.allocatedBytes();
        Thread.sleep(SAMPLE);
        long after = jvm.allocatedBytes();
        long messages = messages(load) - firstMessage;
        load.close();
        long asking = LongStream.generate(() -> -jvm.allocatedBytes() + jvm.allocatedBytes())
                .limit(10)
                .min()
                .orElseThrow();
        return messages == 0 ? null : (Double) Math.max(0, (double) (after - before - asking) / messages);
    }

    private static long messages(Program load) throws IOException, InterruptedException {
        load.say("messages");
        return Long.parseLong(load.line(SLACK));
    }

    private static Run run(int round, Echo echo, String peer, Measured measured, Heap heap) {
        return new Run(
                round,
                echo.name(),
                peer,
                measured.seconds(),
                measured.messages(),
                measured.serverCpuMicros(),
                measured.loadCpuMicros(),
                measured.latency(),
                heap.allocatedBytes(),
                measured.connectionBytes(),
                heap.connectionBytes(),
                measured.errors());
    }
}
