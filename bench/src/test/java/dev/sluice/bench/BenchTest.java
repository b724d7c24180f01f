package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.Results.Run;
import dev.sluice.bench.report.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void measuresAndWritesResults() throws Exception {
        int exit = bench(
                "--quick",
                "--workload",
                "4x64x1",
                "--peer",
                "sockets:linux",
                "--warmup",
                "0.1",
                "--secs",
                "1",
                "--out",
                out.toString());

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
                .endsWith("--secs 1");
        assertThat(said.toString()).contains("round 1", "sockets:linux");
        assertThat(complained.toString()).isEmpty();
        assertThat(exit).isZero();
    }

    @Test
    void peerThatCannotStartIsLeftOutWithItsReason() throws Exception {
        var broken = new Peer("broken", true, false, (programs, _) -> programs.java("no.such.Main", List.of()));
        var host = Host.probe();
        var programs = new Programs(host, out);
        var trial = new EchoTrial(host, programs, LoadGenerator.JAVA, 0, 1, out);
        var workload = (Workload.Echo) Workload.named("4x64x1").getFirst();
        assertThatThrownBy(() -> trial.run(1, workload, new Entry(broken, 1), 0))
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
        assertThat(bench("--secs", "x")).isEqualTo(2);
        assertThat(complained.toString()).hasLineCount(3);
    }
}
