package dev.sluice.bench.report;

import static dev.sluice.bench.report.Samples.ECHO;
import static dev.sluice.bench.report.Samples.echo;
import static dev.sluice.bench.report.Samples.idle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.bench.Results.Latency;
import dev.sluice.bench.Results.Latency.Point;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.report.Summary.Peer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final String OWN = "sockets:linux";

    /// The machine was slow in round 2: the median of ratios is not the ratio of medians.
    @Test
    void ratiosAreTakenInEachRound() {
        var results = Samples.of(
                echo(1, "c", 4, 50),
                echo(1, OWN, 6, 50),
                echo(2, "c", 8, 50),
                echo(2, OWN, 8, 50),
                echo(3, "c", 4, 50),
                echo(3, OWN, 5, 50));
        var own = peer(Summary.of(results, null), OWN);
        assertThat(own.now(Measure.CPU_RATIO)).isEqualTo(new Spread(1.25, 1.125, 1.375));
        assertThat(own.now(Measure.CPU)).isEqualTo(new Spread(6, 5.5, 7));
    }

    @Test
    void medianAndQuartilesMayLieBetweenTwoFigures() {
        assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 100.0))).isEqualTo(new Spread(3.5, 2.5, 28));
        assertThat(Spread.of(List.of())).isNull();
    }

    @Test
    void readsEachMeasureOffARun() {
        var run = new Run(1, ECHO, OWN, 2.0, 1000, 5000.0, 4000.0, Samples.latency(40), 24.5, null, null, null, 3);
        assertThat(Measure.RATE.of(run, null)).isEqualTo(500);
        assertThat(Measure.CPU.of(run, null)).isEqualTo(5);
        assertThat(Measure.LOAD_CPU.of(run, null)).isEqualTo(4);
        assertThat(Measure.ALLOCATED.of(run, null)).isEqualTo(24.5);
        assertThat(Measure.P99.of(run, null)).isCloseTo(160, within(1e-9));
        assertThat(Measure.P999.of(run, null)).isCloseTo(320, within(1e-9));
        assertThat(Measure.P99_RATIO.of(run, echo(1, "c", 5, 20))).isCloseTo(2, within(1e-9));
        assertThat(Measure.CONNECTION_BYTES.of(run, null)).isNull();
    }

    @Test
    void firstPeerIsTheBaseWhereTheFloorIsAbsent() {
        var summary = Summary.of(Samples.of(echo(1, "netty", 5, 50), echo(1, OWN, 6, 50)), null);
        assertThat(summary.workloads().getFirst().base()).isEqualTo("netty");
        assertThat(peer(summary, OWN).now(Measure.CPU_RATIO)).isEqualTo(new Spread(1.2, 1.2, 1.2));
    }

    @Test
    void aRoundWithoutTheFloorHasNoRatio() {
        var results = Samples.of(echo(1, "c", 4, 50), echo(1, OWN, 6, 50), echo(2, OWN, 40, 50));
        assertThat(peer(Summary.of(results, null), OWN).now(Measure.CPU_RATIO)).isEqualTo(new Spread(1.5, 1.5, 1.5));
    }

    @Test
    void whatWasNotMeasuredHasNoValue() {
        var summary = Summary.of(Samples.of(idle(1, "c", 48), idle(1, OWN, 1500)), null);
        var own = summary.workloads().getFirst().peers().getLast();
        assertThat(own.now(Measure.CONNECTION_BYTES)).isEqualTo(new Spread(1500, 1500, 1500));
        for (var measure : List.of(Measure.CPU, Measure.CPU_RATIO, Measure.RATE, Measure.P99, Measure.LOAD_CPU)) {
            assertThat(own.now(measure)).as(measure.name()).isNull();
        }
    }

    @Test
    void errorsOfAllRoundsAddUp() {
        var failed = new Run(1, ECHO, OWN, 1.0, 0, 5.0, 5.0, new Latency(List.of()), null, null, null, null, 7);
        var figures = Figures.of(List.of(failed, echo(2, OWN, 5, 50), failed), List.of());
        assertThat(figures.errors()).isEqualTo(14);
        assertThat(figures.spread(Measure.CPU)).isEqualTo(new Spread(5, 5, 5));
    }

    @Test
    void curveIsTheMedianOfTheRoundsAndEndsWithTheMessages() {
        var curve = Figures.of(List.of(echo(1, OWN, 5, 10), echo(2, OWN, 5, 99), echo(3, OWN, 5, 20)), List.of())
                .curve();
        assertThat(curve.getFirst()).isEqualTo(new Point(0, 20));
        assertThat(curve.getLast().percentile()).isCloseTo(99.9, within(1e-9));
        assertThat(curve.getLast().micros()).isCloseTo(160, within(1e-9));
    }

    @Test
    void aChangeIsInPerCentOfWhatWasBefore() {
        var now = Samples.of(echo(1, "c", 5, 50), echo(1, OWN, 6, 50));
        var before = Samples.of(echo(1, "c", 10, 50), echo(1, OWN, 15, 50));
        var own = peer(Summary.of(now, before), OWN);
        assertThat(own.before(Measure.CPU_RATIO)).isEqualTo(new Spread(1.5, 1.5, 1.5));
        assertThat(own.change(Measure.CPU_RATIO)).isCloseTo(-20.0, within(1e-9));
    }

    @Test
    void whatOnlyOneSideHasComesWithoutAChange() {
        var now = Samples.of(echo(1, "c", 5, 50), echo(1, OWN, 6, 50));
        var before = Samples.of(echo(1, "c", 5, 50), echo(1, "netty", 6, 50), idle(1, "c", 48));
        var summary = Summary.of(now, before);
        assertThat(summary.workloads()).extracting(Summary.Workload::name).containsExactly(ECHO, Samples.IDLE);
        assertThat(summary.workloads().getFirst().peers())
                .extracting(Peer::name)
                .containsExactly("c", OWN, "netty");
        assertThat(peer(summary, OWN).before()).isNull();
        assertThat(peer(summary, "netty").now()).isNull();
        assertThat(peer(summary, OWN).change(Measure.CPU)).isNull();
    }

    private static Peer peer(Summary summary, String name) {
        return summary.workloads().getFirst().peers().stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
