package dev.sluice.actors.typed;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Event;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// TCP for typed actors: the commands and events of [Tcp], with explicit receivers of the answers.
///
/// An actor that gets answers understands [Event], or adapts it with `context.messageAdapter(Event.class, …)`;
/// acks are events of its own. Events carry the actor they come from; [Connection#of] and [Listener#of] make it
/// usable. Nothing stands between: commands go straight to the actors of [Tcp], and events come straight from
/// them.
public final class TypedTcp {
    private final org.apache.pekko.actor.ActorRef manager;

    private TypedTcp(org.apache.pekko.actor.ActorRef manager) {
        this.manager = manager;
    }

    /// TCP of this actor system.
    public static TypedTcp get(ActorSystem<?> system) {
        return new TypedTcp(Tcp.get(system).manager());
    }

    /// Asks for a connection; the answer is [Tcp.Connected], or [Tcp.CommandFailed].
    ///
    /// @param replyTo has to register a handler, unless the command names one
    public void connect(Connect command, ActorRef<? super Event> replyTo) {
        manager.tell(command, Adapter.toClassic(replyTo));
    }

    /// Asks for a connection with nothing special.
    public void connect(InetSocketAddress remoteAddress, ActorRef<? super Event> replyTo) {
        connect(new Connect(remoteAddress), replyTo);
    }

    /// Asks for a connection with a handler, which needs not be registered.
    public void connect(
            InetSocketAddress remoteAddress, ActorRef<? super Event> handler, ActorRef<? super Event> replyTo) {
        connect(new Connect(remoteAddress), handler, replyTo);
    }

    /// Asks for a connection with options, limits or pull mode, and a handler, which needs not be registered.
    public void connect(Connect command, ActorRef<? super Event> handler, ActorRef<? super Event> replyTo) {
        connect(command.withHandler(Adapter.toClassic(handler)), replyTo);
    }

    /// Asks for a listener; the answer is [Tcp.Bound], or [Tcp.CommandFailed].
    ///
    /// @param handler gets [Tcp.Connected] for each connection; the listener ends with it
    public void bind(InetSocketAddress localAddress, ActorRef<? super Event> handler, ActorRef<? super Event> replyTo) {
        bind(localAddress, UnaryOperator.identity(), handler, replyTo);
    }

    /// Asks for a listener with options.
    ///
    /// @param change for example `bind -> bind.withPullMode()`
    public void bind(
            InetSocketAddress localAddress,
            UnaryOperator<Bind> change,
            ActorRef<? super Event> handler,
            ActorRef<? super Event> replyTo) {
        manager.tell(change.apply(new Bind(Adapter.toClassic(handler), localAddress)), Adapter.toClassic(replyTo));
    }
}
