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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documents show is what is compiled and tested here.
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"docs/sockets.md", "docs/actors.md"})
    void blocksOfAPageAreInTheExamples(String page) throws IOException {
        String sources;
        try (var files = Files.walk(Path.of("src/main/java/dev/sluice/examples"))) {
            sources = files.filter(Files::isRegularFile)
                    .map(DocumentsTest::read)
                    .map(DocumentsTest::folded)
                    .collect(Collectors.joining());
        }
        assertThat(blocks(page))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(block -> assertThat(sources).contains(folded(block)));
    }

    @Test
    void noExampleIsLongerThanEightyLines() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(read(file).lines()).as(file.toString()).hasSizeLessThanOrEqualTo(80));
        }
    }

    @Test
    void programOfTheReadmeCompiles(@TempDir Path directory) throws IOException {
        assertThat(errors(directory, "", blocks("README.md").getFirst())).isEmpty();
    }

    @Test
    void blocksOfTheFuturesPageCompile(@TempDir Path directory) throws IOException {
        assertThat(blocks("docs/futures.md")).hasSizeGreaterThan(8).allSatisfy(block -> {
            String asMembers = errors(directory, IMPORTS, "class Program {" + block + "}");
            String asStatements = errors(directory, IMPORTS, GIVEN + block + "}}");
            assertThat(asMembers.isEmpty() || asStatements.isEmpty())
                    .as(block + "\nas members: " + asMembers + "\nas statements: " + asStatements)
                    .isTrue();
        });
    }

    private static final String IMPORTS = """
            import dev.sluice.bytes.*;
            import dev.sluice.futures.*;
            import dev.sluice.futures.codec.*;
            import dev.sluice.futures.testkit.*;
            import java.io.*;
            import java.net.SocketAddress;
            import java.nio.*;
            import java.time.Duration;
            import java.util.concurrent.*;
            import org.jspecify.annotations.Nullable;
            """;

    /// What the statements of a page may take as given.
    private static final String GIVEN = """
            class Program {
                TcpStream socket;
                TcpListener listener;
                Flow.Publisher<Integer> otherPublisher;
                PollFuture<String> answer;

                void serve(TcpStream socket) {}

                void program() throws Exception {
            """;

    /// What the compiler has to say; empty if it is content.
    private static String errors(Path directory, String imports, String code) {
        try {
            var program = Files.writeString(directory.resolve("Program.java"), imports + code);
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
            return compiled ? "" : messages.toString();
        } catch (IOException e) {
            throw new AssertionError("the program cannot be written", e);
        }
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
