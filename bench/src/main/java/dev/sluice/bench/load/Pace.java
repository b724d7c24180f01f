package dev.sluice.bench.load;

/// How many messages of a connection are due, and from when on each is late. For one thread.
sealed interface Pace {
    /// How many messages have become due by `nowNanos`, in all.
    ///
    /// @param answered how many of them have come back
    long due(long answered, long nowNanos);

    /// When a message became due: latency counts from there, whenever it was really sent.
    long dueNanos(long number);

    /// A closed loop: a message becomes due when the one `depth` before it has come back.
    final class Closed implements Pace {
        private final long[] dueNanos;
        private long due;

        Closed(int depth) {
            dueNanos = new long[depth];
        }

        @Override
        public long due(long answered, long nowNanos) {
            while (due < answered + dueNanos.length) {
                dueNanos[(int) (due++ % dueNanos.length)] = nowNanos;
            }
            return due;
        }

        @Override
        public long dueNanos(long number) {
            return dueNanos[(int) (number % dueNanos.length)];
        }
    }

    /// An open loop: messages become due at a fixed rate, whether or not earlier ones have come back.
    ///
    /// @param beat the rate of all connections together; every `every`th beat from `first` on is this
    ///     connection's
    record Open(Beat beat, int first, int every) implements Pace {
        @Override
        public long due(long answered, long nowNanos) {
            long due = Math.max(answered, (beat.before(nowNanos) - first) / every);
            while (dueNanos(due) - nowNanos <= 0) {
                due++;
            }
            return due;
        }

        @Override
        public long dueNanos(long number) {
            return beat.nanos(number * every + first);
        }
    }

    /// One message.
    record Once(long dueNanos) implements Pace {
        @Override
        public long due(long answered, long nowNanos) {
            return 1;
        }

        @Override
        public long dueNanos(long number) {
            return dueNanos;
        }
    }
}
