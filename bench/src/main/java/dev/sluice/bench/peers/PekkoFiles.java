package dev.sluice.bench.peers;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.io.TcpMessage;

/// [FileServer] on Pekko's own TCP: listens, and handles all connections.
final class PekkoFiles extends UntypedAbstractActor {
    private final InetSocketAddress where;
    private final Path file;
    private final long size;

    PekkoFiles(InetSocketAddress where, Path file, long size) {
        this.where = where;
        this.file = file;
        this.size = size;
    }

    @Override
    public void preStart() {
        Tcp.get(getContext().getSystem())
                .manager()
                .tell(TcpMessage.bind(getSelf(), where, FileServer.BACKLOG), getSelf());
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Tcp.Bound bound ->
                System.out.println("READY 127.0.0.1:" + bound.localAddress().getPort());
            case Tcp.Connected _ -> {
                var connection = getSender();
                connection.tell(TcpMessage.register(getSelf()), getSelf());
                connection.tell(TcpMessage.writePath(file, 0, size, TcpMessage.noAck()), getSelf());
                connection.tell(TcpMessage.close(), getSelf());
            }
            case Tcp.CommandFailed failed -> System.err.println(failed);
            case Tcp.ConnectionClosed _ -> {} // each of them ends so
            default -> unhandled(message);
        }
    }
}
