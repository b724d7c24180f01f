package dev.sluice.actors;

import dev.sluice.reactor.StreamSocket;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.SupervisorStrategy;
import org.apache.pekko.actor.UntypedAbstractActor;

/// The parent of the connections and listeners of one loop, which it runs on.
final class TcpLoop extends UntypedAbstractActor {
    private static final String LISTENER = "listener";

    private final TcpExt tcp;

    /// The parents of all loops, this one included. Complete before the first message comes.
    private final List<ActorRef> loops;

    /// How many actors have been begun, for their names.
    private long begun;

    /// What is to be begun.
    sealed interface Start extends NoSerializationVerificationNeeded permits Outbound, Inbound, Listen {}

    record Outbound(Tcp.Connect connect, ActorRef commander) implements Start {}

    /// @param socket belongs to this loop
    record Inbound(StreamSocket socket, Tcp.Bind bind) implements Start {}

    record Listen(Tcp.Bind bind, ActorRef commander) implements Start {}

    private TcpLoop(TcpExt tcp, List<ActorRef> loops) {
        this.tcp = tcp;
        this.loops = loops;
    }

    static Props props(TcpExt tcp, List<ActorRef> loops) {
        return Props.create(TcpLoop.class, () -> new TcpLoop(tcp, loops));
    }

    /// A socket's state cannot be begun anew: an actor that throws stops, and says so to those that wait for it.
    @Override
    public SupervisorStrategy supervisorStrategy() {
        return SupervisorStrategy.stoppingStrategy();
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Outbound outbound -> begin(TcpConnection.props(tcp, outbound), "connection");
            case Inbound inbound -> begin(TcpConnection.props(tcp, inbound), "connection");
            case Listen listen -> begin(TcpListener.props(tcp, listen, loops), LISTENER);
            case TcpDrain.Collect _ -> getSender().tell(collect(), getSelf());
            default -> unhandled(message);
        }
    }

    private void begin(Props props, String kind) {
        getContext().actorOf(props.withDispatcher(getContext().props().dispatcher()), kind + "-" + ++begun);
    }

    private TcpDrain.Collected collect() {
        var listeners = new ArrayList<ActorRef>();
        var connections = new ArrayList<ActorRef>();
        for (var child : getContext().getChildren()) {
            (child.path().name().startsWith(LISTENER) ? listeners : connections).add(child);
        }
        return new TcpDrain.Collected(listeners, connections);
    }
}
