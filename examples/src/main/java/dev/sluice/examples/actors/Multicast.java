package dev.sluice.examples.actors;

import dev.sluice.actors.Udp;
import dev.sluice.actors.Udp.Bound;
import dev.sluice.actors.Udp.CommandFailed;
import dev.sluice.actors.Udp.Received;
import dev.sluice.actors.UdpMessage;
import dev.sluice.actors.UdpSO;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Prints what anybody sends to a multicast group.
public final class Multicast extends UntypedAbstractActor {
    private Multicast(InetSocketAddress where, InetAddress group, NetworkInterface on) {
        var options = List.of(UdpSO.reuseAddress(true), UdpSO.join(group, on));
        Udp.get(getContext().getSystem()).manager().tell(UdpMessage.bind(getSelf(), where, options), getSelf());
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Bound(var address, var _) -> System.out.println("listening on port " + address.getPort());
            case Received(var data, var _, var _, var _) -> System.out.println("heard: " + data.utf8());
            case CommandFailed failed -> {
                System.err.println(failed.exception().getMessage());
                getContext().getSystem().terminate();
            }
            default -> unhandled(message);
        }
    }

    /// Listens to a group on the interface of a name, on a port.
    public static void main(String[] args) throws SocketException {
        var group = InetAddress.ofLiteral(args[0]);
        var on = NetworkInterface.getByName(args[1]);
        var where = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), Integer.parseInt(args[2]));
        ActorSystem.create("multicast").actorOf(Props.create(Multicast.class, () -> new Multicast(where, group, on)));
    }
}
