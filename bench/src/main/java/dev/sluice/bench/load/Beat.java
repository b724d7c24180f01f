package dev.sluice.bench.load;

/// A fixed rate: the times at which something is due, from a first one on.
record Beat(long firstNanos, double intervalNanos) {
    /// When a beat is due.
    long nanos(long number) {
        return firstNanos + (long) (number * intervalNanos);
    }

    /// About how many beats there were before a time; never more.
    long before(long nanos) {
        return Math.max(0, (long) ((nanos - firstNanos) / intervalNanos) - 1);
    }
}
