package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.CloseCommand;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Says hello to a server, and prints the answer.
public final class Client {
    private Client() {}

    /// A connection: writes what it is sent, closes when it is told to, and gives its listener what comes.
    static final class Connection extends UntypedAbstractActor {
        private final ActorRef listener;
        private ActorRef connection = ActorRef.noSender();

        Connection(InetSocketAddress remote, ActorRef listener) {
            this.listener = listener;
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.connect(remote), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Connected connected -> {
                    connection = connected.connection();
                    connection.tell(TcpMessage.register(getSelf()), getSelf());
                    listener.tell(connected, getSelf());
                }
                case ByteString bytes -> connection.tell(TcpMessage.write(bytes), getSelf());
                case CloseCommand close -> connection.tell(close, getSelf());
                case Received(var data, var _) -> listener.tell(data, getSelf());
                case CommandFailed failed -> end("failed: " + failed.exception().getMessage());
                case ConnectionClosed _ -> end("closed");
                default -> unhandled(message);
            }
        }

        private void end(String why) {
            listener.tell(why, getSelf());
            getContext().stop(getSelf());
        }
    }

    private static final class Hello extends UntypedAbstractActor {
        Hello(InetSocketAddress server) {
            getContext().actorOf(Props.create(Connection.class, () -> new Connection(server, getSelf())));
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Connected _ -> getSender().tell(ByteString.fromUtf8("hello\n"), getSelf());
                case ByteString answer -> {
                    System.out.print(answer.utf8());
                    getSender().tell(TcpMessage.close(), getSelf());
                }
                default -> {
                    System.out.println(message);
                    getContext().getSystem().terminate();
                }
            }
        }
    }

    /// Connects to port 2323, or the one given, on this host.
    public static void main(String[] args) {
        var server = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create("client").actorOf(Props.create(Hello.class, () -> new Hello(server)));
    }
}
