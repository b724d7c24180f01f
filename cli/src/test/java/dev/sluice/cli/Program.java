package dev.sluice.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A process beside the test: what it is given, what it prints, how it ends. Whatever waits for it has a deadline
/// that only a defect reaches.
final class Program implements AutoCloseable {
    static final int PATIENCE_SECONDS = 30;

    /// How a program has ended, and what it has printed: each byte a character, so that nothing is lost.
    record Result(int exit, String out, String err) {}

    /// Runs a program with the signals that one has by default. Whatever a shell starts in the background ignores
    /// SIGINT, and so do its children, of which a JVM is one that never changes that.
    private static final List<String> DEFAULT_SIGNALS = defaultSignals();

    private final Process process;
    private final CompletableFuture<String> err;

    private Program(ProcessBuilder builder) throws IOException {
        process = builder.start();
        err = async(() -> rest(process.getErrorStream()));
    }

    private static List<String> defaultSignals() {
        var env = List.of("env", "--default-signal=INT");
        try {
            var probe = new ProcessBuilder(env.getFirst(), env.getLast(), "true").start();
            return probe.waitFor() == 0 ? env : List.of(); // old ones do not know the option
        } catch (IOException _) {
            return List.of(); // there is no such program
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Starts a program that is on the PATH, or as `builder` is made.
    static Program start(String... command) throws IOException {
        return start(new ProcessBuilder(command));
    }

    static Program start(ProcessBuilder builder) throws IOException {
        return new Program(builder);
    }

    /// Starts the command line on a JVM of its own, as the launcher does.
    static Program sluice(String... arguments) throws IOException {
        return java(
                List.of(
                        "-XX:TieredStopAtLevel=1", // it starts in less time
                        "--enable-native-access=dev.sluice.linux",
                        "--sun-misc-unsafe-memory-access=allow"),
                arguments);
    }

    /// Starts the command line with other flags for the JVM.
    static Program java(List<String> flags, String... arguments) throws IOException {
        var command = new ArrayList<>(DEFAULT_SIGNALS);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("--module-path", modulePath(), "--module", "dev.sluice.cli/" + Main.class.getName()));
        command.addAll(List.of(arguments));
        return start(new ProcessBuilder(command));
    }

    private static String modulePath() {
        return ModuleLayer.boot().configuration().modules().stream()
                .map(module -> module.reference().location())
                .flatMap(Optional::stream)
                .filter(location -> location.getScheme().equals("file"))
                .map((URI location) -> Path.of(location).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /// Standard input of the program.
    OutputStream input() {
        return process.getOutputStream();
    }

    /// Gives the program all of its input.
    Program given(String text) throws IOException {
        try (var input = input()) {
            input.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return this;
    }

    /// The next line on standard output.
    String readLine() {
        return within(async(() -> {
            var line = new ByteArrayOutputStream();
            for (int b; (b = process.getInputStream().read()) >= 0 && b != '\n'; ) {
                line.write(b);
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }));
    }

    /// The port that a server has told in its first line.
    int port() {
        String ready = readLine();
        if (!ready.startsWith("READY ")) {
            throw new AssertionError("instead of READY: " + ready + "\n" + await().err());
        }
        return Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
    }

    /// Sends a signal, such as TERM.
    void signal(String name) throws IOException {
        if (start("kill", "-s", name, String.valueOf(process.pid())).await().exit() != 0) {
            throw new AssertionError("kill has failed");
        }
    }

    /// Waits for the end.
    Result await() {
        var out = within(async(() -> rest(process.getInputStream())));
        return new Result(within(process.onExit()).exitValue(), out, within(err));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private interface Read<T> {
        T get() throws IOException;
    }

    private static <T> CompletableFuture<T> async(Read<T> read) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(read.get());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T within(CompletableFuture<T> result) {
        return result.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /// Everything that a stream gives up to its end.
    static String rest(InputStream input) throws IOException {
        return new String(input.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
