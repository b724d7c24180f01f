package dev.sluice.actors.typed;

import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Event;
import dev.sluice.actors.TcpMessage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// A listener, for typed actors.
///
/// @param classic its actor, which can be watched
public record Listener(org.apache.pekko.actor.ActorRef classic) {
    /// The listener of an event.
    public static Listener of(Bound bound) {
        return new Listener(bound.listener());
    }

    /// Ends the listener; the answer is [dev.sluice.actors.Tcp.Unbound].
    public void unbind(ActorRef<? super Event> replyTo) {
        classic.tell(TcpMessage.unbind(), Adapter.toClassic(replyTo));
    }

    /// Sets how many connections a listener in pull mode may accept from now on.
    public void resumeAccepting(int batchSize) {
        classic.tell(TcpMessage.resumeAccepting(batchSize), org.apache.pekko.actor.ActorRef.noSender());
    }
}
