package dev.sluice.bench;

import dev.sluice.bench.Results.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the results say about where and with what they were measured.
final class Here {
    private static final Pattern MODEL = Pattern.compile("^model name\\s*: (.*)$", Pattern.MULTILINE);
    private static final Pattern VERSION = Pattern.compile("sluice-reactor-([^/\\\\]+)\\.jar");

    private Here() {}

    /// @param arguments those of the command
    static Machine machine(Host host, List<String> arguments) {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                processor(),
                host.processors().size(),
                Runtime.version().toString(),
                version() + commit(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                command(arguments));
    }

    /// Without the files that were named, as others have other ones.
    private static String command(List<String> arguments) {
        return ("./sluice bench " + String.join(" ", arguments))
                .replaceAll(" --(out|compare)[ =]\\S+", "")
                .trim();
    }

    private static String processor() {
        var info = Path.of("/proc/cpuinfo");
        try {
            var model = MODEL.matcher(Files.isReadable(info) ? Files.readString(info) : "");
            return model.find() ? model.group(1) : System.getProperty("os.arch");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        Matcher version = VERSION.matcher(System.getProperty("java.class.path"));
        return version.find() ? version.group(1) : "unknown";
    }

    /// In brackets; nothing outside of a checkout.
    private static String commit() {
        try {
            var classes = Path.of(Here.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            var git = new ProcessBuilder("git", "-C", classes.toString(), "describe", "--always", "--dirty", "--tags")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var said = git.inputReader().readLine();
            return said == null ? "" : " (" + said + ")";
        } catch (IOException | java.net.URISyntaxException _) {
            return ""; // no git, or not started from a directory
        }
    }
}
