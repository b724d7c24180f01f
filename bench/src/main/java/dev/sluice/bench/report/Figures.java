package dev.sluice.bench.report;

import dev.sluice.bench.Results.Latency;
import dev.sluice.bench.Results.Latency.Point;
import dev.sluice.bench.Results.Run;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the rounds of one peer under one workload come to.
///
/// @param spreads of each measure that has a value; a ratio is taken in each round, before the median
/// @param curve the latency, median of the rounds, at the percentiles that the rounds have; may be empty
/// @param errors of all rounds together
record Figures(Map<Measure, Spread> spreads, List<Point> curve, long errors) {
    /// The pictures go no further: five nines.
    private static final double MOST_PERCENT = 99.999;

    /// @param base the runs that ratios refer to
    static Figures of(List<Run> runs, List<Run> base) {
        Map<Measure, Spread> spreads = new EnumMap<>(Measure.class);
        for (var measure : Measure.values()) {
            var values = runs.stream()
                    .map(run -> measure.of(run, ofRound(run.round(), base)))
                    .filter(Objects::nonNull)
                    .toList();
            var spread = Spread.of(values);
            if (spread != null) {
                spreads.put(measure, spread);
            }
        }
        return new Figures(
                spreads, curve(runs), runs.stream().mapToLong(Run::errors).sum());
    }

    @Nullable
    Spread spread(Measure measure) {
        return spreads.get(measure);
    }

    private static @Nullable Run ofRound(int round, List<Run> runs) {
        return runs.stream().filter(run -> run.round() == round).findFirst().orElse(null);
    }

    /// Ends where a round has no more messages to tell percentiles apart.
    private static List<Point> curve(List<Run> runs) {
        var latencies = runs.stream()
                .map(Run::latency)
                .filter(latency -> latency != null && !latency.curve().isEmpty())
                .toList();
        var messages = runs.stream().mapToLong(Run::messages).min().orElse(0);
        if (latencies.isEmpty() || messages == 0) {
            return List.of();
        }
        var end = Math.min(MOST_PERCENT, 100 * (1 - 1.0 / messages));
        return latencies.stream()
                .flatMap(latency -> latency.curve().stream())
                .map(Point::percentile)
                .filter(percentile -> percentile <= end)
                .distinct()
                .sorted()
                .map(percentile -> median(latencies, percentile))
                .toList();
    }

    private static Point median(List<Latency> latencies, double percentile) {
        var spread = Spread.of(
                latencies.stream().map(latency -> latency.at(percentile)).toList());
        return new Point(percentile, Objects.requireNonNull(spread).median());
    }
}
