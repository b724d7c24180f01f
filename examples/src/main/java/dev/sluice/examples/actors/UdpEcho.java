package dev.sluice.examples.actors;

import dev.sluice.actors.Udp;
import dev.sluice.actors.Udp.Bound;
import dev.sluice.actors.Udp.CommandFailed;
import dev.sluice.actors.Udp.Received;
import dev.sluice.actors.UdpMessage;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Sends each datagram back to where it came from.
public final class UdpEcho extends UntypedAbstractActor {
    private UdpEcho(InetSocketAddress where) {
        Udp.get(getContext().getSystem()).manager().tell(UdpMessage.bind(getSelf(), where), getSelf());
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Bound(var address, var _) -> System.out.println("listening on port " + address.getPort());
            case Received(var data, var from, var _, var socket) -> socket.tell(UdpMessage.send(data, from), getSelf());
            case CommandFailed failed -> System.err.println(failed.exception().getMessage());
            default -> unhandled(message);
        }
    }

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        var where = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create("udp").actorOf(Props.create(UdpEcho.class, () -> new UdpEcho(where)));
    }
}
