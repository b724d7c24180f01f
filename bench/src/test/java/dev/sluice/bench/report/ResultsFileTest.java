package dev.sluice.bench.report;

import static dev.sluice.bench.report.Samples.echo;
import static dev.sluice.bench.report.Samples.idle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsFileTest {
    private Path file = Path.of("");

    @BeforeEach
    void choose(@TempDir Path directory) {
        file = directory.resolve("results.json");
    }

    @Test
    void isReadBackExactly() throws IOException {
        var machine = new Machine("Linux \"6\"", "a µ processor", 2, "25", "0.1", "2026-11-21T12:00:00Z", "a\nb");
        var results = new Results(
                machine,
                List.of("a \"note\""),
                List.of(echo(1, "c", 4.1, 50.3), echo(1, "sockets:linux", 1.0 / 3, 1e-9), idle(2, "c", 48)));
        ResultsFile.write(results, file);
        assertThat(ResultsFile.read(file)).isEqualTo(results);
    }

    @Test
    void eachRunHasALine() throws IOException {
        ResultsFile.write(Samples.of(echo(1, "c", 4, 50), echo(2, "c", 4, 50)), file);
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> line.startsWith("{\"round\":"))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "not JSON",
                "{\"benchmarks\": []}",
                "{\"machine\": null, \"runs\": []}",
                "{\"machine\": {}, \"runs\": []}",
                "{\"machine\": null, \"runs\": [{\"round\": 1}]}",
                "{\"runs\": []}"
            })
    void whatIsNoResultIsToldInOneSentence(String content) throws IOException {
        Files.writeString(file, content);
        assertOneSentence("results.json does not hold the results of a benchmark: ");
    }

    @Test
    void whatIsNoTextIsToldInOneSentence() throws IOException {
        Files.write(file, "£".getBytes(StandardCharsets.ISO_8859_1));
        assertOneSentence("results.json does not hold the results of a benchmark: it is no text");
    }

    @Test
    void aRunCutOffInTheMiddleIsToldInOneSentence() throws IOException {
        ResultsFile.write(Samples.of(echo(1, "c", 4, 50)), file);
        var text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() / 2));
        assertOneSentence("results.json does not hold the results of a benchmark: ");
    }

    @Test
    void aRunWithoutAPeerIsToldInOneSentence() throws IOException {
        ResultsFile.write(Samples.of(echo(1, "c", 4, 50)), file);
        Files.writeString(file, Files.readString(file).replace("\"peer\":\"c\"", "\"peer\":null"));
        assertOneSentence("peer");
    }

    @Test
    void aMissingFileIsToldInOneSentence() {
        assertOneSentence("there is no file ");
    }

    private void assertOneSentence(String part) {
        assertThatThrownBy(() -> ResultsFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(part)
                .message()
                .hasLineCount(1)
                .hasSizeLessThan(300)
                .doesNotContain("Exception")
                .doesNotContain("tools.jackson");
    }
}
