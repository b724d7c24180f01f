package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Latency;
import dev.sluice.bench.Results.Latency.Point;
import dev.sluice.bench.Results.Machine;
import dev.sluice.bench.Results.Run;
import java.util.List;

/// Results made by hand.
final class Samples {
    static final String ECHO = "64x64x1";
    static final String IDLE = "idle";

    static final Machine MACHINE = new Machine(
            "Linux 6.18", "a processor", 2, "25.0.1", "0.1.0 abc1234", "2026-11-21T12:00:00Z", "./sluice bench");

    private Samples() {}

    static Results of(Run... runs) {
        return new Results(MACHINE, List.of(runs));
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
                0);
    }

    static Run idle(int round, String peer, double bytes) {
        return new Run(round, IDLE, peer, 1.0, 0, 0.0, 0.0, null, null, bytes, peer.equals("c") ? null : bytes / 2, 0);
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
