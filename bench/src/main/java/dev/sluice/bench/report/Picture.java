package dev.sluice.bench.report;

import dev.sluice.bench.report.Summary.Workload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A picture of a workload that has something to show.
///
/// @param measure what the bars show; null for the latency by percentile
record Picture(String kind, Workload workload, @Nullable Measure measure) {
    /// The pictures of a workload, in the order of the page.
    static List<Picture> of(Workload workload) {
        List<Picture> pictures = new ArrayList<>();
        bars("cpu", workload, Measure.CPU_RATIO, pictures);
        bars("rate", workload, Measure.RATE, pictures);
        bars("rss", workload, Measure.CONNECTION_BYTES, pictures);
        bars("heap", workload, Measure.CONNECTION_HEAP, pictures);
        if (workload.has(Measure.P50)) {
            pictures.add(new Picture("latency", workload, null));
        }
        return pictures;
    }

    String file() {
        return "%s-%s.svg".formatted(kind, workload.name().replaceAll("[^A-Za-z0-9._-]", "-"));
    }

    String title() {
        return measure == null ? "Latency by percentile" : measure.title(workload.base());
    }

    /// As SVG.
    String draw(boolean compared) {
        return measure == null ? Percentiles.of(workload, compared) : Bars.of(workload, measure, compared);
    }

    private static void bars(String kind, Workload workload, Measure measure, List<Picture> pictures) {
        if (workload.has(measure)) {
            pictures.add(new Picture(kind, workload, measure));
        }
    }
}
