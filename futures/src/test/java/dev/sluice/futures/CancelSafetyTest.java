package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every method that gives a future or a stream says whether it is cancel safe.
class CancelSafetyTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/sluice/futures");

    /// A public class, or an interface, whose methods are public unless they say otherwise.
    private static final Pattern PUBLIC =
            Pattern.compile("^public [^(]*\\b(?:class|interface|record) ", Pattern.MULTILINE);

    /// The comment, annotations, modifiers and name of a method that gives a future or a stream.
    private static final Pattern METHOD = Pattern.compile(
            "((?: *///[^\\n]*\\n)*)((?: *@[^\\n]*\\n)*)"
                    + " {4}((?:public |default |static |private )*(?:<[^(=]*> )?"
                    + "(?:PollFuture|PollStream|CopyBidirectional)<[^(=;]*> \\w+\\()",
            Pattern.MULTILINE);

    @Test
    void everyOperationSaysWhetherItIsCancelSafe() throws IOException {
        int methods = 0;
        var silent = new ArrayList<String>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (var file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                var text = Files.readString(file);
                if (!PUBLIC.matcher(text).find()) {
                    continue;
                }
                for (var method : METHOD.matcher(text).results().toList()) {
                    var name = method.group(3);
                    boolean open = name.startsWith("public ") || text.contains("public interface ");
                    var comment = method.group(1).replaceAll("\\s+///\\s?", " ");
                    boolean inherited = method.group(2).contains("@Override");
                    if (!open || name.startsWith("private ") || inherited || comment.contains("@return this")) {
                        continue;
                    }
                    methods++;
                    if (!comment.contains("Cancel safe: ")) {
                        silent.add(file.getFileName() + ": " + name + ")");
                    }
                }
            }
        }
        assertThat(silent).isEmpty();
        assertThat(methods).isGreaterThan(100);
    }
}
