package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Latency;
import dev.sluice.bench.Results.Latency.Point;
import dev.sluice.bench.Results.Machine;
import dev.sluice.bench.Results.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Results made by hand.
final class Samples {
    static final String ECHO = "64x64x1";
    static final String IDLE = "idle-10000";

    static final Machine MACHINE = new Machine(
            "Linux 6.18", "a processor", 2, "25.0.1", "0.1.0 abc1234", "2026-11-21T12:00:00Z", "./sluice bench");

    private Samples() {}

    static Results of(Run... runs) {
        return new Results(MACHINE, List.of(), List.of(runs));
    }

    /// One second of 1,000 messages.
    static Run echo(int round, String peer, double cpuMicrosPerMessage, double medianMicros) {
        return new Run(
                round,
                ECHO,
                peer,
                1.0,
                1000,
                1000 * cpuMicrosPerMessage,
                2000.0,
                latency(medianMicros),
                peer.equals("c") ? null : 24.5,
                null,
                null,
                null,
                0);
    }

    static Run idle(int round, String peer, double bytes) {
        return idle(round, 10_000, peer, bytes);
    }

    /// @param bytes of each connection
    static Run idle(int round, int connections, String peer, double bytes) {
        var heap = peer.equals("c") ? null : (Double) (bytes / 2);
        return new Run(round, "idle-" + connections, peer, 1.0, 0, 0.0, 0.0, null, null, bytes, heap, null, 0);
    }

    /// One second of 1,000 short connections on two loops.
    static Run accept(String peer, @Nullable Double busiestPercent) {
        return new Run(1, "accept-churn", peer, 1.0, 1000, 5000.0, 2000.0, null, null, null, null, busiestPercent, 0);
    }

    /// Each nine doubles the time.
    static Latency latency(double medianMicros) {
        return new Latency(List.of(
                new Point(0, medianMicros),
                new Point(50, medianMicros),
                new Point(90, 2 * medianMicros),
                new Point(99, 4 * medianMicros),
                new Point(99.9, 8 * medianMicros),
                new Point(100, 100 * medianMicros)));
    }
}
