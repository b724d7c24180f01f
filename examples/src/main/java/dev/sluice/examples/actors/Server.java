package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends back what comes, to peers that read as fast as they write: a peer that does not finds its writes
/// refused, and loses bytes. See [AckEcho] for one that keeps pace.
public final class Server {
    private Server() {}

    static final class Acceptor extends UntypedAbstractActor {
        Acceptor(InetSocketAddress where) {
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.bind(getSelf(), where, 100), getSelf());
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
                    var handler = Tcp.sameLoop(connected.connection(), Props.create(Handler.class, Handler::new));
                    connected.connection().tell(TcpMessage.register(getContext().actorOf(handler)), getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    static final class Handler extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var connection) -> connection.tell(TcpMessage.write(data), getSelf());
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> unhandled(message);
            }
        }
    }

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        var where = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create("server").actorOf(Props.create(Acceptor.class, () -> new Acceptor(where)));
    }
}
