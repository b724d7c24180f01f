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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which program puts the load on a server. Both take the same arguments, verify what comes back, and tell the
/// same.
enum LoadGenerator {
    /// On a socket of Sluice's own. It goes on with its load after it has told, until its input ends.
    JAVA,

    /// On epoll; for closed loops, short connections and idle ones. It ends when it has told.
    C;

    private static final String PREPARE = "5000";

    /// Why it cannot do a workload, or null.
    @Nullable
    String cannot(Workload workload) {
        boolean onlyInJava = workload instanceof Open || workload instanceof Active;
        return this == C && onlyInJava ? "the load generator in C does not have it" : null;
    }

    /// @param perSecond the rate of an open loop
    List<String> command(
            Programs programs, int port, long pid, double warmup, double seconds, Echo echo, double perSecond)
            throws Unavailable {
        var arguments = new ArrayList<>(List.of("127.0.0.1", String.valueOf(port)));
        arguments.addAll(List.of("--server-pid", String.valueOf(pid), "--prepare", PREPARE));
        arguments.addAll(List.of("--warmup", String.valueOf(warmup), "--secs", String.valueOf(seconds)));
        arguments.addAll(load(echo, perSecond));
        if (this == JAVA) {
            return programs.java("dev.sluice.bench.load.Main", arguments);
        }
        arguments.addFirst(programs.compiled("loadgen"));
        return arguments;
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
