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
    private final double secondsInAll;
    private final long startNanos = System.nanoTime();
    private final String wipe = Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .map(_ -> "\r\033[K")
            .orElse("");
    private final List<String> notes = new ArrayList<>();
    private double secondsBegun;

    /// @param secondsInAll how long all takes, about
    Progress(PrintWriter out, double secondsInAll) {
        this.out = out;
        this.secondsInAll = secondsInAll;
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

    /// @param what is under way
    /// @param seconds how long it takes, about
    void begin(String what, double seconds) {
        if (!wipe.isEmpty()) {
            out.printf(Locale.ROOT, "%s[%.0f %%%s] %s", wipe, 100 * secondsBegun / secondsInAll, left(), what);
            out.flush();
        }
        secondsBegun += seconds;
    }

    private String left() {
        if (secondsBegun == 0) {
            return "";
        }
        double nanos = (System.nanoTime() - startNanos) / secondsBegun * (secondsInAll - secondsBegun);
        return ", " + (Duration.ofNanos((long) nanos).toMinutes() + 1) + " min left";
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
