package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the documents show is what is compiled and tested here.
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void blocksOfTheSocketsPageAreInTheExamples() throws IOException {
        String sources;
        try (var files = Files.list(Path.of("src/main/java/dev/sluice/examples"))) {
            sources = files.map(DocumentsTest::read).map(DocumentsTest::folded).collect(Collectors.joining());
        }
        assertThat(blocks("docs/sockets.md"))
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(block -> assertThat(sources).contains(folded(block)));
    }

    @Test
    void programOfTheReadmeCompiles(@TempDir Path directory) throws IOException {
        var program = Files.writeString(
                directory.resolve("Program.java"), blocks("README.md").getFirst());
        var messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(null, null, null);
        var path = String.join(
                System.getProperty("path.separator"),
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path"));
        boolean compiled = compiler.getTask(
                        messages,
                        files,
                        null,
                        List.of("-d", directory.toString(), "-cp", path),
                        null,
                        files.getJavaFileObjects(program))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static List<String> blocks(String document) {
        return JAVA_BLOCK
                .matcher(read(ROOT.resolve(document)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError("a document or source cannot be read", e);
        }
    }

    /// Without the white space that depends on where a piece of code stands.
    private static String folded(String code) {
        return code.replaceAll("\\s+", "");
    }
}
