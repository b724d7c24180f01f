package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
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

/// Sends the lines that are typed, and prints what comes.
public final class TelnetClient {
    private TelnetClient() {}

    private static final class Terminal extends UntypedAbstractActor {
        Terminal(InetSocketAddress server) {
            var connect = new Connect(server).withHandler(getSelf()); // no Register is needed
            Tcp.get(getContext().getSystem()).manager().tell(connect, getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Connected connected -> {
                    System.out.println("connected to " + connected.remoteAddress());
                    Thread.startVirtualThread(() -> read(connected.connection()));
                }
                case Received(var data, var _) -> System.out.print(data.utf8());
                case CommandFailed failed -> end("failed: " + failed.exception().getMessage());
                case ConnectionClosed closed ->
                    end(closed.isErrorClosed() ? "lost: " + closed.getErrorCause() : "closed");
                default -> unhandled(message);
            }
        }

        private static void read(ActorRef connection) {
            for (String line; (line = IO.readln()) != null; ) {
                connection.tell(TcpMessage.write(ByteString.fromUtf8(line + "\n")), ActorRef.noSender());
            }
            connection.tell(TcpMessage.confirmedClose(), ActorRef.noSender()); // the rest of the answers still comes
        }

        private void end(String why) {
            System.out.println(why);
            getContext().getSystem().terminate();
        }
    }

    /// Connects to a host and a port.
    public static void main(String[] args) {
        var server = InetSocketAddress.createUnresolved(args[0], Integer.parseInt(args[1]));
        ActorSystem.create("telnet").actorOf(Props.create(Terminal.class, () -> new Terminal(server)));
    }
}
