package dev.sluice.bench.report;

import dev.sluice.bench.report.Summary.Peer;
import dev.sluice.bench.report.Summary.Workload;
import dev.sluice.bench.report.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The tables of a summary: one of each workload, and one of all that has only what counts most.
final class Tables {
    /// What is not known.
    static final String NONE = "–";

    private static final int ALWAYS = Integer.MAX_VALUE;

    private Tables() {}

    /// Peers below each other, measures side by side; a measure that no peer has is left out.
    static Table of(Workload workload, boolean compared) {
        var peers = workload.peers();
        List<Column> columns = new ArrayList<>();
        columns.add(column("", "peer", ALWAYS, peers, peer -> name(peer, compared)));
        for (var measure : Measure.values()) {
            if (!workload.has(measure)) {
                continue;
            }
            columns.add(column(
                    measure.above, measure.heading, measure.rank, peers, peer -> median(measure, peer.now(measure))));
            if (compared && measure.compared) {
                columns.add(column(
                        measure.above, "before", measure.rank, peers, peer -> median(measure, peer.before(measure))));
                columns.add(
                        column(measure.above, "change", measure.rank, peers, peer -> percent(peer.change(measure))));
            }
            if (measure == Measure.CPU_RATIO) {
                columns.add(column(measure.above, "min–max", 2, peers, peer -> range(measure, peer.now(measure))));
            }
        }
        columns.add(column(
                "",
                "errors",
                ALWAYS,
                peers,
                peer -> peer.now() == null ? NONE : "%,d".formatted(peer.now().errors())));
        return new Table(columns);
    }

    /// Peers below each other, workloads side by side: the ratio of CPU per message, or bytes per idle
    /// connection.
    static Table overview(Summary summary) {
        var peers = summary.peers();
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("", "peer", ALWAYS, peers));
        for (var workload : summary.workloads()) {
            var measure = workload.has(Measure.CPU_RATIO) ? Measure.CPU_RATIO : Measure.CONNECTION_BYTES;
            var cells = peers.stream()
                    .map(peer -> workload.peers().stream()
                            .filter(row -> row.name().equals(peer))
                            .map(row -> row.now(measure))
                            .filter(Objects::nonNull)
                            .map(spread -> median(measure, spread))
                            .findFirst()
                            .orElse(NONE))
                    .toList();
            columns.add(new Column(workload.name(), measure.heading, 1, cells));
        }
        return new Table(columns);
    }

    /// What the ratios of the workloads refer to.
    static String bases(Summary summary) {
        return summary.workloads().stream().map(Workload::base).distinct().collect(Collectors.joining(" or "));
    }

    static String name(Peer peer, boolean compared) {
        if (peer.now() == null) {
            return peer.name() + " (only before)";
        }
        return compared && peer.before() == null ? peer.name() + " (new)" : peer.name();
    }

    static String percent(@Nullable Double change) {
        return change == null
                ? NONE
                : String.format(Locale.ROOT, "%+.1f %%", change).replace('-', '−');
    }

    private static String median(Measure measure, @Nullable Spread spread) {
        return spread == null ? NONE : measure.text(spread.median());
    }

    private static String range(Measure measure, @Nullable Spread spread) {
        return spread == null ? NONE : measure.text(spread.min()) + "–" + measure.text(spread.max());
    }

    private static Column column(
            String above, String heading, int rank, List<Peer> peers, Function<Peer, String> cell) {
        return new Column(above, heading, rank, peers.stream().map(cell).toList());
    }
}
