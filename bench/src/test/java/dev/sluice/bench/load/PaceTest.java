package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void closedLoopHasAsManyInFlightAsItsDepth() {
        var pace = new Pace.Closed(3);
        assertThat(pace.due(0, 10)).isEqualTo(3);
        assertThat(pace.due(0, 20)).isEqualTo(3);
        assertThat(pace.due(2, 30)).isEqualTo(5);
        assertThat(pace.dueNanos(2)).isEqualTo(10);
        assertThat(pace.dueNanos(3)).isEqualTo(30);
        assertThat(pace.dueNanos(4)).isEqualTo(30);
    }

    @Test
    void openLoopSharesItsBeatsAmongConnections() {
        var pace = new Pace.Open(new Beat(1000, 10), 2, 4);
        assertThat(pace.dueNanos(0)).isEqualTo(1020);
        assertThat(pace.dueNanos(3)).isEqualTo(1140);
        assertThat(pace.due(0, 1019)).isZero();
        assertThat(pace.due(0, 1020)).isOne();
        assertThat(pace.due(0, 1139)).isEqualTo(3);
        assertThat(pace.due(0, 1140)).isEqualTo(4);
    }

    /// Rounding must not put off a message to the next turn of its connection.
    @Test
    void openLoopHasAMessageDueAtEachOfItsBeats() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            var beat = new Beat(random.nextLong(1L << 50), 1 + random.nextDouble() * 1e6);
            int every = 1 + random.nextInt(1000);
            int first = random.nextInt(every);
            long number = random.nextLong(1_000_000);
            var pace = new Pace.Open(beat, first, every);
            assertThat(pace.due(0, beat.nanos(number * every + first)))
                    .as("seed %d", seed)
                    .isBetween(number + 1, number + 2);
        }
    }
}
