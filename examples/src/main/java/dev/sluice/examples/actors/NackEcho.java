package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends back what comes at once, without waiting for acks, until a write is refused; then writes again what
/// was refused when writing has resumed. Acks only tell what need not be kept any more.
public final class NackEcho extends UntypedAbstractActor {
    private static final int HIGH_WATER = 2 * 1024 * 1024;
    private static final int LOW_WATER = HIGH_WATER / 4;

    private record Ack(int bytes) {}

    private final ActorRef connection;

    /// What has come and has no ack yet.
    private ByteString kept = ByteString.empty();

    private boolean refused;
    private boolean suspended;
    private boolean peerEnded;

    private NackEcho(ActorRef connection) {
        this.connection = connection;
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Received(var data, var _) -> received(data);
            case Ack(int bytes) -> kept = kept.drop(bytes);
            case CommandFailed _ when refused -> {} // with one write all are refused that were sent after it
            case CommandFailed _ -> {
                refused = true;
                connection.tell(TcpMessage.resumeWriting(), getSelf());
            }
            case WritingResumed _ -> {
                refused = false;
                write(kept); // all that was taken has its ack by now: what is kept was refused
            }
            case PeerClosed closed when closed.open() -> peerEnded = true;
            case ConnectionClosed _ -> getContext().stop(getSelf());
            default -> unhandled(message);
        }
        if (suspended ? kept.size() < LOW_WATER : kept.size() > HIGH_WATER) {
            suspended = !suspended;
            connection.tell(suspended ? TcpMessage.suspendReading() : TcpMessage.resumeReading(), getSelf());
        }
        if (peerEnded && kept.isEmpty()) {
            connection.tell(TcpMessage.close(), getSelf());
        }
    }

    private void received(ByteString data) {
        kept = kept.append(data);
        if (!refused) {
            write(data);
        }
    }

    private void write(ByteString data) {
        connection.tell(TcpMessage.write(data, new Ack(data.size())), getSelf());
    }

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        Listening.start(args, connection -> Props.create(NackEcho.class, () -> new NackEcho(connection)));
    }
}
