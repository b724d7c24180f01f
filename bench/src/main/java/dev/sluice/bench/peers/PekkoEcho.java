package dev.sluice.bench.peers;

import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.io.TcpMessage;
import org.apache.pekko.util.ByteString;

/// An echo server on Pekko's own TCP, to compare with. Arguments: the port, and `acks` to wait for acks.
///
/// An actor for each connection on the default dispatcher, as in Pekko's documentation, and reads of up to 256 KiB
/// instead of 128. The rest is as Pekko has it: one selector, and Nagle's algorithm off.
public final class PekkoEcho {
    private static final int BACKLOG = 4096;

    private PekkoEcho() {}

    /// Serves until it is killed.
    public static void main(String[] args) {
        boolean acks = args.length > 1 && args[1].equals("acks");
        var settings = Map.of("pekko.loglevel", "WARNING", "pekko.io.tcp.direct-buffer-size", "256 KiB");
        ActorSystem.create("pekko", ConfigFactory.parseMap(settings).withFallback(ConfigFactory.load()))
                .actorOf(Props.create(Acceptor.class, () -> new Acceptor(Integer.parseInt(args[0]), acks)), "acceptor");
    }

    private static final class Acceptor extends UntypedAbstractActor {
        private final int port;
        private final boolean acks;

        Acceptor(int port, boolean acks) {
            this.port = port;
            this.acks = acks;
        }

        @Override
        public void preStart() {
            var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.bind(getSelf(), address, BACKLOG), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Tcp.Bound bound -> System.out.println("READY " + text(bound.localAddress()));
                case Tcp.Connected _ -> serve(getSender());
                default -> unhandled(message);
            }
        }

        private static String text(InetSocketAddress address) {
            return address.getAddress().getHostAddress() + ":" + address.getPort();
        }

        private void serve(ActorRef connection) {
            var handler = acks
                    ? Props.create(WithAcks.class, () -> new WithAcks(connection))
                    : Props.create(WithoutAcks.class, () -> new WithoutAcks(connection));
            connection.tell(TcpMessage.register(getContext().actorOf(handler)), getSelf());
        }
    }

    /// Reads on when the system has taken what came before.
    private static final class WithAcks extends UntypedAbstractActor {
        private enum Ack implements Tcp.Event {
            ACK
        }

        private final ActorRef connection;

        WithAcks(ActorRef connection) {
            this.connection = connection;
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Tcp.Received received -> {
                    connection.tell(TcpMessage.suspendReading(), getSelf());
                    connection.tell(TcpMessage.write(received.data(), Ack.ACK), getSelf());
                }
                case Ack _ -> connection.tell(TcpMessage.resumeReading(), getSelf());
                case Tcp.ConnectionClosed _ -> getContext().stop(getSelf());
                default -> unhandled(message);
            }
        }
    }

    /// Writes until a write is refused, then writes and reads no more until what was refused is written.
    private static final class WithoutAcks extends UntypedAbstractActor {
        private final ActorRef connection;
        private final ArrayDeque<ByteString> refused = new ArrayDeque<>();

        WithoutAcks(ActorRef connection) {
            this.connection = connection;
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Tcp.Received received -> {
                    if (refused.isEmpty()) {
                        connection.tell(TcpMessage.write(received.data()), getSelf());
                    } else {
                        refused.add(received.data());
                    }
                }
                case Tcp.CommandFailed failed
                when failed.cmd() instanceof Tcp.Write write -> {
                    if (refused.isEmpty()) {
                        connection.tell(TcpMessage.suspendReading(), getSelf());
                        connection.tell(TcpMessage.resumeWriting(), getSelf());
                    }
                    refused.add(write.data());
                }
                case Tcp.WritingResumed _ -> {
                    var again = List.copyOf(refused);
                    refused.clear();
                    again.forEach(data -> connection.tell(TcpMessage.write(data), getSelf()));
                    connection.tell(TcpMessage.resumeReading(), getSelf());
                }
                case Tcp.ConnectionClosed _ -> getContext().stop(getSelf());
                default -> unhandled(message);
            }
        }
    }
}
