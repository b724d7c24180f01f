package dev.sluice.bench.report;

import static dev.sluice.bench.report.Samples.ECHO;
import static dev.sluice.bench.report.Samples.accept;
import static dev.sluice.bench.report.Samples.echo;
import static dev.sluice.bench.report.Samples.idle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Run;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String OWN = "sockets:linux";
    private static final Results NOW = Samples.of(
            echo(1, "c", 4, 50), echo(1, OWN, 5, 60), echo(1, "new", 8, 90), idle(1, "c", 48), idle(1, OWN, 1500));
    private static final Results BEFORE =
            Samples.of(echo(1, "c", 4, 50), echo(1, OWN, 4, 60), echo(1, "old", 8, 90), idle(1, OWN, 3000));

    @TempDir
    Path directory = Path.of("");

    @Test
    void terminalShowsMediansAndRatios() {
        assertThat(row(printed(NOW, null), OWN))
                .containsExactly(
                        OWN, "1.25", "1.25–1.25", "5.00", "60.0", "240", "480", "1.20", "1,000", "2.00", "24.5", "0");
    }

    @Test
    void terminalShowsWhatHasNoValue() {
        assertThat(row(printed(NOW, null), "c")).contains(Tables.NONE);
    }

    @Test
    void terminalFitsInto100Columns() {
        var text = printed(named("a peer with a name of 31 letters"), BEFORE);
        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
        assertThat(text).contains("1.25", "errors", "(no room for: ");
    }

    @Test
    void terminalComparesWithWhatWasBefore() {
        var text = printed(NOW, BEFORE);
        assertThat(row(text, OWN)).startsWith(OWN, "1.25", "1.00", "+25.0", "%");
        assertThat(text).contains("new (new)", "old (only before)");
    }

    /// A thousand connections take 3 MB, ten thousand 12 MB: each further one takes a thousand bytes.
    @Test
    void idleConnectionsStandSideBySideWithTheGrowthOfMemory() {
        var results =
                Samples.of(idle(1, 1_000, "c", 48), idle(1, 1_000, OWN, 3_000), idle(1, "c", 48), idle(1, OWN, 1_200));
        var text = printed(results, null);
        assertThat(rows(text, OWN))
                .contains(List.of(OWN, "3,000", "1,200", "1,000"))
                .endsWith(List.of(OWN, "1,500", "600", "500")); // live heap
        assertThat(rows(text, "c")).endsWith(List.of("c", "48.0", "48.0", "48.0"));
    }

    @Test
    void growthNeedsTwoMeasurements() {
        var results = Samples.of(idle(1, 1_000, OWN, 3_000), idle(1, "c", 48));
        assertThat(rows(printed(results, null), OWN)).contains(List.of(OWN, "3,000", Tables.NONE, Tables.NONE));
    }

    @Test
    void workloadsOfDifferentKindsStandInTablesOfTheirOwn() throws Exception {
        var datagrams = new Run(1, "udp-send-run", "jdk", 1.0, 1000, 5.0, 5.0, null, null, null, null, null, 0);
        var single = new Run(1, "udp-send-single", "jdk", 1.0, 1000, 5.0, 5.0, null, null, null, null, null, 0);
        var results = Samples.of(echo(1, OWN, 5, 50), datagrams, single);
        Report.write(results, null, directory);
        assertThat(directory.resolve("bench.md"))
                .content()
                .contains(
                        "| peer | udp-send-run ratio | udp-send-single ratio |\n|---|--:|--:|\n| jdk | 1.00 | 1.00 |\n")
                .doesNotContain("| peer | 64x64x1 ratio");
    }

    @Test
    void busiestLoopIsShownWhereConnectionsAreSpread() {
        var text = printed(Samples.of(accept("c", null), accept("reuse-port/2", 53.4)), null);
        assertThat(text).contains("connect, echo, close, spread over loops", "busiest");
        assertThat(row(text, "reuse-port/2")).contains("53.4");
        assertThat(printed(NOW, null)).doesNotContain("busiest");
    }

    @Test
    void pageAndResultsTellWhatWasMissing() throws Exception {
        var results = new Results(Samples.MACHINE, List.of("no taskset: not pinned"), NOW.runs());
        Report.write(results, null, directory);
        assertThat(directory.resolve("bench.md")).content().contains("- no taskset: not pinned\n");
        assertThat(Report.read(directory.resolve("results.json")).notes()).containsExactly("no taskset: not pinned");
    }

    @Test
    void writesEverythingThatThePageRefersTo() throws Exception {
        Report.write(NOW, BEFORE, directory.resolve("deep/down"));
        var written = directory.resolve("deep/down");
        var page = Files.readString(written.resolve("bench.md"));
        assertThat(page).contains("./sluice bench", "Linux 6.18", "| **sockets:linux** | **1.25** |");
        for (var picture :
                List.of("cpu-64x64x1", "rate-64x64x1", "latency-64x64x1", "rss-idle-10000", "heap-idle-10000")) {
            assertThat(page).contains("(" + picture + ".svg)");
            assertThat(written.resolve(picture + ".svg")).exists();
        }
        assertThat(written.resolve("results.csv")).exists();
        assertThat(Report.read(written.resolve("results.json"))).isEqualTo(NOW);
    }

    @Test
    void picturesAreXmlWithEachPeersName() throws Exception {
        var peers = List.of("c", OWN, "a <b> & \"c\"", "futures:nio", "bell\u0007");
        List<Run> runs = new ArrayList<>();
        peers.forEach(peer -> runs.add(echo(1, peer, 5, 50)));
        Report.write(new Results(Samples.MACHINE, List.of(), runs), null, directory);
        for (var picture : List.of("cpu", "rate", "latency")) {
            var names = texts(directory.resolve(picture + "-" + ECHO + ".svg"));
            assertThat(names).contains("c", OWN, "a <b> & \"c\"", "futures:nio", "bell?");
        }
    }

    @Test
    void picturesOverlayWhatWasBefore() throws Exception {
        Report.write(NOW, BEFORE, directory);
        assertThat(texts(directory.resolve("cpu-64x64x1.svg")))
                .contains("1.25 (+25.0 %)", "2.00 (new)", "only before: 2.00");
        assertThat(texts(directory.resolve("latency-64x64x1.svg"))).contains(OWN, "new", "old (before)");
        assertThat(Files.readString(directory.resolve("cpu-64x64x1.svg"))).contains("class=\"ghost");
    }

    @Test
    void memoryThatHasBecomeLessIsABarOfNoLength() throws Exception {
        Report.write(Samples.of(idle(1, "c", -40), idle(1, OWN, 400)), null, directory);
        Report.write(Samples.of(idle(1, "c", -40), idle(1, OWN, -4)), null, directory.resolve("all"));
        for (var picture : List.of(directory, directory.resolve("all"))) {
            assertThat(texts(picture.resolve("rss-idle-10000.svg"))).contains("-40.0");
            assertThat(picture.resolve("rss-idle-10000.svg")).content().doesNotContain("width=\"-", "NaN");
        }
    }

    @Test
    void aRunThatFailedAltogetherIsShown() throws Exception {
        var failed = new Run(1, ECHO, "broken", 1.0, 0, 0.0, 0.0, null, null, null, null, null, 64);
        var results = Samples.of(echo(1, "c", 4, 50), failed);
        assertThat(row(printed(results, null), "broken")).contains(Tables.NONE, "64");
        Report.write(results, null, directory);
        assertThat(texts(directory.resolve("cpu-64x64x1.svg"))).contains("broken", "no value");
    }

    @Test
    void nothingMeasuredIsAPageWithoutTables() throws Exception {
        Report.write(Samples.of(), null, directory);
        assertThat(printed(Samples.of(), null)).isEmpty();
        assertThat(directory.resolve("bench.md")).content().contains("./sluice bench");
    }

    @Test
    void csvQuotesWhatWouldBreakALine() {
        var lines = Csv.of(named("a \"peer\", named\nbadly")).lines().toList();
        assertThat(lines.get(0)).startsWith("round,workload,peer,seconds,messages,errors,");
        assertThat(lines.get(1)).isEqualTo("1,64x64x1,c,1.0,1000,0,1000.0,4.0,2.0,50.0,200.0,400.0,,,,");
        assertThat(lines.get(2)).isEqualTo("1,64x64x1,\"a \"\"peer\"\", named");
        assertThat(lines.get(3)).startsWith("badly\",1.0,1000,0,1000.0,5.0,2.0,");
    }

    private static Results named(String peer) {
        return Samples.of(echo(1, "c", 4, 50), echo(1, peer, 5, 60));
    }

    private static String printed(Results results, @Nullable Results before) {
        var text = new StringWriter();
        Report.print(results, before, new PrintWriter(text));
        return text.toString();
    }

    /// The words of the first row of that name.
    private static List<String> row(String text, String peer) {
        return rows(text, peer).getFirst();
    }

    private static List<List<String>> rows(String text, String peer) {
        return text.lines()
                .filter(candidate -> candidate.startsWith(peer + " "))
                .map(line -> List.of(line.split(" +")))
                .toList();
    }

    private static List<String> texts(Path picture) throws Exception {
        var nodes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(picture.toFile())
                .getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (var i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }
}
