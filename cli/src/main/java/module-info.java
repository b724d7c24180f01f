import dev.sluice.reactor.transport.Transport;
import org.jspecify.annotations.NullMarked;

/// The command line: a demonstration, an echo server, a telnet client.
@NullMarked
module dev.sluice.cli {
    requires static org.jspecify;
    requires dev.sluice.actors;
    requires dev.sluice.futures;
    requires typesafe.config;
    requires dev.sluice.sockets;
    requires info.picocli;
    requires HdrHistogram;

    uses Transport;

    opens dev.sluice.cli to
            info.picocli;
}
