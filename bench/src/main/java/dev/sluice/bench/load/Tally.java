package dev.sluice.bench.load;

import dev.sluice.bench.Results.Latency;
import dev.sluice.bench.Results.Latency.Point;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// What has come back, how long that took, and what went wrong. For one thread.
final class Tally {
    /// With so many errors it makes no sense to go on.
    static final int TOO_MANY_ERRORS = 1000;

    private static final int ERRORS_SHOWN = 3;
    private static final long LONGEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final int POINTS_PER_NINE = 24;
    private static final int NINES = 5;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Histogram latencyNanos = new Histogram(LONGEST_NANOS, DIGITS);
    private long messages;
    private long errors;
    private long errorsTold;

    void answered(long nanos) {
        messages++;
        latencyNanos.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    /// A connection was lost, or an answer was wrong. The first errors are shown on standard error.
    void failed(String what) {
        if (errors++ < ERRORS_SHOWN) {
            System.err.println(what);
        }
    }

    /// Forgets the messages before. Errors are kept until they are told.
    void reset() {
        messages = 0;
        latencyNanos.reset();
    }

    long messages() {
        return messages;
    }

    /// All that there ever were.
    long errors() {
        return errors;
    }

    /// Those that have not been told before.
    long tellErrors() {
        long untold = errors - errorsTold;
        errorsTold = errors;
        return untold;
    }

    /// Points that get closer towards 100 %, so that each further nine has as many.
    Latency latency() {
        var percentiles = IntStream.range(0, NINES * POINTS_PER_NINE)
                .mapToDouble(step -> 100 - 100 * Math.pow(10, -(double) step / POINTS_PER_NINE));
        return new Latency(DoubleStream.concat(percentiles, DoubleStream.of(50, 99, 99.9, 99.99, 100))
                .map(percentile -> Math.round(percentile * 1e6) / 1e6)
                .sorted()
                .distinct()
                .mapToObj(percentile ->
                        new Point(percentile, latencyNanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO))
                .toList());
    }
}
