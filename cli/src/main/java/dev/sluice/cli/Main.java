package dev.sluice.cli;

import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/// The command line. What fails is told in one line on standard error: exit code 1 for a failure, 2 for a command
/// that makes no sense.
@Command(
        name = "sluice",
        description = "Non-blocking network I/O for Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {DemoCommand.class, EchoCommand.class, TelnetCommand.class, HelpCommand.class})
public final class Main implements Runnable {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    /// A log record in one line: level and message, without the time and without a stack trace.
    private static final String LOG_LINE = "%4$s: %5$s%n";

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show stack traces.")
    private boolean verbose;

    private final CommandLine line = new CommandLine(this);

    private Main() {
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(parsed -> {
            if (!verbose) {
                System.setProperty("java.util.logging.SimpleFormatter.format", LOG_LINE);
            }
            return new RunLast().execute(parsed);
        });
        line.setParameterExceptionHandler((e, _) -> misused(e));
        line.setExecutionExceptionHandler((e, command, _) -> failed(e, command));
    }

    /// Starts the program.
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new Main().line;
    }

    /// What happens without a sub-command.
    @Override
    public void run() {
        line.usage(line.getOut());
    }

    private int misused(ParameterException e) {
        var command = e.getCommandLine();
        tell(command, e);
        return MISUSED;
    }

    /// Arguments that the library does not take are the user's mistake, too.
    private int failed(Exception e, CommandLine command) {
        boolean wrapped = e instanceof UncheckedIOException || e instanceof ExecutionException;
        tell(command, wrapped && e.getCause() != null ? e.getCause() : e);
        return e instanceof IllegalArgumentException ? MISUSED : FAILED;
    }

    private void tell(CommandLine command, Throwable e) {
        String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        var err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + what.replaceAll("\\s*\\R\\s*", " "));
        if (verbose) {
            e.printStackTrace(err);
        }
        err.flush();
    }

    /// The version of the module, as the build has stamped it.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Optional.ofNullable(Main.class.getModule().getDescriptor())
                    .flatMap(ModuleDescriptor::rawVersion)
                    .orElse("(version unknown)");
            return new String[] {"sluice " + version + " on Java " + Runtime.version()};
        }
    }
}
