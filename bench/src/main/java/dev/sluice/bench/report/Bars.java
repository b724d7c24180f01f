package dev.sluice.bench.report;

import dev.sluice.bench.report.Summary.Peer;
import dev.sluice.bench.report.Summary.Workload;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A picture of one measure under one workload: a bar for each peer, the best on top. The thin line at a bar's
/// end has the middle half of the rounds; a dashed frame is what it was before. A bar that would dwarf
/// the others is cut.
final class Bars {
    private static final double WIDTH = 820;
    private static final double TOP = 84;
    private static final double ROW = 25;
    private static final double BAR = 15;
    private static final double BOTTOM = 44;
    private static final double MARGIN = 24;
    private static final double LETTER = 7.6;
    private static final int MOST_TICKS = 8;

    /// An axis has some length even where no bar has: where memory has become less, a figure is below zero.
    private static final double LEAST = 1e-9;

    /// How many times the middle one the longest bar may be.
    private static final double LONGEST = 2.5;

    private final Workload workload;
    private final Measure measure;
    private final boolean compared;
    private final List<Peer> peers;
    private final double left;
    private final double right;
    private final double bottom;
    private final double limit;
    private final Svg svg;

    private Bars(Workload workload, Measure measure, boolean compared) {
        this.workload = workload;
        this.measure = measure;
        this.compared = compared;
        peers = workload.peers().stream()
                .sorted(Comparator.comparingDouble(this::order))
                .toList();
        left = MARGIN
                + LETTER
                        * peers.stream()
                                .mapToInt(peer -> peer.name().length())
                                .max()
                                .orElse(0);
        right = WIDTH - MARGIN - (compared ? 130 : 60);
        bottom = TOP + ROW * peers.size();
        limit = limit();
        svg = new Svg(WIDTH, bottom + BOTTOM, measure.title(workload.base()) + ", " + workload.title());
    }

    /// At least one peer must have a value.
    static String of(Workload workload, Measure measure, boolean compared) {
        return new Bars(workload, measure, compared).draw();
    }

    private String draw() {
        svg.text("title", MARGIN, 34, measure.title(workload.base()));
        svg.text(
                "note",
                MARGIN,
                54,
                workload.title()
                        + (measure == Measure.RATE ? "; more is better" : "; less is better")
                        + (compared ? "; dashed: before" : ""));
        Ticks.linear(limit, MOST_TICKS).forEach(tick -> {
            svg.line("grid", x(tick), TOP - 4, x(tick), bottom + 4);
            svg.text("small middle", x(tick), bottom + 20, measure.text(tick));
        });
        for (var i = 0; i < peers.size(); i++) {
            row(peers.get(i), TOP + ROW * i);
        }
        svg.line("axis", left, TOP - 4, left, bottom + 4);
        if (measure.isRatio()) {
            svg.line("reference", x(1), TOP - 4, x(1), bottom + 4);
            svg.text("small middle", x(1), TOP - 9, workload.base());
        }
        return svg.end();
    }

    private void row(Peer peer, double top) {
        var look = Svg.look(peer.name());
        var now = peer.now(measure);
        var before = peer.before(measure);
        var y = top + (ROW - BAR) / 2;
        var middle = top + ROW / 2;
        svg.text(Svg.isOwn(peer.name()) ? "own end" : "end", left - 8, middle + 4.5, peer.name());
        var end = left;
        if (now != null) {
            end = x(now.median());
            svg.rect("bar " + look, left, y, end - left, BAR);
            if (now.median() > limit) {
                svg.path("gap", "M%1$s %2$sl5 %3$sh5l-5 -%3$sz".formatted(Svg.number(end - 20), Svg.number(y), BAR));
            } else if (now.upper() > now.lower()) {
                end = Math.max(end, x(now.upper()));
                svg.line("whisker", x(now.lower()), middle, x(now.upper()), middle);
            }
        }
        if (before != null) {
            svg.rect("ghost " + look, left, y - 2.5, x(before.median()) - left, BAR + 5);
            end = Math.max(end, x(before.median()));
        }
        svg.text("small", end + 7, middle + 4.5, label(peer));
    }

    private String label(Peer peer) {
        var now = peer.now(measure);
        var before = peer.before(measure);
        if (now != null) {
            var change = peer.change(measure);
            var text = measure.text(now.median());
            return !compared ? text : text + (change == null ? " (new)" : " (" + Tables.percent(change) + ")");
        }
        return before == null ? "no value" : "only before: " + measure.text(before.median());
    }

    private double x(double value) {
        return left + (right - left) * Math.clamp(value, 0, limit) / limit;
    }

    /// The best first, what has no value last.
    private double order(Peer peer) {
        var spread = shown(peer);
        if (spread == null) {
            return Double.POSITIVE_INFINITY;
        }
        return measure == Measure.RATE ? -spread.median() : spread.median();
    }

    private @Nullable Spread shown(Peer peer) {
        var now = peer.now(measure);
        return now == null ? peer.before(measure) : now;
    }

    private double limit() {
        var middle = Objects.requireNonNull(Spread.of(peers.stream()
                .map(this::shown)
                .filter(Objects::nonNull)
                .map(Spread::median)
                .toList()));
        var most = Math.max(LONGEST * middle.median(), LEAST);
        return peers.stream()
                .flatMap(peer ->
                        Stream.of(peer.now(measure), peer.before(measure)).filter(Objects::nonNull))
                .mapToDouble(spread -> Math.min(most, 1.02 * spread.upper()))
                .filter(value -> value > 0)
                .max()
                .orElse(most);
    }
}
