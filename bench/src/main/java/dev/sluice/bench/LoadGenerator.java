package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Workload.Accept;
import dev.sluice.bench.Workload.Active;
import dev.sluice.bench.Workload.Churn;
import dev.sluice.bench.Workload.Closed;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.Workload.Loops;
import dev.sluice.bench.Workload.Open;
import dev.sluice.bench.load.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which program puts the load on a server. Both verify what comes back, and tell the same.
enum LoadGenerator {
    /// On a socket of Sluice's own.
    JAVA,

    /// On epoll; for closed loops, short connections and idle ones.
    C;

    private static final String PREPARE = "5000";

    /// Why it cannot do a workload, or null.
    @Nullable
    String cannot(Workload workload) {
        boolean onlyInJava = workload instanceof Open || workload instanceof Active;
        return this == C && onlyInJava ? "the load generator in C does not have it" : null;
    }

    /// Gets ready to put load on a server.
    ///
    /// @param perSecond the rate of an open loop
    /// @param log where the errors of the generator go
    Load on(Program server, int port, Echo echo, double perSecond, Host host, Programs programs, Path log)
            throws Unavailable, IOException {
        var arguments = new ArrayList<>(List.of("127.0.0.1", String.valueOf(port)));
        arguments.addAll(List.of("--server-pid", String.valueOf(server.pid())));
        arguments.addAll(load(echo, perSecond));
        var prepare = List.of("--prepare", PREPARE);
        if (this == C) {
            arguments.addFirst(programs.compiled("loadgen"));
            return new Load.Repeated(host.pinLoad(arguments), prepare, log);
        }
        arguments.addAll(prepare);
        var command = programs.java("dev.sluice.bench.load.Main", arguments);
        return new Load.Lasting(Program.start(host.pinLoad(command), log));
    }

    private static List<String> load(Echo echo, double perSecond) {
        return switch (echo) {
            case Closed(Shape shape) -> closed(shape);
            case Loops(int _, Shape shape) -> closed(shape);
            case Accept(int _, Echo of) -> load(of, perSecond);
            case Churn(int atATime) -> List.of("--churn", "--conns", String.valueOf(atATime), "--size", "64");
            case Idle(int connections) -> List.of("--idle", String.valueOf(connections));
            case Active(int idle, Shape shape) -> with(closed(shape), "--idle", String.valueOf(idle));
            case Open(Shape shape) -> with(closed(shape), "--rate", String.valueOf(perSecond));
        };
    }

    private static List<String> closed(Shape shape) {
        return List.of(
                "--conns",
                String.valueOf(shape.connections()),
                "--size",
                String.valueOf(shape.bytes()),
                "--depth",
                String.valueOf(shape.depth()));
    }

    private static List<String> with(List<String> arguments, String option, String value) {
        var more = new ArrayList<>(arguments);
        more.add(option);
        more.add(value);
        return more;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
