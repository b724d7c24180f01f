package dev.sluice.bench.peers;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.TcpMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends a file to everybody who connects, then closes: `WritePath` beside Pekko's, and beside `sendfile.c`.
/// Arguments: the port, `sluice` or `pekko`, and the file.
///
/// One loop, one actor; the settings of files are those of either library: both send at most 512 KiB in a call, on a
/// dispatcher for calls that block.
public final class FileServer {
    static final int BACKLOG = 4096;

    private FileServer() {}

    /// Serves until it is killed.
    public static void main(String[] args) throws IOException {
        var where = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[0]));
        var file = Path.of(args[2]);
        long size = Files.size(file);
        var server = switch (args[1]) {
            case "sluice" -> Props.create(Sluice.class, () -> new Sluice(where, file, size));
            case "pekko" -> Props.create(PekkoFiles.class, () -> new PekkoFiles(where, file, size));
            default -> throw new IllegalArgumentException("sluice or pekko, not " + args[1]);
        };
        var settings = Map.of("sluice.io.loops", 1, "pekko.loglevel", "WARNING");
        ActorSystem.create("files", ConfigFactory.parseMap(settings).withFallback(ConfigFactory.load()))
                .actorOf(server);
    }

    /// Listens, and handles all connections.
    private static final class Sluice extends UntypedAbstractActor {
        private final InetSocketAddress where;
        private final Path file;
        private final long size;

        Sluice(InetSocketAddress where, Path file, long size) {
            this.where = where;
            this.file = file;
            this.size = size;
        }

        @Override
        public void preStart() {
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.bind(getSelf(), where, BACKLOG), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Bound bound ->
                    System.out.println("READY 127.0.0.1:" + bound.localAddress().getPort());
                case Connected(var _, var _, var connection) -> {
                    connection.tell(TcpMessage.register(getSelf()), getSelf());
                    connection.tell(TcpMessage.writePath(file, 0, size, TcpMessage.noAck()), getSelf());
                    connection.tell(TcpMessage.close(), getSelf());
                }
                case CommandFailed failed ->
                    System.err.println(failed.exception().getMessage());
                case ConnectionClosed _ -> {} // each of them ends so
                default -> unhandled(message);
            }
        }
    }
}
