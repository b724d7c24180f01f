package dev.sluice.bench.load;

import dev.sluice.bench.Failures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The program. It does what the lines of its input say, and answers each with a line:
///
/// - `measure W S` puts the load on the server, if it is not there yet, and measures it for S seconds after W; the
///   answer is JSON, a [Measured];
/// - `sample` counts how many messages come back within a second;
/// - `end` takes the load away, and says 0 when the server has closed the connections, too.
@Command(name = "load", description = "Put load on an echo server.", sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final double SAMPLE_SECONDS = 1;

    @Parameters(paramLabel = "HOST", description = "The server's address.")
    private InetAddress host;

    @Parameters(paramLabel = "PORT", description = "The server's port.")
    private int port;

    @Option(names = "--conns", description = "How many connections.")
    private int connections = 64;

    @Option(names = "--size", description = "How large each message is.")
    private int bytes = 64;

    @Option(names = "--depth", description = "How many messages are in flight on a connection.")
    private int depth = 1;

    @Option(names = "--rate", description = "An open loop of so many messages per second.")
    private double perSecond;

    @Option(names = "--churn", description = "Short connections: connect, echo, close.")
    private boolean churn;

    @Option(names = "--idle", description = "Connections that do nothing, beside the others if --conns is given.")
    private int idle;

    @Option(names = "--prepare", description = "So many short connections first.")
    private int prepare;

    @Option(names = "--server-pid", required = true, description = "The server's process.")
    private long serverPid;

    @Option(names = "--transport", description = "auto, linux or nio.")
    private String transport = "auto";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /// Starts the program.
    public static void main(String[] args) {
        System.exit(Failures.inOneLine(new CommandLine(new Main())).execute(args));
    }

    private boolean going;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var generator = new Generator(new InetSocketAddress(host, port), transport, perSecond > 0)) {
            generator.prepare(prepare);
            var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line; (line = input.readLine()) != null; ) {
                System.out.println(answer(generator, line.split(" ", -1)));
            }
        }
        return 0;
    }

    private String answer(Generator generator, String[] line) throws IOException, InterruptedException {
        return switch (line[0]) {
            case "measure" ->
                measure(generator, Double.parseDouble(line[1]), Double.parseDouble(line[2]))
                        .line();
            case "sample" ->
                String.valueOf(generator.measure(0, SAMPLE_SECONDS, serverPid).messages());
            case "end" -> {
                generator.end();
                going = false;
                yield "0";
            }
            default -> throw new IllegalArgumentException("is not understood: " + String.join(" ", line));
        };
    }

    private Measured measure(Generator generator, double warmup, double seconds)
            throws IOException, InterruptedException {
        if (idle > 0 && !spec.commandLine().getParseResult().hasMatchedOption("--conns")) {
            return generator.measureIdle(idle, serverPid);
        }
        if (!going) {
            begin(generator);
            going = true;
        }
        return generator.measure(warmup, seconds, serverPid);
    }

    private void begin(Generator generator) throws IOException {
        if (idle > 0) {
            var _ = generator.connect(idle);
        }
        if (churn) {
            generator.startChurn(connections, bytes);
        } else if (perSecond > 0) {
            generator.startOpen(connections, bytes, perSecond);
        } else {
            generator.startClosed(new Shape(connections, bytes, depth));
        }
    }
}
