package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import java.util.ArrayDeque;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends back what comes, one write at a time, each after the ack of the one before. What waits is bounded:
/// reading stops at a high-water mark, and the peer is slowed down.
public final class AckEcho extends UntypedAbstractActor {
    private static final Object ACK = new Object();

    // region ack-echo
    private static final long HIGH_WATER = 256 * 1024;
    private static final long LOW_WATER = 64 * 1024;

    private final ActorRef connection;

    /// What has come; the first one is being written.
    private final ArrayDeque<ByteString> waiting = new ArrayDeque<>();

    private long waitingBytes;
    private boolean suspended;
    private boolean peerEnded;

    private AckEcho(ActorRef connection) {
        this.connection = connection;
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Received(var data, var _) -> received(data);
            case PeerClosed closed
            when closed.open() -> {
                peerEnded = true;
                if (waiting.isEmpty()) {
                    writeNext();
                }
            }
            case ConnectionClosed _ -> getContext().stop(getSelf());
            default -> {
                waitingBytes -= waiting.remove().size(); // the ack
                if (suspended && waitingBytes < LOW_WATER) {
                    suspended = false;
                    connection.tell(TcpMessage.resumeReading(), getSelf());
                }
                writeNext();
            }
        }
    }

    private void received(ByteString data) {
        waiting.add(data);
        waitingBytes += data.size();
        if (!suspended && waitingBytes > HIGH_WATER) {
            suspended = true;
            connection.tell(TcpMessage.suspendReading(), getSelf());
        }
        if (waiting.size() == 1) {
            writeNext();
        }
    }

    private void writeNext() {
        if (!waiting.isEmpty()) {
            connection.tell(TcpMessage.write(waiting.element(), ACK), getSelf());
        } else if (peerEnded) {
            connection.tell(TcpMessage.close(), getSelf());
        }
    }
    // endregion

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        Listening.start(args, connection -> Props.create(AckEcho.class, () -> new AckEcho(connection)));
    }
}
