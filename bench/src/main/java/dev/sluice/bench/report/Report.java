package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Shows the results of a benchmark: the way into this package. Where older results are given, each table and
/// picture shows both, and what only one of them has is marked.
public final class Report {
    private static final int TERMINAL_COLUMNS = 100;

    private Report() {}

    /// Reads what [#write] has written as `results.json`.
    ///
    /// @throws IOException whose message is one sentence for the user, if the file is missing or holds
    /// something else
    public static Results read(Path file) throws IOException {
        return ResultsFile.read(file);
    }

    /// Prints a table of each workload, and one of each kind of workloads.
    public static void print(Results results, @Nullable Results before, PrintWriter out) {
        var summary = Summary.of(results, before);
        for (var workload : summary.workloads()) {
            out.printf("%n%s: %s; ratios to %s%n%n", workload.name(), workload.title(), workload.base());
            Tables.of(workload, summary.compared()).print(out, TERMINAL_COLUMNS);
        }
        for (var overview : Tables.overviews(summary)) {
            out.printf("%n%s%n%n", overview.title());
            overview.table().print(out, TERMINAL_COLUMNS);
        }
        out.flush();
    }

    /// Writes `results.json`, `results.csv`, the page `bench.md` and its pictures. Replaces what is there.
    public static void write(Results results, @Nullable Results before, Path directory) throws IOException {
        Files.createDirectories(directory);
        ResultsFile.write(results, directory.resolve("results.json"));
        Files.writeString(directory.resolve("results.csv"), Csv.of(results));
        var summary = Summary.of(results, before);
        var page = Page.of(summary, results, before == null ? null : before.machine());
        Files.writeString(directory.resolve("bench.md"), page);
        for (var workload : summary.workloads()) {
            for (var picture : Picture.of(workload)) {
                Files.writeString(directory.resolve(picture.file()), picture.draw(summary.compared()));
            }
        }
    }
}
