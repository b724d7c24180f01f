package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bench.Results.Machine;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.report.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The command as a user calls it.
class BenchTest {
    @TempDir
    private Path out;

    private final StringWriter said = new StringWriter();
    private final StringWriter complained = new StringWriter();

    private int bench(String... arguments) {
        return Bench.commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(complained))
                .execute(arguments);
    }

    /// The shortest run that measures something.
    private int benchShortly(String... more) {
        return benchInRounds("1", more);
    }

    private int benchInRounds(String rounds, String... more) {
        var arguments = new ArrayList<>(List.of("--quick", "--workload", "4x64x1", "--peer", "sockets:linux"));
        arguments.addAll(List.of("--warmup", "0.1", "--secs", "0.5", "--rounds", rounds, "--out", out.toString()));
        Collections.addAll(arguments, more);
        return bench(arguments.toArray(String[]::new));
    }

    @Test
    void measuresAndWritesResults() throws Exception {
        int exit = benchShortly();

        var results = Report.read(out.resolve("results.json"));
        assertThat(results.runs().stream().map(Run::peer))
                .isEqualTo(Host.probe().hasCompiler() ? List.of("c", "sockets:linux") : List.of("sockets:linux"));
        assertThat(results.runs()).allSatisfy(run -> {
            assertThat(run.round()).isOne();
            assertThat(run.workload()).isEqualTo("4x64x1");
            assertThat(run.messages()).isPositive();
            assertThat(run.errors()).isZero();
            assertThat(run.serverCpuMicros()).isPositive();
            assertThat(run.loadCpuMicros()).isPositive();
            assertThat(run.latency()).isNotNull();
            assertThat(run.allocatedBytes() == null).isEqualTo(run.peer().equals("c"));
        });
        assertThat(results.machine().command())
                .startsWith("./sluice bench --quick")
                .endsWith("--rounds 1");
        assertThat(said.toString()).contains("round 1", "sockets:linux");
        assertThat(complained.toString()).isEmpty();
        assertThat(exit).isZero();
    }

    /// Those in Java keep their load generator from turn to turn, those in C start one for each.
    @ParameterizedTest
    @EnumSource
    void peersTakeTurnsInEachRound(LoadGenerator load) throws Exception {
        assumeTrue(Host.probe().hasCompiler(), "there is no C compiler (cc)");
        assertThat(benchInRounds("3", "--starts", "2", "--load", load.toString()))
                .isZero();
        var runs = Report.read(out.resolve("results.json")).runs();
        assertThat(runs).allMatch(run -> run.messages() > 0 && run.errors() == 0);
        assertThat(runs.stream().map(run -> run.round() + " " + run.peer()))
                .containsExactly("1 c", "1 sockets:linux", "2 c", "2 sockets:linux", "3 c", "3 sockets:linux");
        assertThat(runs.stream().filter(run -> run.allocatedBytes() != null).map(Run::round))
                .as("asked at the end of each start")
                .isEqualTo(load == LoadGenerator.JAVA ? List.of(1, 3) : List.of());
    }

    @Test
    void resultsTellWhatWasLeftOutAndWhy() throws Exception {
        assertThat(benchShortly("--workload", "idle-9999999")).isZero();
        assertThat(Report.read(out.resolve("results.json")).notes())
                .anyMatch(note -> note.startsWith("left out: idle-9999999: it needs 10000199 descriptors"));
        assertThat(out.resolve("bench.md")).content().contains("- left out: idle-9999999: ");
        assertThat(said.toString()).contains("left out: idle-9999999: ");
    }

    @Test
    void olderResultsAreShownBesideTheNewOnes() throws Exception {
        var machine = new Machine("an older system", "a processor", 1, "25", "0.1", "2025-01-01T00:00:00Z", "then");
        var older = new Run(1, "4x64x1", "sockets:linux", 1, 10, 1e6, 1e6, null, null, null, null, null, 0);
        Report.write(new Results(machine, List.of(), List.of(older)), null, out.resolve("old"));

        assertThat(benchShortly("--compare", out.resolve("old/results.json").toString()))
                .isZero();

        assertThat(said.toString()).contains("before", "change");
        assertThat(out.resolve("bench.md")).content().contains("| | now | before |", "an older system");
        assertThat(out.resolve("rate-4x64x1.svg")).content().contains("class=\"ghost");
        var results = Report.read(out.resolve("results.json"));
        assertThat(results.machine().command()).doesNotContain("--compare");
        assertThat(results.runs()).extracting(Run::rate).doesNotContain(older.rate());
    }

    @Test
    void olderResultsThatCannotBeReadAreToldBeforeAnythingIsMeasured() throws Exception {
        Files.writeString(out.resolve("foreign.json"), "{}");
        assertThat(benchShortly("--compare", out.resolve("foreign.json").toString()))
                .isOne();
        assertThat(benchShortly("--compare", out.resolve("absent.json").toString()))
                .isOne();
        assertThat(complained.toString())
                .contains("foreign.json", "absent.json")
                .hasLineCount(2);
        assertThat(said.toString()).isEmpty();
    }

    @Test
    void spreadOfConnectionsOverLoopsIsMeasured() throws Exception {
        assertThat(bench(
                        "--quick",
                        "--workload",
                        "accept-churn",
                        "--peer",
                        "hand-over",
                        "--warmup",
                        "0",
                        "--rounds",
                        "1",
                        "--secs",
                        "0.5",
                        "--out",
                        out.toString()))
                .isZero();
        var busiest = Report.read(out.resolve("results.json")).runs().stream()
                .filter(run -> !run.peer().equals("c"))
                .collect(Collectors.toMap(Run::peer, Run::busiestPercent));
        assertThat(busiest).containsOnlyKeys("hand-over", "hand-over/2").containsEntry("hand-over", 100.0);
        assertThat(busiest.get("hand-over/2")).isBetween(50.0, 51.0);
    }

    @Test
    void peerThatCannotStartIsLeftOutWithItsReason() throws Exception {
        var broken = new Peer("broken", true, false, (programs, _) -> programs.java("no.such.Main", List.of()));
        var host = Host.probe();
        var programs = new Programs(host, out);
        var servers = new Servers(host, programs, LoadGenerator.JAVA, out);
        var workload = (Workload.Echo) Workload.named("4x64x1").getFirst();
        assertThatThrownBy(() -> servers.start(workload, new Entry(broken, 1), 0))
                .isInstanceOf(Peer.Unavailable.class)
                .hasMessageContaining("no.such.Main");
    }

    @Test
    void unknownNamesAreToldInOneLineWithThoseThatExist() {
        assertThat(bench("--peer", "nobody")).isEqualTo(2);
        assertThat(complained.toString())
                .contains("nobody", "sockets:linux", "netty-epoll")
                .hasLineCount(1);
        assertThat(Files.exists(out.resolve("results.json"))).isFalse();
    }

    @Test
    void argumentsThatMakeNoSenseAreToldInOneLine() {
        assertThat(bench("--quick", "--full")).isEqualTo(2);
        assertThat(bench("--rounds", "0")).isEqualTo(2);
        assertThat(bench("--rounds", "1", "--starts", "2")).isEqualTo(2);
        assertThat(bench("--secs", "x")).isEqualTo(2);
        assertThat(complained.toString()).hasLineCount(4);
    }
}
