package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page of the checklist names the tests of each point; the tests carry the numbers of their points.
class ChecklistTest {
    private static final Path SOURCES = Path.of("src/test/java/dev/sluice/sockets");
    private static final Path PAGE = Path.of("../docs/sockets-checklist.md");

    /// Numbers in a comment above a test or above a whole class.
    private static final Pattern NUMBERED = Pattern.compile(
            "^ *// ([\\d ]+)\\n *@(?:(?:Parameterized)?Test[^;]*? void (\\w+)\\(|EveryTransport)", Pattern.MULTILINE);

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| [^|]+ \\| ([^|]+) \\|$", Pattern.MULTILINE);

    @Test
    void everyPointHasTestsAndThePageNamesThem() throws IOException {
        var page = new TreeMap<Integer, String>();
        ROW.matcher(Files.readString(PAGE))
                .results()
                .forEach(row -> page.put(Integer.valueOf(row.group(1)), row.group(2)));
        assertThat(testsByNumber()).isEqualTo(page);
        assertThat(page.keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 59).boxed().toList());
    }

    private static Map<Integer, String> testsByNumber() throws IOException {
        var byNumber = new TreeMap<Integer, Map<String, List<String>>>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (var file : files.toList()) {
                NUMBERED.matcher(Files.readString(file)).results().forEach(test -> add(byNumber, nameOf(file), test));
            }
        }
        var text = new TreeMap<Integer, String>();
        byNumber.forEach((number, classes) -> text.put(number, text(classes)));
        return text;
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName()).replace(".java", "");
    }

    private static void add(Map<Integer, Map<String, List<String>>> byNumber, String name, MatchResult test) {
        for (var number : test.group(1).split(" ", -1)) {
            byNumber.computeIfAbsent(Integer.valueOf(number), _ -> new TreeMap<>())
                    .computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(test.group(2) == null ? "all" : "`" + test.group(2) + "`");
        }
    }

    private static String text(Map<String, List<String>> classes) {
        return classes.entrySet().stream()
                .map(one -> one.getKey() + ": " + String.join(", ", one.getValue()))
                .collect(Collectors.joining("; "));
    }
}
