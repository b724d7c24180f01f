package dev.sluice.examples.actors;

import dev.sluice.actors.UdpConnected;
import dev.sluice.actors.UdpConnected.CommandFailed;
import dev.sluice.actors.UdpConnected.Connected;
import dev.sluice.actors.UdpConnected.Disconnected;
import dev.sluice.actors.UdpConnected.Received;
import dev.sluice.actors.UdpConnectedMessage;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends one datagram to one peer, and prints the answer.
public final class UdpClient extends UntypedAbstractActor {
    private UdpClient(InetSocketAddress server) {
        UdpConnected.get(getContext().getSystem())
                .manager()
                .tell(UdpConnectedMessage.connect(getSelf(), server), getSelf());
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Connected connected ->
                connected.connection().tell(UdpConnectedMessage.send(ByteString.fromUtf8("hello")), getSelf());
            case Received(var data, var _, var connection) -> {
                System.out.println(data.utf8());
                connection.tell(UdpConnectedMessage.disconnect(), getSelf());
            }
            case CommandFailed failed -> {
                System.err.println(failed.exception().getMessage());
                getContext().getSystem().terminate();
            }
            case Disconnected _ -> getContext().getSystem().terminate();
            default -> unhandled(message);
        }
    }

    /// Sends to port 2323, or the one given, on this host.
    public static void main(String[] args) {
        var server = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create("udp").actorOf(Props.create(UdpClient.class, () -> new UdpClient(server)));
    }
}
