package dev.sluice.bench;

import java.io.UncheckedIOException;
import java.util.Objects;
import picocli.CommandLine;

/// How programs tell what fails: in one line on standard error. Exit code 1 for a failure, 2 for arguments that
/// make no sense.
public final class Failures {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private Failures() {}

    /// Makes a command fail that way.
    public static CommandLine inOneLine(CommandLine line) {
        line.setParameterExceptionHandler((e, _) -> tell(e.getCommandLine(), e, MISUSED));
        line.setExecutionExceptionHandler((e, command, _) -> {
            var what = e instanceof UncheckedIOException ? Objects.requireNonNullElse(e.getCause(), e) : e;
            return tell(command, what, e instanceof IllegalArgumentException ? MISUSED : FAILED);
        });
        return line;
    }

    private static int tell(CommandLine command, Throwable e, int exit) {
        String what = e.getMessage() == null ? e.toString() : e.getMessage().replaceAll("\\s*\\R\\s*", " ");
        command.getErr().println(command.getCommandName() + ": " + what);
        command.getErr().flush();
        return exit;
    }
}
