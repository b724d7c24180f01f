package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import java.util.ArrayDeque;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends back what comes at once, without waiting for acks, until a write is refused; then writes again what
/// was refused when writing has resumed. Acks only tell what need not be kept any more.
public final class NackEcho extends UntypedAbstractActor {
    // region nack-echo
    private static final long HIGH_WATER = 2 * 1024 * 1024;
    private static final long LOW_WATER = HIGH_WATER / 4;

    private record Ack(int bytes) {}

    private final ActorRef connection;

    /// What has been written and has no ack yet.
    private final ArrayDeque<ByteString> kept = new ArrayDeque<>();

    private long keptBytes;
    private boolean refused;
    private boolean suspended;
    private boolean peerEnded;

    private NackEcho(ActorRef connection) {
        this.connection = connection;
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Received(var data, var _) -> {
                kept.add(data);
                keptBytes += data.size();
                if (!refused) {
                    write(data);
                }
            }
            case Ack(int bytes) -> {
                kept.remove();
                keptBytes -= bytes;
            }
            case CommandFailed failed
            when failed.cmd() instanceof Write && !refused -> {
                refused = true; // and so is what was written after it
                connection.tell(TcpMessage.resumeWriting(), getSelf());
            }
            case CommandFailed _ -> {}
            case WritingResumed _ -> {
                refused = false; // all that was taken has its ack by now: what is kept was refused
                kept.forEach(this::write);
            }
            case PeerClosed closed when closed.open() -> peerEnded = true;
            case ConnectionClosed _ -> getContext().stop(getSelf());
            default -> unhandled(message);
        }
        if (suspended ? keptBytes < LOW_WATER : keptBytes > HIGH_WATER) {
            suspended = !suspended;
            connection.tell(suspended ? TcpMessage.suspendReading() : TcpMessage.resumeReading(), getSelf());
        }
        if (peerEnded && kept.isEmpty()) {
            connection.tell(TcpMessage.close(), getSelf());
        }
    }

    private void write(ByteString data) {
        connection.tell(TcpMessage.write(data, new Ack(data.size())), getSelf());
    }
    // endregion

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        Listening.start(args, connection -> Props.create(NackEcho.class, () -> new NackEcho(connection)));
    }
}
