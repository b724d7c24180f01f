package dev.sluice.futures;

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

/// The page of the checklist names the tests of each item; the tests carry the numbers of their items.
class ChecklistTest {
    private static final Path SOURCES = Path.of("src/test/java/dev/sluice/futures");
    private static final Path PAGE = Path.of("../docs/futures-checklist.md");

    /// Numbers in the first words of the comment above a test.
    private static final Pattern NUMBERED = Pattern.compile(
            "^ *///[^\\n]*?\\bItems? ((?:\\d+(?:[–-]\\d+)?(?:, | and )?)+)[^\\n]*\\n"
                    + "(?: *///[^\\n]*\\n| *@[^\\n]*\\n)* *void (\\w+)\\(",
            Pattern.MULTILINE);

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)(?:[–-](\\d+))?");

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| [^|]+ \\| ([^|]+) \\|$", Pattern.MULTILINE);

    @Test
    void everyItemHasTestsAndThePageNamesThem() throws IOException {
        var page = new TreeMap<Integer, String>();
        ROW.matcher(Files.readString(PAGE))
                .results()
                .forEach(row -> page.put(Integer.valueOf(row.group(1)), row.group(2)));
        var tests = testsByNumber();
        page.forEach((item, words) -> {
            if (words.startsWith("not offered: ")) {
                tests.putIfAbsent(item, words);
            }
        });
        assertThat(tests).isEqualTo(page);
        assertThat(page.keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 104).boxed().toList());
    }

    private static Map<Integer, String> testsByNumber() throws IOException {
        var byNumber = new TreeMap<Integer, Map<String, List<String>>>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (var file :
                    files.filter(it -> it.toString().endsWith("Test.java")).toList()) {
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
        NUMBERS.matcher(test.group(1)).results().forEach(range -> {
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            for (int number = first; number <= last; number++) {
                byNumber.computeIfAbsent(number, _ -> new TreeMap<>())
                        .computeIfAbsent(name, _ -> new ArrayList<>())
                        .add("`" + test.group(2) + "`");
            }
        });
    }

    private static String text(Map<String, List<String>> classes) {
        return classes.entrySet().stream()
                .map(one -> one.getKey() + ": " + String.join(", ", one.getValue()))
                .collect(Collectors.joining("; "));
    }
}
