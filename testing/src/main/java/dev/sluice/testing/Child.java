package dev.sluice.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// Another JVM with the classes of this one and of the module under test, and what it says.
public final class Child implements AutoCloseable {
    private static final Path SHELL = Path.of("/bin/sh");

    public final Process process;
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private final Thread reader;

    /// @param before words of a command that runs the JVM, such as a shell; may be empty
    public Child(List<String> before, List<String> jvmArguments, Class<?> main, String... arguments)
            throws IOException {
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", classPath()));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    /// Words to be put before the command of a child that may have few files open. They need a [shell][#hasShell].
    public static List<String> withDescriptors(int most) {
        return List.of(SHELL.toString(), "-c", "ulimit -n " + most + "; exec \"$@\"", "sh");
    }

    /// Whether there is a shell to set a limit; says so if there is none, as the test will be skipped.
    public static boolean hasShell() {
        boolean has = Files.isExecutable(SHELL);
        if (!has) {
            System.out.println("SKIPPED few descriptors: there is no " + SHELL + " to set the limit");
        }
        return has;
    }

    /// What is on the module path here is on the class path there: tests inside a module find no `main` otherwise.
    private static String classPath() {
        return String.join(
                File.pathSeparator,
                System.getProperty("java.class.path"),
                System.getProperty("jdk.module.path", ""),
                Path.of("target", "test-classes").toString());
    }

    private void read() {
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = out.readLine()) != null) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// The rest of the first line that begins with `word`; waits for it.
    public String said(String word) {
        Eventually.until(
                "the child says " + word,
                () -> !process.isAlive() || lines.stream().anyMatch(line -> line.startsWith(word)));
        return lines.stream()
                .filter(line -> line.startsWith(word))
                .findFirst()
                .map(line -> line.substring(word.length()))
                .orElseThrow(() -> new AssertionError("the child has ended: " + lines));
    }

    /// All that it says until it ends by itself.
    public List<String> toItsEnd() throws InterruptedException {
        if (!process.waitFor(Eventually.PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the child does not end: " + lines);
        }
        reader.join();
        return lines();
    }

    /// A byte comes back from the echo server that this child is.
    public void assertEchoes(Socket client) {
        try {
            client.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            client.getOutputStream().write(7);
            int back = client.getInputStream().read();
            if (back != 7) {
                throw new AssertionError("7 came back as " + back + " from the child, which says " + lines);
            }
        } catch (IOException e) {
            throw new AssertionError("no echo from the child, which says " + lines, e);
        }
    }

    /// Ends it, and waits for that: it shares the processors with whatever comes next.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
