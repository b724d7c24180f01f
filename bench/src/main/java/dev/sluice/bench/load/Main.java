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

/// The program. It prints one line of JSON, a [Measured], and goes on with the load until its input ends. For a line
/// `sample` there it prints how many messages come back within a second; for `close` it closes the connections that
/// were idle, and prints 0 when the server has closed them, too.
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

    @Option(names = "--warmup", description = "Seconds before the measurement.")
    private double warmup = 6;

    @Option(names = "--secs", description = "Seconds of the measurement.")
    private double seconds = 4;

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

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var generator = new Generator(new InetSocketAddress(host, port), transport, perSecond > 0)) {
            generator.prepare(prepare);
            var measured = measure(generator);
            System.out.println(measured.line());
            converse(generator, serverPid);
        }
        return 0;
    }

    private Measured measure(Generator generator) throws IOException, InterruptedException {
        var given = spec.commandLine().getParseResult();
        if (idle > 0 && !given.hasMatchedOption("--conns")) {
            return generator.measureIdle(idle, serverPid);
        }
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
        return generator.measure(warmup, seconds, serverPid);
    }

    private static void converse(Generator generator, long serverPid) throws IOException, InterruptedException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = input.readLine()) != null; ) {
            if (line.equals("close")) {
                generator.endIdle();
                System.out.println(0);
            } else {
                System.out.println(
                        generator.measure(0, SAMPLE_SECONDS, serverPid).messages());
            }
        }
    }
}
