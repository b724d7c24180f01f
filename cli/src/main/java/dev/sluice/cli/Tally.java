package dev.sluice.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// What the connections of a client have verified, and what went wrong. Any thread may add to it.
final class Tally {
    private static final int ERRORS_SHOWN = 3;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final long startNanos = System.nanoTime();
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final ConcurrentHistogram latencyNanos = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    /// Guarded by itself.
    private final List<String> firstErrors = new ArrayList<>();

    private volatile long endNanos = startNanos;

    void verified(int size, long nanos) {
        messages.increment();
        bytes.add(size);
        latencyNanos.recordValue(nanos);
    }

    /// Datagrams that did not come back, which is no error.
    void lost(long datagrams) {
        lost.add(datagrams);
    }

    void failed(String what) {
        errors.increment();
        synchronized (firstErrors) {
            if (firstErrors.size() < ERRORS_SHOWN) {
                firstErrors.add(what);
            }
        }
    }

    void end() {
        endNanos = System.nanoTime();
    }

    long messages() {
        return messages.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long lost() {
        return lost.sum();
    }

    long errors() {
        return errors.sum();
    }

    /// From the creation to [#end].
    double seconds() {
        return (endNanos - startNanos) / 1e9;
    }

    Histogram latencyNanos() {
        return latencyNanos;
    }

    List<String> firstErrors() {
        synchronized (firstErrors) {
            return List.copyOf(firstErrors);
        }
    }
}
