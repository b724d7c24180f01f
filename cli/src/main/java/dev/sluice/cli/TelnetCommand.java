package dev.sluice.cli;

import dev.sluice.sockets.ByteWriteChannel;
import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Sockets;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Sends standard input, shows what comes back, and ends when the peer has closed.
@Command(
        name = "telnet",
        description = {
            "Connect standard input and output to a server.",
            "The end of the input ends only the sending; the command ends when the peer has closed."
        },
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
final class TelnetCommand implements Callable<Integer> {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    @Parameters(index = "0", paramLabel = "HOST", description = "A name or an address.")
    private String host;

    @Parameters(index = "1", paramLabel = "PORT", description = "A TCP port.")
    private int port;

    @Option(names = "--transport", description = "auto, linux or nio.")
    private String transport = "auto";

    @Override
    public Integer call() throws Exception {
        try (var selector = SelectorManager.create(
                        r -> r.transport(transport).loops(1).blockedAfter(Duration.ZERO));
                var socket = Sockets.tcp(selector).connect(host, port, o -> o.connectTimeout(CONNECT_LIMIT))) {
            var output = socket.openWriteChannel(true);
            var sending = new FutureTask<@Nullable Void>(() -> send(output));
            // A platform thread, as a read of a terminal would hold the carrier of a virtual one.
            Thread.ofPlatform().name("stdin").daemon().start(sending);

            // Not System.out, which swallows failures.
            socket.openReadChannel().toInputStream().transferTo(new FileOutputStream(FileDescriptor.out));
            if (sending.isDone()) {
                sending.get(); // throws if the peer did not take all
            }
            return 0;
        }
    }

    private static @Nullable Void send(ByteWriteChannel output) throws IOException {
        try (output) {
            System.in.transferTo(output.toOutputStream());
        }
        return null;
    }
}
