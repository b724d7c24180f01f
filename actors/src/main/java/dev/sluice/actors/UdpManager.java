package dev.sluice.actors;

import dev.sluice.reactor.Datagrams;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Takes the commands that open sockets, and hands them to the loops in turn. [Udp] and [UdpConnected] have one
/// each, which takes its own commands.
final class UdpManager extends UntypedAbstractActor {
    private final UdpProtocol udp;

    /// Whether this is the one of [UdpConnected].
    private final boolean connected;

    /// One for each loop: the parents of the sockets.
    private final List<ActorRef> loops = new ArrayList<>();

    private UdpManager(UdpProtocol udp, boolean connected) {
        this.udp = udp;
        this.connected = connected;
    }

    static Props props(UdpProtocol udp, boolean connected) {
        return Props.create(UdpManager.class, () -> new UdpManager(udp, connected))
                .withDispatcher("pekko.actor.internal-dispatcher");
    }

    @Override
    public void preStart() {
        for (int i = 0; i < udp.loops().reactor().loops().size(); i++) {
            var loop = UdpLoop.props(udp.newBatch()).withDispatcher(LoopDispatchers.id(i));
            loops.add(getContext().actorOf(loop, LoopDispatchers.parentName(i)));
        }
    }

    @Override
    public void onReceive(Object message) {
        var sender = getSender();
        switch (message) {
            case Udp.Bind bind when !connected -> open(message, batch -> UdpSocket.props(udp, batch, bind, sender));
            case Udp.SimpleSender simple
            when !connected -> open(message, batch -> UdpSocket.props(udp, batch, simple, sender));
            case UdpConnected.Connect connect
            when connected -> open(message, batch -> UdpConnection.props(udp, batch, connect, sender));
            case Udp.Command _, UdpConnected.Command _ ->
                fail(
                        message,
                        new RefusedException(message.getClass().getName() + " is no command for this manager, but for "
                                + "the other one, or for a socket: the sender of the manager's answer"));
            default -> unhandled(message);
        }
    }

    private void open(Object command, Function<Datagrams, Props> socket) {
        if (udp.acquireChannel()) {
            int index = udp.loops().indexOf(udp.loops().reactor().nextLoop());
            loops.get(index).tell(new UdpLoop.Start(socket), getSelf());
        } else {
            fail(command, udp.full());
        }
    }

    private void fail(Object command, Exception why) {
        Object failed = command instanceof Udp.Command udpCommand
                ? new Udp.CommandFailed(udpCommand, why, getSelf())
                : new UdpConnected.CommandFailed((UdpConnected.Command) command, why, getSelf());
        getSender().tell(failed, getSelf());
    }
}
