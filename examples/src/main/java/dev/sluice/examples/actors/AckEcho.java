package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends back what comes, one write at a time, each after the ack of the one before. What waits is bounded: reading
/// stops at a high-water mark, and the peer is slowed down.
public final class AckEcho extends UntypedAbstractActor {
    private static final int HIGH_WATER = 256 * 1024;

    private enum Ack {
        ACK
    }

    private final ActorRef connection;

    /// What has come while a write was under way.
    private ByteString waiting = ByteString.empty();

    private boolean writing;
    private boolean suspended;
    private boolean peerEnded;

    private AckEcho(ActorRef connection) {
        this.connection = connection;
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Received(var data, var _) -> waiting = waiting.append(data);
            case Ack _ -> writing = false;
            case PeerClosed closed when closed.open() -> peerEnded = true;
            case ConnectionClosed _ -> getContext().stop(getSelf());
            default -> unhandled(message);
        }
        if (!writing && !waiting.isEmpty()) {
            connection.tell(TcpMessage.write(waiting, Ack.ACK), getSelf());
            writing = true;
            waiting = ByteString.empty();
        }
        if (suspended != waiting.size() > HIGH_WATER) {
            suspended = !suspended;
            connection.tell(suspended ? TcpMessage.suspendReading() : TcpMessage.resumeReading(), getSelf());
        }
        if (peerEnded && !writing) {
            connection.tell(TcpMessage.close(), getSelf());
        }
    }

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        Listening.start(args, connection -> Props.create(AckEcho.class, () -> new AckEcho(connection)));
    }
}
