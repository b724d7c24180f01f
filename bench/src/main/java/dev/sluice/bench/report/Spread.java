package dev.sluice.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The middle of some figures, and how far they lie apart.
record Spread(double median, double min, double max) {
    /// Null if there is none.
    static @Nullable Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            return null;
        }
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
