package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The page `bench.md`: where and how it was measured, and for each workload a table and its pictures.
final class Page {
    private static final String METHOD = """
            The servers took turns in each round. A ratio is taken between two turns of the same round, and is the median of
            the rounds, half of which lie between the quartiles; all other figures are medians too, errors are the sum. CPU
            is the time of the server's process, user and system; *load* is that of the load generator. Ratios survive a
            machine that is busy with other things, absolute times do not.
            """;

    private Page() {}

    static String of(Summary summary, Results results, @Nullable Machine before) {
        var machine = results.machine();
        var text = new StringBuilder("# What was measured\n\n```\n" + machine.command() + "\n```\n\n")
                .append(machines(machine, before))
                .append('\n')
                .append(METHOD);
        if (!results.notes().isEmpty()) {
            text.append('\n');
            results.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        }
        for (var overview : Tables.overviews(summary)) {
            text.append("\n## %s\n\n".formatted(overview.title()))
                    .append(overview.table().markdown(Svg::isOwn));
        }
        for (var workload : summary.workloads()) {
            text.append("\n## %s: %s\n\n".formatted(workload.name(), workload.title()))
                    .append("Ratios are to `%s`.\n\n".formatted(workload.base()))
                    .append(Tables.of(workload, summary.compared()).markdown(Svg::isOwn));
            for (var picture : Picture.of(workload)) {
                text.append("\n![%s](%s)\n".formatted(picture.title(), picture.file()));
            }
        }
        return text.toString();
    }

    private static String machines(Machine machine, @Nullable Machine before) {
        var text = new StringBuilder(before == null ? "| | |\n|---|---|\n" : "| | now | before |\n|---|---|---|\n");
        var now = rows(machine);
        var older = before == null ? now : rows(before);
        var names = List.of("date", "Sluice", "JDK", "system", "processor");
        for (var i = 0; i < names.size(); i++) {
            text.append("| %s | %s |".formatted(names.get(i), now.get(i)))
                    .append(before == null ? "\n" : " %s |\n".formatted(older.get(i)));
        }
        return text.toString();
    }

    private static List<String> rows(Machine machine) {
        return List.of(
                machine.date(),
                machine.sluice(),
                machine.jdk(),
                machine.system(),
                "%d × %s".formatted(machine.processors(), machine.processor()));
    }
}
