package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Register;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Listens, and has a new actor handle each connection, which stays open for writing when the peer has ended.
final class Listening extends UntypedAbstractActor {
    private final Function<ActorRef, Props> handlers;

    private Listening(InetSocketAddress where, Function<ActorRef, Props> handlers) {
        this.handlers = handlers;
        Tcp.get(getContext().getSystem()).manager().tell(new Bind(getSelf(), where), getSelf());
    }

    /// @param args the port, 2323 if there is none
    /// @param handlers the handler of a connection
    static void start(String[] args, Function<ActorRef, Props> handlers) {
        var where = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create("server").actorOf(Props.create(Listening.class, () -> new Listening(where, handlers)));
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Bound(var address, var _) -> System.out.println("listening on port " + address.getPort());
            case CommandFailed failed -> {
                System.err.println(failed.exception().getMessage());
                getContext().getSystem().terminate();
            }
            case Connected connected -> {
                var connection = connected.connection();
                var handler = getContext().actorOf(Tcp.sameLoop(connection, handlers.apply(connection)));
                connection.tell(new Register(handler, true, true), getSelf());
            }
            default -> unhandled(message);
        }
    }
}
