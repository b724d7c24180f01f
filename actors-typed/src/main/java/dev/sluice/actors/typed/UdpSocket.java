package dev.sluice.actors.typed;

import dev.sluice.actors.Udp.Bound;
import dev.sluice.actors.Udp.Event;
import dev.sluice.actors.Udp.Received;
import dev.sluice.actors.Udp.SimpleSenderReady;
import dev.sluice.actors.UdpMessage;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// A datagram socket, for typed actors. Commands may come from any of them.
///
/// @param classic its actor, which can be watched
public record UdpSocket(org.apache.pekko.actor.ActorRef classic) {
    /// The socket of an event.
    public static UdpSocket of(Bound event) {
        return new UdpSocket(event.socket());
    }

    /// The socket of an event.
    public static UdpSocket of(SimpleSenderReady event) {
        return new UdpSocket(event.socket());
    }

    /// The socket of an event.
    public static UdpSocket of(Received event) {
        return new UdpSocket(event.socket());
    }

    /// Spawns actors on the event loop of this socket: a message between the two crosses no thread. They must not
    /// block.
    public DispatcherSelector sameLoop() {
        return new Connection(classic).sameLoop();
    }

    /// Sends a datagram, without an ack.
    ///
    /// @param replyTo is told when it cannot be sent
    public void send(ByteString payload, InetSocketAddress target, ActorRef<? super Event> replyTo) {
        classic.tell(UdpMessage.send(payload, target), Adapter.toClassic(replyTo));
    }

    /// Sends a datagram.
    ///
    /// @param ack what `replyTo` gets when the system has it
    /// @param replyTo is also told when it cannot be sent
    public void send(ByteString payload, InetSocketAddress target, Event ack, ActorRef<? super Event> replyTo) {
        classic.tell(UdpMessage.send(payload, target, ack), Adapter.toClassic(replyTo));
    }

    /// Stops reading.
    public void suspendReading() {
        classic.tell(UdpMessage.suspendReading(), org.apache.pekko.actor.ActorRef.noSender());
    }

    /// Goes on reading.
    public void resumeReading() {
        classic.tell(UdpMessage.resumeReading(), org.apache.pekko.actor.ActorRef.noSender());
    }

    /// Closes the socket; the answer is [dev.sluice.actors.Udp.Unbound].
    public void unbind(ActorRef<? super Event> replyTo) {
        classic.tell(UdpMessage.unbind(), Adapter.toClassic(replyTo));
    }
}
