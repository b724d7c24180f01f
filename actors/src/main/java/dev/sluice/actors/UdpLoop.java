package dev.sluice.actors;

import dev.sluice.reactor.Datagrams;
import java.util.function.Function;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.SupervisorStrategy;
import org.apache.pekko.actor.UntypedAbstractActor;

/// The parent of the datagram sockets of one loop, which it runs on. They receive into one batch, as only one
/// of them has its turn at a time.
final class UdpLoop extends UntypedAbstractActor {
    private final Datagrams batch;

    /// A socket is to be opened.
    record Start(Function<Datagrams, Props> socket) implements NoSerializationVerificationNeeded {}

    private UdpLoop(Datagrams batch) {
        this.batch = batch;
    }

    static Props props(Datagrams batch) {
        return Props.create(UdpLoop.class, () -> new UdpLoop(batch));
    }

    /// A socket's state cannot be begun anew: an actor that throws stops, and says so to those that wait for
    /// it.
    @Override
    public SupervisorStrategy supervisorStrategy() {
        return SupervisorStrategy.stoppingStrategy();
    }

    @Override
    public void onReceive(Object message) {
        if (message instanceof Start(var socket)) {
            getContext()
                    .actorOf(socket.apply(batch)
                            .withDispatcher(getContext().props().dispatcher()));
        } else {
            unhandled(message);
        }
    }
}
