package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Workload.Echo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Starts the servers of a benchmark over TCP, each with its load generator.
///
/// @param logs where the errors of the processes go
record Servers(Host host, Programs programs, LoadGenerator generator, Path logs) {
    private static final Duration START = Duration.ofMinutes(1);

    /// @param perSecond the rate of an open loop
    LoadedServer start(Echo echo, Entry entry, double perSecond) throws Unavailable, IOException, InterruptedException {
        var command = host.pinServer(entry.loops(), entry.peer().start().command(programs, entry.loops()));
        var server = Program.start(command, log(entry, ""));
        try {
            int port = ready(server);
            var load = generator.on(server, port, echo, perSecond, host, programs, log(entry, "-load"));
            return new LoadedServer(echo, entry, server, load);
        } catch (Unavailable | IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// One that has done for a while what is to be measured, and is idle now.
    LoadedServer startWarm(Echo echo, Entry entry, double seconds)
            throws Unavailable, IOException, InterruptedException {
        var server = start(echo, entry, 0);
        try {
            server.warmUp(seconds);
            return server;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    /// The errors of the last process of its kind.
    private Path log(Entry entry, String suffix) {
        return logs.resolve(entry.name().replaceAll("[:/]", "-") + suffix + ".log");
    }

    private static int ready(Program server) throws Unavailable, InterruptedException {
        try {
            return server.port(START);
        } catch (IOException e) {
            throw new Unavailable(String.valueOf(e.getMessage()));
        }
    }
}
