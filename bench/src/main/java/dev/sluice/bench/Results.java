package dev.sluice.bench;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one call of the benchmark measured, as it stands in `results.json`.
///
/// @param machine where
/// @param notes what the user was told: what was missing here, left out, or failed
/// @param runs in the order in which they ran: within a round each workload has one run of each peer
public record Results(Machine machine, List<String> notes, List<Run> runs) {
    /// Copies the lists.
    public Results {
        Objects.requireNonNull(machine, "machine");
        notes = List.copyOf(notes);
        runs = List.copyOf(runs);
    }

    /// Where and with what it was measured.
    ///
    /// @param system the kernel's name and release
    /// @param processor its model
    /// @param processors how many
    /// @param jdk its version
    /// @param sluice its version and commit
    /// @param date ISO-8601, UTC
    /// @param command what repeats it
    public record Machine(
            String system, String processor, int processors, String jdk, String sluice, String date, String command) {}

    /// One peer under one workload in one round.
    ///
    /// @param round from 1
    /// @param workload such as `64x64x1`
    /// @param peer such as `sockets:linux`; the floor is `c`
    /// @param seconds the measured time, without warm-up
    /// @param messages what came back whole, in that time
    /// @param serverCpuMicros CPU time of the server in that time, user and system
    /// @param loadCpuMicros CPU time of the load generator in that time
    /// @param latency null where the workload has none, such as `idle`
    /// @param allocatedBytes what the server's JVM allocated per message; null for a server that is not Java
    /// @param connectionBytes resident bytes for each idle connection; null for other workloads than `idle`
    /// @param connectionHeapBytes live heap for each idle connection; null for other workloads and without a JVM
    /// @param busiestPercent how much of the connections the loop had that had most; null for other workloads than
    ///     `accept`
    /// @param errors connections lost, and answers that were wrong
    public record Run(
            int round,
            String workload,
            String peer,
            double seconds,
            long messages,
            double serverCpuMicros,
            double loadCpuMicros,
            @Nullable Latency latency,
            @Nullable Double allocatedBytes,
            @Nullable Double connectionBytes,
            @Nullable Double connectionHeapBytes,
            @Nullable Double busiestPercent,
            long errors) {
        /// Only what may be unknown is null.
        public Run {
            Objects.requireNonNull(workload, "workload");
            Objects.requireNonNull(peer, "peer");
        }

        /// Messages per second.
        public double rate() {
            return messages / seconds;
        }

        /// CPU time of the server per message, in microseconds.
        public double cpuMicrosPerMessage() {
            return serverCpuMicros / messages;
        }
    }

    /// How long answers took, in microseconds.
    ///
    /// @param curve percentiles in ascending order, from 0 to 100, close enough to draw a line
    public record Latency(List<Point> curve) {
        /// Copies the list.
        public Latency {
            curve = List.copyOf(curve);
        }

        /// That many percent of the answers took at most so long.
        public record Point(double percentile, double micros) {}

        /// The time within which `percentile` percent of the answers came: that of the first point at or above
        /// it.
        public double at(double percentile) {
            for (var point : curve) {
                if (point.percentile() >= percentile) {
                    return point.micros();
                }
            }
            return curve.getLast().micros();
        }
    }
}
