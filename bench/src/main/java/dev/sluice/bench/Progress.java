package dev.sluice.bench;

import dev.sluice.bench.Results.Run;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is to be seen while it runs: a row for each run that is over and, on a terminal, what is under way.
final class Progress {
    private final PrintWriter out;
    private final int runs;
    private final long startNanos = System.nanoTime();
    private final String wipe = Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .map(_ -> "\r\033[K")
            .orElse("");
    private final List<String> notes = new ArrayList<>();
    private int begun;

    Progress(PrintWriter out, int runs) {
        this.out = out;
        this.runs = runs;
    }

    /// Something to know, now and with the results.
    void note(String text) {
        notes.add(text);
        out.println(wipe + text);
        out.flush();
    }

    /// All that was to know so far.
    List<String> notes() {
        return List.copyOf(notes);
    }

    void begin(int round, String workload, String peer) {
        begun++;
        if (!wipe.isEmpty()) {
            out.printf(Locale.ROOT, "%s[%d/%d%s] round %d  %s  %s", wipe, begun, runs, left(), round, workload, peer);
            out.flush();
        }
    }

    private String left() {
        if (begun == 1) {
            return "";
        }
        long nanos = (System.nanoTime() - startNanos) / (begun - 1) * (runs - begun + 1);
        return ", " + (Duration.ofNanos(nanos).toMinutes() + 1) + " min left";
    }

    /// @param base what the ratio refers to; null for itself
    void end(Run run, @Nullable Run base) {
        var row = new StringBuilder(
                String.format(Locale.ROOT, "%sround %d  %-12s %-16s", wipe, run.round(), run.workload(), run.peer()));
        if (run.connectionBytes() != null) {
            row.append(String.format(Locale.ROOT, " %,9.0f B per connection", run.connectionBytes()));
        } else {
            row.append(String.format(Locale.ROOT, " %,11.0f/s %8.3f µs CPU", run.rate(), run.cpuMicrosPerMessage()));
            if (base != null) {
                double ratio = run.cpuMicrosPerMessage() / base.cpuMicrosPerMessage();
                row.append(String.format(Locale.ROOT, " %5.2f × %s", ratio, base.peer()));
            }
        }
        if (run.latency() != null) {
            row.append(
                    String.format(Locale.ROOT, "  p99 %,.0f µs", run.latency().at(99)));
        }
        if (run.allocatedBytes() != null) {
            row.append(String.format(Locale.ROOT, "  %,.1f B allocated", run.allocatedBytes()));
        }
        if (run.connectionHeapBytes() != null) {
            row.append(String.format(Locale.ROOT, "  %,.0f B of live heap", run.connectionHeapBytes()));
        }
        if (run.busiestPercent() != null) {
            row.append(String.format(Locale.ROOT, "  %.0f %% on the busiest loop", run.busiestPercent()));
        }
        if (run.errors() > 0) {
            row.append(String.format(Locale.ROOT, "  %,d ERRORS", run.errors()));
        }
        out.println(row);
        out.flush();
    }
}
