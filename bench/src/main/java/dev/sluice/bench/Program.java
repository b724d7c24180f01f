package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A process that takes part. What it prints is read line by line; its errors go to a file.
final class Program implements AutoCloseable {
    private final Process process;
    private final Path errors;
    private final PrintWriter input;

    /// Empty is the end.
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private Program(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    static Program start(List<String> command, Path errors) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(Redirect.to(errors.toFile()))
                .start();
        var program = new Program(process, errors);
        var out = process.inputReader();
        Thread.ofVirtual().start(() -> program.read(out));
        return program;
    }

    private void read(BufferedReader out) {
        try {
            for (String line; (line = out.readLine()) != null; ) {
                lines.add(Optional.of(line));
            }
        } catch (IOException _) {
            // Killed: that is the end, too.
        }
        lines.add(Optional.empty());
    }

    long pid() {
        return process.pid();
    }

    /// The next line that it prints.
    ///
    /// @throws IOException if it ends instead, or takes longer; says the last thing it said on standard error
    String line(Duration patience) throws IOException, InterruptedException {
        var line = lines.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (line == null) {
            throw new IOException("no answer within " + patience.toSeconds() + " s");
        }
        if (line.isEmpty()) {
            lines.add(line); // whoever asks again learns the same
            throw new IOException(lastError());
        }
        return line.get();
    }

    private String lastError() throws IOException, InterruptedException {
        process.waitFor();
        var said = Files.readAllLines(errors).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .toList();
        return said.isEmpty() ? "ended with " + process.exitValue() : said.getLast();
    }

    /// The port that it serves, after it has printed `READY host:port`.
    int port(Duration patience) throws IOException, InterruptedException {
        String ready = line(patience);
        if (!ready.startsWith("READY ")) {
            throw new IOException("said \"" + ready + "\" instead of READY");
        }
        return Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
    }

    /// Gives it a line to read.
    void say(String line) {
        input.println(line);
    }

    /// Kills it, and waits until it is gone.
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
