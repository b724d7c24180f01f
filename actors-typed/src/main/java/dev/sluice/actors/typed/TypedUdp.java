package dev.sluice.actors.typed;

import dev.sluice.actors.Inet;
import dev.sluice.actors.Udp;
import dev.sluice.actors.Udp.Bind;
import dev.sluice.actors.Udp.Event;
import dev.sluice.actors.Udp.SimpleSender;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// UDP for typed actors: the commands and events of [Udp], with explicit receivers of the answers. See
/// [TypedTcp].
public final class TypedUdp {
    private final org.apache.pekko.actor.ActorRef manager;

    private TypedUdp(org.apache.pekko.actor.ActorRef manager) {
        this.manager = manager;
    }

    /// UDP of this actor system.
    public static TypedUdp get(ActorSystem<?> system) {
        return new TypedUdp(Udp.get(system).manager());
    }

    /// Asks for a socket; the answer is [Udp.Bound], or [Udp.CommandFailed].
    ///
    /// @param handler gets what is received; the socket ends with it
    public void bind(
            InetSocketAddress localAddress,
            List<Inet.SocketOption> options,
            ActorRef<? super Event> handler,
            ActorRef<? super Event> replyTo) {
        manager.tell(new Bind(Adapter.toClassic(handler), localAddress, options), Adapter.toClassic(replyTo));
    }

    /// Asks for a socket that anybody can send to, with nothing special.
    public void bind(InetSocketAddress localAddress, ActorRef<? super Event> handler, ActorRef<? super Event> replyTo) {
        bind(localAddress, List.of(), handler, replyTo);
    }

    /// Asks for a socket that only sends; the answer is [Udp.SimpleSenderReady], or [Udp.CommandFailed]. It
    /// ends with `replyTo`.
    public void simpleSender(List<Inet.SocketOption> options, ActorRef<? super Event> replyTo) {
        simpleSender(new SimpleSender(options, true), replyTo);
    }

    /// Asks for a socket that only sends, which may outlive `replyTo`.
    public void simpleSender(SimpleSender command, ActorRef<? super Event> replyTo) {
        manager.tell(command, Adapter.toClassic(replyTo));
    }
}
