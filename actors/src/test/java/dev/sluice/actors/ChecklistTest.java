package dev.sluice.actors;

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
    private static final Path SOURCES = Path.of("src/test/java/dev/sluice/actors");
    private static final Path PAGE = Path.of("../docs/actors-checklist.md");

    /// Numbers in a comment above a test, alone on their line.
    private static final Pattern NUMBERED = Pattern.compile(
            "^ */// ([BD]\\d+(?:, [BD]\\d+)*)\\.\\n *@(?:Parameterized)?Test[^;]*? void (\\w+)\\(", Pattern.MULTILINE);

    private static final Pattern ROW = Pattern.compile("^\\| ([BD]\\d+) \\| [^|]+ \\| ([^|]+) \\|$", Pattern.MULTILINE);

    @Test
    void thePageNamesAllTestsOfEachPoint() throws IOException {
        var page = new TreeMap<String, String>();
        ROW.matcher(Files.readString(PAGE)).results().forEach(row -> page.put(row.group(1), row.group(2)));
        assertThat(testsByNumber()).isEqualTo(page);
        assertThat(page.keySet()).containsAll(behaviours()).containsAll(defects());
    }

    /// All but those of a resolver, which there is not.
    private static List<String> behaviours() {
        return IntStream.concat(IntStream.rangeClosed(1, 215), IntStream.rangeClosed(222, 226))
                .mapToObj("B%03d"::formatted)
                .toList();
    }

    /// All but those of a resolver, and one of what a connection costs, which the page answers in words.
    private static List<String> defects() {
        return IntStream.concat(IntStream.rangeClosed(1, 23), IntStream.rangeClosed(30, 59))
                .filter(number -> number != 49)
                .mapToObj("D%02d"::formatted)
                .toList();
    }

    private static Map<String, String> testsByNumber() throws IOException {
        var byNumber = new TreeMap<String, Map<String, List<String>>>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (var file : files.toList()) {
                NUMBERED.matcher(Files.readString(file)).results().forEach(test -> add(byNumber, nameOf(file), test));
            }
        }
        var text = new TreeMap<String, String>();
        byNumber.forEach((number, classes) -> text.put(number, text(classes)));
        return text;
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName()).replace(".java", "");
    }

    private static void add(Map<String, Map<String, List<String>>> byNumber, String name, MatchResult test) {
        for (var number : test.group(1).split(", ", -1)) {
            byNumber.computeIfAbsent(number, _ -> new TreeMap<>())
                    .computeIfAbsent(name, _ -> new ArrayList<>())
                    .add("`" + test.group(2) + "`");
        }
    }

    private static String text(Map<String, List<String>> classes) {
        return classes.entrySet().stream()
                .map(one -> one.getKey() + ": " + String.join(", ", one.getValue()))
                .collect(Collectors.joining("; "));
    }
}
