package dev.sluice.actors;

import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Command;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// Takes the commands that begin something, and hands them to the loops in turn.
final class TcpManager extends UntypedAbstractActor {
    private final TcpExt tcp;

    /// One for each loop: the parents of connections and listeners.
    private final List<ActorRef> loops = new ArrayList<>();

    private TcpManager(TcpExt tcp) {
        this.tcp = tcp;
    }

    static Props props(TcpExt tcp) {
        return Props.create(TcpManager.class, () -> new TcpManager(tcp))
                .withDispatcher("pekko.actor.internal-dispatcher");
    }

    @Override
    public void preStart() {
        int count = tcp.reactor().loops().size();
        for (int i = 0; i < count; i++) {
            loops.add(getContext()
                    .actorOf(
                            TcpLoop.props(tcp, loops).withDispatcher(LoopDispatchers.id(i)),
                            LoopDispatchers.parentName(i)));
        }
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Connect connect -> begin(connect, new TcpLoop.Outbound(connect, getSender()));
            case Bind bind -> begin(bind, new TcpLoop.Listen(bind, getSender()));
            case TcpDrain.Collect collect -> loops.forEach(loop -> loop.tell(collect, getSender()));
            case Command command ->
                getSender()
                        .tell(
                                new CommandFailed(
                                        command,
                                        new RefusedException(command.getClass().getSimpleName()
                                                + " is no command for the manager, but for a connection or listener:"
                                                + " the sender of Connected or Bound"),
                                        getSelf()),
                                getSelf());
            default -> unhandled(message);
        }
    }

    private void begin(Command command, TcpLoop.Start start) {
        if (!tcp.acquireChannel()) {
            getSender().tell(new CommandFailed(command, tcp.full(), getSelf()), getSelf());
            return;
        }
        int index = tcp.loops().indexOf(tcp.reactor().nextLoop());
        loops.get(index).tell(start, getSelf());
    }
}
