package dev.sluice.bench.report;

import dev.sluice.bench.report.Summary.Kind;
import dev.sluice.bench.report.Summary.Peer;
import dev.sluice.bench.report.Summary.Workload;
import dev.sluice.bench.report.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// The tables of a summary: one of each workload, and one of each kind that has only what counts most.
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
                columns.add(column(measure.above, "quartiles", 2, peers, peer -> range(measure, peer.now(measure))));
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

    /// What counts most of the workloads of one kind.
    record Overview(String title, Table table) {}

    /// Of each kind: peers below each other, workloads side by side.
    static List<Overview> overviews(Summary summary) {
        List<Overview> all = new ArrayList<>();
        summary.sideBySide().forEach((kind, workloads) -> {
            for (var measure : kind.measures()) {
                if (workloads.stream().anyMatch(workload -> workload.has(measure))) {
                    all.add(new Overview(title(kind, measure, workloads), overview(kind, measure, workloads)));
                }
            }
        });
        return all;
    }

    private static Table overview(Kind kind, Measure measure, List<Workload> workloads) {
        var rows = workloads.stream()
                .flatMap(workload -> workload.peers().stream())
                .filter(peer -> peer.now(measure) != null)
                .map(Peer::name)
                .distinct()
                .toList();
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("", "peer", ALWAYS, rows));
        for (var workload : workloads) {
            var cells = rows.stream()
                    .map(peer -> median(measure, spread(workload, peer, measure)))
                    .toList();
            columns.add(new Column(workload.name(), measure.heading, 1, cells));
        }
        if (kind == Kind.IDLE) {
            var cells =
                    rows.stream().map(peer -> growth(workloads, peer, measure)).toList();
            columns.add(new Column("growth", measure.heading, ALWAYS, cells));
        }
        return new Table(columns);
    }

    private static String title(Kind kind, Measure measure, List<Workload> workloads) {
        var bases = workloads.stream().map(Workload::base).distinct().collect(Collectors.joining(" or "));
        return measure.title(bases)
                + switch (kind) {
                    case ECHO -> "";
                    case DATAGRAMS -> ", datagrams";
                    case IDLE -> "; growth: of the straight line through all";
                    case ACCEPT -> ", by the way connections come to loops";
                };
    }

    private static @Nullable Spread spread(Workload workload, String peer, Measure measure) {
        return workload.peers().stream()
                .filter(row -> row.name().equals(peer))
                .map(row -> row.now(measure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /// The slope of the straight line that comes closest to what so many connections take in all.
    private static String growth(List<Workload> workloads, String peer, Measure measure) {
        var measured = workloads.stream()
                .filter(workload -> spread(workload, peer, measure) != null)
                .toList();
        if (measured.size() < 2) {
            return NONE;
        }
        double[] x = measured.stream().mapToDouble(Workload::connections).toArray();
        double[] y = measured.stream()
                .mapToDouble(workload -> workload.connections()
                        * Objects.requireNonNull(spread(workload, peer, measure))
                                .median())
                .toArray();
        return measure.text(slope(x, y));
    }

    private static double slope(double[] x, double[] y) {
        double meanX = DoubleStream.of(x).average().orElseThrow();
        double meanY = DoubleStream.of(y).average().orElseThrow();
        double rise = 0;
        double run = 0;
        for (int i = 0; i < x.length; i++) {
            rise += (x[i] - meanX) * (y[i] - meanY);
            run += (x[i] - meanX) * (x[i] - meanX);
        }
        return rise / run;
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
        return spread == null ? NONE : measure.text(spread.lower()) + "–" + measure.text(spread.upper());
    }

    private static Column column(
            String above, String heading, int rank, List<Peer> peers, Function<Peer, String> cell) {
        return new Column(above, heading, rank, peers.stream().map(cell).toList());
    }
}
