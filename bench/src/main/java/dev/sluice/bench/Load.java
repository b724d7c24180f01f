package dev.sluice.bench;

import dev.sluice.bench.load.Measured;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A load on one server, which comes and goes.
sealed interface Load extends AutoCloseable {
    /// How long a process may take beyond what it was told to take.
    Duration SLACK = Duration.ofMinutes(2);

    /// Puts the load on the server, if it is not there yet, and measures after a time.
    Measured measure(double warmup, double seconds) throws IOException, InterruptedException;

    /// Takes the load away. The server is idle after that.
    void end() throws IOException, InterruptedException;

    /// Whether the load goes on after it has been measured, until it is ended.
    boolean goesOn();

    /// Counts how many messages come back within a second of a load that goes on.
    long sample() throws IOException, InterruptedException;

    @Override
    void close();

    private static Duration patience(double warmup, double seconds) {
        return SLACK.plusSeconds((long) (warmup + seconds));
    }

    /// By a program that does what it is told, line by line: see [dev.sluice.bench.load.Main].
    record Lasting(Program program) implements Load {
        @Override
        public Measured measure(double warmup, double seconds) throws IOException, InterruptedException {
            program.say("measure " + warmup + " " + seconds);
            return Measured.of(program.line(patience(warmup, seconds)));
        }

        @Override
        public void end() throws IOException, InterruptedException {
            program.say("end");
            var _ = program.line(SLACK);
        }

        @Override
        public boolean goesOn() {
            return true;
        }

        @Override
        public long sample() throws IOException, InterruptedException {
            program.say("sample");
            return Long.parseLong(program.line(SLACK));
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /// By a program that measures once, and ends.
    final class Repeated implements Load {
        private final List<String> command;
        private final Path log;

        /// What only the first gets.
        private List<String> preparation;

        Repeated(List<String> command, List<String> preparation, Path log) {
            this.command = command;
            this.preparation = preparation;
            this.log = log;
        }

        @Override
        public Measured measure(double warmup, double seconds) throws IOException, InterruptedException {
            var whole = new ArrayList<>(command);
            whole.addAll(preparation);
            whole.addAll(List.of("--warmup", String.valueOf(warmup), "--secs", String.valueOf(seconds)));
            preparation = List.of();
            try (var program = Program.start(whole, log)) {
                return Measured.of(program.line(patience(warmup, seconds)));
            }
        }

        @Override
        public void end() {
            // It has ended.
        }

        @Override
        public boolean goesOn() {
            return false;
        }

        @Override
        public long sample() {
            throw new UnsupportedOperationException("the load has ended");
        }

        @Override
        public void close() {
            // Each program is closed when it has measured.
        }
    }
}
