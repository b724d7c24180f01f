package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Run;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One line per run, as RFC 4180 has it; numbers in full, and nothing where there is no value.
final class Csv {
    private static final Pattern QUOTED = Pattern.compile("[\",\r\n]");

    private static final String HEADER = line(
            "round",
            "workload",
            "peer",
            "seconds",
            "messages",
            "errors",
            "messages_per_s",
            "server_cpu_us_per_message",
            "load_cpu_us_per_message",
            "p50_us",
            "p99_us",
            "p999_us",
            "allocated_bytes_per_message",
            "rss_bytes_per_connection",
            "heap_bytes_per_connection",
            "busiest_loop_percent");

    private Csv() {}

    static String of(Results results) {
        return results.runs().stream().map(Csv::line).collect(Collectors.joining("", HEADER, ""));
    }

    private static String line(Run run) {
        return line(
                run.round(),
                run.workload(),
                run.peer(),
                run.seconds(),
                run.messages(),
                run.errors(),
                Measure.RATE.of(run, null),
                Measure.CPU.of(run, null),
                Measure.LOAD_CPU.of(run, null),
                Measure.P50.of(run, null),
                Measure.P99.of(run, null),
                Measure.P999.of(run, null),
                run.allocatedBytes(),
                run.connectionBytes(),
                run.connectionHeapBytes(),
                run.busiestPercent());
    }

    private static String line(@Nullable Object... fields) {
        return Arrays.stream(fields)
                .map(field -> field(Objects.toString(field, "")))
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String field(String text) {
        return QUOTED.matcher(text).find() ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
