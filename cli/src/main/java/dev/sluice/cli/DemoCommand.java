package dev.sluice.cli;

import dev.sluice.reactor.transport.Transport;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the echo server of every face on every transport against a client that verifies each byte.
@Command(
        name = "demo",
        description = {
            "Run each face on each transport: an echo server, and a client that verifies what comes back.",
            "Exits with 1 if anything is lost, broken or out of order."
        },
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String HOST = "127.0.0.1";
    private static final Duration REFRESH = Duration.ofMillis(100);
    private static final double WARM_UP = 0.5;

    @Option(names = "--seconds", description = "How long each row takes, after a warm-up of half of that.")
    private double seconds = 0.8;

    @Option(names = "--seed", description = "Where the random messages begin.")
    private long seed = 1;

    @Spec
    private CommandSpec spec;

    private long verified;
    private long errors;

    @Override
    public Integer call() throws Exception {
        if (!(seconds > 0)) { // nor is it no number
            throw new ParameterException(spec.commandLine(), "--seconds must be more than 0, not " + seconds);
        }
        var transports = ServiceLoader.load(Transport.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Transport::preference).reversed())
                .toList();
        var table = new DemoTable(spec.commandLine().getOut());
        for (var face : Face.values()) {
            for (var transport : transports) {
                String why = transport.unavailable();
                if (why == null) {
                    run(face, transport.name(), table);
                } else {
                    table.unavailable(face, transport.name(), why);
                }
            }
        }
        table.end(verified, errors);
        return errors == 0 ? 0 : 1;
    }

    private void run(Face face, String transport, DemoTable table) throws Exception {
        int loops = Runtime.getRuntime().availableProcessors();
        try (var server = face.echo(transport, loops, HOST, 0)) {
            for (var load : List.of(Load.PING_PONG, Load.PIPELINED)) {
                run(server, face, transport, load, table);
            }
        }
        try (var server = face.udpEcho(transport, loops, HOST, 0)) {
            run(server, face, transport, Load.DATAGRAMS, table);
        }
    }

    private void run(EchoServer server, Face face, String transport, Load load, DemoTable table)
            throws InterruptedException {
        // Without a warm-up the row would tell more about the JVM's compiler.
        var tally = drive(server, face, transport, load, seconds * WARM_UP, table);
        if (tally.errors() == 0) {
            tally = drive(server, face, transport, load, seconds, table);
        }
        table.row(face, transport, load, tally);
        verified += tally.messages();
        errors += tally.errors();
    }

    private Tally drive(EchoServer server, Face face, String transport, Load load, double seconds, DemoTable table)
            throws InterruptedException {
        var tally = new Tally();
        try (var client = new VerifyingClient(server.address(), transport, load, seed, tally)) {
            client.start(Duration.ofNanos((long) (seconds * 1e9)));
            while (!client.await(REFRESH)) {
                table.progress(face, transport, load, tally);
            }
        }
        return tally;
    }
}
