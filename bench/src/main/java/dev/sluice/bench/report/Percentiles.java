package dev.sluice.bench.report;

import dev.sluice.bench.Results.Latency.Point;
import dev.sluice.bench.report.Summary.Peer;
import dev.sluice.bench.report.Summary.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A picture of the latency of all peers under one workload, by percentile. Each step to the right is another
/// nine, so that the rare and slow answers are not squeezed into the last pixel; time is logarithmic.
final class Percentiles {
    private static final double WIDTH = 820;
    private static final double HEIGHT = 500;
    private static final double TOP = 76;
    private static final double BOTTOM = HEIGHT - 56;
    private static final double LEFT = 76;
    private static final double MARGIN = 24;
    private static final double LETTER = 7.4;
    private static final double LABEL = 15;
    private static final double LEADER = 22;

    /// What is less has no place on a logarithmic axis.
    private static final double LEAST_MICROS = 0.01;

    /// One line, from its first point to its last.
    private record Line(String peer, boolean before, List<Point> curve) {
        Point last() {
            return curve.getLast();
        }

        String label() {
            return before ? peer + " (before)" : peer;
        }
    }

    private final Workload workload;
    private final boolean compared;
    private final List<Line> lines;
    private final double right;
    private final double nines;
    private final double lowest;
    private final double highest;
    private final Svg svg;

    private Percentiles(Workload workload, boolean compared) {
        this.workload = workload;
        this.compared = compared;
        // Others first, so that ours are drawn over them.
        lines = workload.peers().stream()
                .sorted(Comparator.comparing(peer -> Svg.isOwn(peer.name())))
                .flatMap(peer -> Stream.of(line(peer, peer.before(), true), line(peer, peer.now(), false)))
                .filter(line -> !line.curve().isEmpty())
                .toList();
        right = WIDTH
                - MARGIN
                - LEADER
                - LETTER
                        * lines.stream()
                                .mapToInt(line -> line.label().length())
                                .max()
                                .orElse(0);
        nines = lines.stream()
                .mapToDouble(line -> nines(line.last().percentile()))
                .max()
                .orElse(1);
        lowest = 0.9 * Math.max(LEAST_MICROS, micros().min().orElse(1));
        highest = 1.1 * Math.max(LEAST_MICROS, micros().max().orElse(1));
        svg = new Svg(WIDTH, HEIGHT, "Latency by percentile, " + workload.title());
    }

    /// At least one peer must have a latency.
    static String of(Workload workload, boolean compared) {
        return new Percentiles(workload, compared).draw();
    }

    private String draw() {
        svg.text("title", MARGIN, 34, "Latency by percentile, µs");
        svg.text("note", MARGIN, 54, workload.title() + (compared ? "; dashed: before" : ""));
        DoubleStream.of(50, 90, 99, 99.9, 99.99, 99.999)
                .filter(percentile -> nines(percentile) <= nines + 0.001)
                .forEach(percentile -> {
                    svg.line("grid", x(percentile), TOP, x(percentile), BOTTOM);
                    svg.text("small middle", x(percentile), BOTTOM + 18, percent(percentile));
                });
        Ticks.logarithmic(lowest, highest).forEach(tick -> {
            svg.line("grid", LEFT, y(tick), right, y(tick));
            svg.text("small end", LEFT - 8, y(tick) + 4, (tick < 1 ? "%s" : "%,.0f").formatted(tick));
        });
        svg.line("axis", LEFT, BOTTOM, right, BOTTOM);
        svg.text("note middle", (LEFT + right) / 2, BOTTOM + 38, "of all answers came within this time");
        lines.forEach(this::curve);
        labels();
        return svg.end();
    }

    private void curve(Line line) {
        var steps = new StringBuilder();
        for (var point : line.curve()) {
            steps.append(steps.isEmpty() ? 'M' : 'L')
                    .append(Svg.number(x(point.percentile())))
                    .append(' ')
                    .append(Svg.number(y(point.micros())));
        }
        svg.path("line " + Svg.look(line.peer()) + (line.before() ? " before" : ""), steps);
    }

    /// Beside the lines' ends, moved apart where they would overlap. A line of before has one only if there is
    /// none of now.
    private void labels() {
        var labelled = lines.stream()
                .filter(line -> !line.before() || lines.stream().noneMatch(other -> isNow(other, line)))
                .sorted(Comparator.comparingDouble(line -> y(line.last().micros())))
                .toList();
        var places =
                apart(labelled.stream().map(line -> y(line.last().micros())).toList());
        for (var i = 0; i < labelled.size(); i++) {
            var line = labelled.get(i);
            var end = line.last();
            svg.path(
                    "leader " + Svg.look(line.peer()),
                    "M%s %sL%s %s"
                            .formatted(
                                    Svg.number(x(end.percentile())),
                                    Svg.number(y(end.micros())),
                                    Svg.number(right + LEADER - 4),
                                    Svg.number(places.get(i))));
            svg.text(
                    Svg.isOwn(line.peer()) ? "tint " + Svg.look(line.peer()) : "small",
                    right + LEADER,
                    places.get(i) + 4,
                    line.label());
        }
    }

    /// As near as can be to the places that are wanted, in the same order, with a label's height between them.
    /// Labels that would overlap become one block in the middle of what they want.
    private static List<Double> apart(List<Double> wanted) {
        List<List<Double>> blocks = new ArrayList<>();
        for (var i = 0; i < wanted.size(); i++) {
            var block = new ArrayList<>(List.of(wanted.get(i) - i * LABEL));
            while (!blocks.isEmpty() && mean(blocks.getLast()) > mean(block)) {
                block.addAll(blocks.removeLast());
            }
            blocks.add(block);
        }
        var most = Math.max(TOP, BOTTOM - LABEL * (wanted.size() - 1));
        List<Double> places = new ArrayList<>();
        for (var block : blocks) {
            var place = Math.clamp(mean(block), TOP, most);
            block.forEach(_ -> places.add(place + places.size() * LABEL));
        }
        return places;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static boolean isNow(Line line, Line before) {
        return !line.before() && line.peer().equals(before.peer());
    }

    private static Line line(Peer peer, @Nullable Figures figures, boolean before) {
        return new Line(peer.name(), before, figures == null ? List.of() : figures.curve());
    }

    private DoubleStream micros() {
        return lines.stream().flatMap(line -> line.curve().stream()).mapToDouble(Point::micros);
    }

    private double x(double percentile) {
        return LEFT + (right - LEFT) * nines(percentile) / nines;
    }

    private double y(double micros) {
        return BOTTOM - (BOTTOM - TOP) * Math.log(Math.max(micros, lowest) / lowest) / Math.log(highest / lowest);
    }

    private static String percent(double percentile) {
        return (percentile == Math.rint(percentile) ? "%.0f %%" : "%s %%").formatted(percentile);
    }

    /// 90 % is one, 99 % are two.
    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }
}
