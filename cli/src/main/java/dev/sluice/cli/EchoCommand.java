package dev.sluice.cli;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Serves an echo until SIGTERM or SIGINT, then drains and exits with 0.
@Command(
        name = "echo",
        description = "Serve an echo until SIGTERM or Ctrl-C, then drain.",
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
final class EchoCommand implements Callable<Integer> {
    @Option(names = "--face", description = "What the server is written in: ${COMPLETION-CANDIDATES}.")
    private Face face = Face.SOCKETS;

    @Option(names = "--transport", description = "auto, linux or nio.")
    private String transport = "auto";

    @Option(names = "--host", description = "The address to listen on.")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "The port to listen on; 0 for a free one.")
    private int port = 0;

    @Option(names = "--loops", description = "How many event loops; one per processor by default.")
    private int loops = Runtime.getRuntime().availableProcessors();

    @Option(names = "--udp", description = "Serve datagrams instead of connections.")
    private boolean udp;

    @Option(names = "--handlers", description = "Of --face actors, where handlers run: ${COMPLETION-CANDIDATES}.")
    private ActorsEcho.Handlers handlers = ActorsEcho.Handlers.LOOP;

    @Option(names = "--acks", description = "Of --face actors: handlers wait for acks.")
    private boolean acks;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var server = open();
        var drain = Thread.ofPlatform().name("drain").unstarted(() -> {
            server.close();
            Runtime.getRuntime().halt(0); // a JVM that is ended by a signal would exit with 128 and its number
        });
        Runtime.getRuntime().addShutdownHook(drain);
        var out = spec.commandLine().getOut();
        out.println("READY " + text(server.address()));
        out.flush();
        try {
            server.awaitClosed();
        } catch (Exception e) {
            Runtime.getRuntime().removeShutdownHook(drain);
            throw e;
        }
        return 0;
    }

    private EchoServer open() throws IOException {
        if (udp) {
            requireNoneOfActors("connections");
            return face.udpEcho(transport, loops, host, port);
        }
        if (face == Face.ACTORS) {
            var style = new ActorsEcho.Style(handlers, acks);
            return ActorsEcho.tcp(transport, loops, host, port, style);
        }
        requireNoneOfActors("--face actors");
        return face.echo(transport, loops, host, port);
    }

    private void requireNoneOfActors(String needed) {
        var given = spec.commandLine().getParseResult();
        if (given.hasMatchedOption("--handlers") || given.hasMatchedOption("--acks")) {
            throw new ParameterException(spec.commandLine(), "--handlers and --acks need " + needed);
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
