package dev.sluice.actors.typed;

import dev.sluice.actors.Inet;
import dev.sluice.actors.UdpConnected;
import dev.sluice.actors.UdpConnected.Connect;
import dev.sluice.actors.UdpConnected.Event;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/// Connected UDP for typed actors: the commands and events of [UdpConnected], with explicit receivers of the answers.
/// See [TypedTcp].
public final class TypedUdpConnected {
    private final org.apache.pekko.actor.ActorRef manager;

    private TypedUdpConnected(org.apache.pekko.actor.ActorRef manager) {
        this.manager = manager;
    }

    /// Connected UDP of this actor system.
    public static TypedUdpConnected get(ActorSystem<?> system) {
        return new TypedUdpConnected(UdpConnected.get(system).manager());
    }

    /// Asks for a socket with one peer; the answer is [UdpConnected.Connected], or [UdpConnected.CommandFailed].
    ///
    /// @param handler gets what is received; the socket ends with it
    public void connect(
            InetSocketAddress remoteAddress, ActorRef<? super Event> handler, ActorRef<? super Event> replyTo) {
        connect(remoteAddress, null, List.of(), handler, replyTo);
    }

    /// Asks for a socket with options.
    ///
    /// @param localAddress where from; null lets the system choose
    public void connect(
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            List<Inet.SocketOption> options,
            ActorRef<? super Event> handler,
            ActorRef<? super Event> replyTo) {
        var command = new Connect(Adapter.toClassic(handler), remoteAddress, localAddress, options);
        manager.tell(command, Adapter.toClassic(replyTo));
    }
}
