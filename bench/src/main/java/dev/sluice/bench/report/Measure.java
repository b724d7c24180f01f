package dev.sluice.bench.report;

import dev.sluice.bench.Results.Run;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is read off a run, in the order of the tables' columns.
enum Measure {
    CPU_RATIO("CPU", "ratio", 10, true, "CPU per message, as a ratio to %s"),
    CPU("CPU", "µs", 7, false, "CPU per message, µs"),
    P50("p50", "µs", 3, false, "Latency, median, µs"),
    P99("p99", "µs", 6, false, "Latency, 99 %%, µs"),
    P999("p99.9", "µs", 4, false, "Latency, 99.9 %%, µs"),
    P99_RATIO("p99", "ratio", 8, true, "Latency, 99 %%, as a ratio to %s"),
    RATE("", "msg/s", 5, false, "Messages per second"),
    LOAD_CPU("load", "µs", 1, false, "CPU of the load generator per message, µs"),
    ALLOCATED("alloc", "B", 2, false, "Allocated bytes per message"),
    CONNECTION_BYTES("RSS", "B/conn", 9, true, "Resident bytes per idle connection"),
    CONNECTION_HEAP("heap", "B/conn", 9, true, "Heap bytes per idle connection"),
    BUSIEST("busiest", "loop %", 9, true, "Connections on the busiest loop, %%");

    /// The two lines of a column's heading.
    final String above;

    final String heading;

    /// Where a table is too wide, columns of a low rank are left out first.
    final int rank;

    /// Whether a table shows what it was before.
    final boolean compared;

    private final String title;

    Measure(String above, String heading, int rank, boolean compared, String title) {
        this.above = above;
        this.heading = heading;
        this.rank = rank;
        this.compared = compared;
        this.title = title;
    }

    /// In words, where `base` is the peer that ratios refer to.
    String title(String base) {
        return title.formatted(base);
    }

    boolean isRatio() {
        return this == CPU_RATIO || this == P99_RATIO;
    }

    /// Null if the run has no such value, or a ratio has nothing to refer to.
    ///
    /// @param base what ratios refer to, of the same round
    @Nullable
    Double of(Run run, @Nullable Run base) {
        return switch (this) {
            case CPU_RATIO -> ratio(CPU, run, base);
            case CPU -> perMessage(run.serverCpuMicros(), run);
            case P50 -> percentile(50, run);
            case P99 -> percentile(99, run);
            case P999 -> percentile(99.9, run);
            case P99_RATIO -> ratio(P99, run, base);
            case RATE -> perMessage(run.rate() * run.messages(), run);
            case LOAD_CPU -> perMessage(run.loadCpuMicros(), run);
            case ALLOCATED -> run.allocatedBytes();
            case CONNECTION_BYTES -> run.connectionBytes();
            case CONNECTION_HEAP -> run.connectionHeapBytes();
            case BUSIEST -> run.busiestPercent();
        };
    }

    private static @Nullable Double ratio(Measure measure, Run run, @Nullable Run base) {
        var value = measure.of(run, null);
        var reference = base == null ? null : measure.of(base, null);
        return value == null || reference == null || reference == 0 ? null : (Double) (value / reference);
    }

    private static @Nullable Double perMessage(double total, Run run) {
        return run.messages() == 0 ? null : (Double) (total / run.messages());
    }

    private static @Nullable Double percentile(double percentile, Run run) {
        var latency = run.latency();
        return latency == null || latency.curve().isEmpty() ? null : (Double) latency.at(percentile);
    }

    /// Ratios have two decimals, all else three significant digits.
    String text(double value) {
        var size = Math.abs(value);
        if (isRatio()) {
            return String.format(Locale.ROOT, size < 99.995 ? "%.2f" : "%,.0f", value);
        }
        var decimals = size == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
