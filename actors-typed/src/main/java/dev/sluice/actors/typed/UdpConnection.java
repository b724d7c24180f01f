package dev.sluice.actors.typed;

import dev.sluice.actors.UdpConnected.Connected;
import dev.sluice.actors.UdpConnected.Event;
import dev.sluice.actors.UdpConnected.Received;
import dev.sluice.actors.UdpConnectedMessage;
import dev.sluice.bytes.ByteString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// A datagram socket with one peer, for typed actors. Commands may come from any of them.
///
/// @param classic its actor, which can be watched
public record UdpConnection(org.apache.pekko.actor.ActorRef classic) {
    /// The socket of an event.
    public static UdpConnection of(Connected event) {
        return new UdpConnection(event.connection());
    }

    /// The socket of an event.
    public static UdpConnection of(Received event) {
        return new UdpConnection(event.connection());
    }

    /// Spawns actors on the event loop of this socket: a message between the two crosses no thread. They must not
    /// block.
    public DispatcherSelector sameLoop() {
        return new Connection(classic).sameLoop();
    }

    /// Sends a datagram, without an ack.
    ///
    /// @param replyTo is told when it cannot be sent
    public void send(ByteString payload, ActorRef<? super Event> replyTo) {
        classic.tell(UdpConnectedMessage.send(payload), Adapter.toClassic(replyTo));
    }

    /// Sends a datagram.
    ///
    /// @param ack what `replyTo` gets when the system has it
    /// @param replyTo is also told when it cannot be sent
    public void send(ByteString payload, Event ack, ActorRef<? super Event> replyTo) {
        classic.tell(UdpConnectedMessage.send(payload, ack), Adapter.toClassic(replyTo));
    }

    /// Stops reading.
    public void suspendReading() {
        classic.tell(UdpConnectedMessage.suspendReading(), org.apache.pekko.actor.ActorRef.noSender());
    }

    /// Goes on reading.
    public void resumeReading() {
        classic.tell(UdpConnectedMessage.resumeReading(), org.apache.pekko.actor.ActorRef.noSender());
    }

    /// Closes the socket; the answer is [dev.sluice.actors.UdpConnected.Disconnected].
    public void disconnect(ActorRef<? super Event> replyTo) {
        classic.tell(UdpConnectedMessage.disconnect(), Adapter.toClassic(replyTo));
    }
}
