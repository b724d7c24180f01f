package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Answers a line with the file of that name. Try it with `echo README.md | nc 127.0.0.1 2323`.
public final class FileServer extends UntypedAbstractActor {
    private static final int LONGEST_NAME = 1024;

    private final Path directory;
    private final ActorRef connection;
    private ByteString request = ByteString.empty();

    private FileServer(Path directory, ActorRef connection) {
        this.directory = directory;
        this.connection = connection;
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Received(var data, var _) -> {
                request = request.append(data);
                int end = request.indexOf((byte) '\n');
                if (end >= 0) {
                    send(request.slice(0, end).utf8());
                } else if (request.size() > LONGEST_NAME) {
                    connection.tell(TcpMessage.abort(), getSelf());
                }
            }
            case CommandFailed failed ->
                refuse(String.valueOf(failed.exception().getMessage()));
            case ConnectionClosed _ -> getContext().stop(getSelf());
            default -> unhandled(message);
        }
    }

    private void send(String name) {
        var file = directory.resolve(name).normalize();
        if (!file.startsWith(directory)) {
            refuse(name + " is not here");
            return;
        }
        try {
            long size = Files.size(file);
            connection.tell(TcpMessage.writePath(file, 0, size, TcpMessage.noAck()), getSelf());
            connection.tell(TcpMessage.close(), getSelf()); // when all of it has been sent
        } catch (IOException | IllegalArgumentException e) { // not there, or empty
            refuse(e.toString());
        }
    }

    private void refuse(String why) {
        connection.tell(TcpMessage.write(ByteString.fromUtf8("error: " + why + "\n")), getSelf());
        connection.tell(TcpMessage.close(), getSelf());
    }

    /// Serves the current directory, or the one given, on port 2323, or the one given.
    public static void main(String[] args) {
        var directory =
                Path.of(args.length > 1 ? args[1] : ".").toAbsolutePath().normalize();
        Listening.start(
                args, connection -> Props.create(FileServer.class, () -> new FileServer(directory, connection)));
    }
}
