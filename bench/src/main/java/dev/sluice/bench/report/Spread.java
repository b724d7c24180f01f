package dev.sluice.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The middle of some figures, and the quartiles: half of the figures lie between them.
record Spread(double median, double lower, double upper) {
    /// Null if there is none.
    static @Nullable Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            return null;
        }
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Spread(at(0.5, sorted), at(0.25, sorted), at(0.75, sorted));
    }

    /// What lies at a part of the way from the first to the last, between two figures on the line that joins them.
    private static double at(double part, double[] sorted) {
        double place = part * (sorted.length - 1);
        int before = (int) place;
        double rest = place - before;
        return rest == 0 ? sorted[before] : sorted[before] + rest * (sorted[before + 1] - sorted[before]);
    }
}
