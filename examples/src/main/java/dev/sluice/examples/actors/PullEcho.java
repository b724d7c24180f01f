package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends back what comes, and reads on only when that is written: nothing waits, and no buffer is needed.
/// Connections are accepted in the same way, one when the one before has been handled.
public final class PullEcho {
    private static final Object ACK = new Object();

    private PullEcho() {}

    private static final class Acceptor extends UntypedAbstractActor {
        private ActorRef listener = ActorRef.noSender();

        Acceptor(InetSocketAddress where) {
            var bind = new Bind(getSelf(), where).withPullMode();
            Tcp.get(getContext().getSystem()).manager().tell(bind, getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Bound bound -> {
                    System.out.println(
                            "listening on port " + bound.localAddress().getPort());
                    listener = bound.listener();
                    listener.tell(TcpMessage.resumeAccepting(1), getSelf());
                }
                case Connected(var _, var _, var connection) -> {
                    var echo = Props.create(Echo.class, () -> new Echo(connection));
                    connection.tell(TcpMessage.register(getContext().actorOf(echo)), getSelf());
                    listener.tell(TcpMessage.resumeAccepting(1), getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    private static final class Echo extends UntypedAbstractActor {
        Echo(ActorRef connection) {
            connection.tell(TcpMessage.resumeReading(), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var connection) -> connection.tell(TcpMessage.write(data, ACK), getSelf());
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> getSender().tell(TcpMessage.resumeReading(), getSelf()); // the ack
            }
        }
    }

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        var where = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create("server").actorOf(Props.create(Acceptor.class, () -> new Acceptor(where)));
    }
}
