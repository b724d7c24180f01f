package dev.sluice.actors;

import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Unbind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;

/// What the coordinated shutdown of the actor system does to TCP: in one phase all listeners are unbound; in a
/// later one the connections have time to end by themselves, and those that are left are reset.
final class TcpDrain extends UntypedAbstractActor {
    private static final Object TIME_IS_UP = new Object();

    private final TcpExt tcp;
    private final Step step;
    private final Duration patience;
    private final CompletableFuture<Done> done;

    /// How many loops have not answered yet.
    private int unanswered;

    private final Set<ActorRef> left = new HashSet<>();
    private boolean timeIsUp;

    private enum Step {
        UNBIND,
        DRAIN
    }

    /// Asks a loop for its listeners and connections.
    record Collect() implements NoSerializationVerificationNeeded {}

    /// What a loop has.
    record Collected(List<ActorRef> listeners, List<ActorRef> connections)
            implements NoSerializationVerificationNeeded {}

    private TcpDrain(TcpExt tcp, Step step, Duration patience, CompletableFuture<Done> done) {
        this.tcp = tcp;
        this.step = step;
        this.patience = patience;
        this.done = done;
        this.unanswered = tcp.reactor().loops().size();
    }

    /// @param patience how long connections have; a tenth less than the phase has, if that is shorter
    static void register(TcpExt tcp, ExtendedActorSystem system, Duration patience) {
        var shutdown = CoordinatedShutdown.get(system);
        String drained = CoordinatedShutdown.PhaseServiceRequestsDone();
        var phase = Duration.ofMillis(shutdown.timeout(drained).toMillis() * 9 / 10);
        var limit = patience.compareTo(phase) < 0 ? patience : phase;
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceUnbind(),
                "sluice-tcp-unbind",
                () -> run(tcp, system, Step.UNBIND, limit));
        shutdown.addTask(drained, "sluice-tcp-drain", () -> run(tcp, system, Step.DRAIN, limit));
    }

    private static CompletionStage<Done> run(TcpExt tcp, ExtendedActorSystem system, Step step, Duration patience) {
        var done = new CompletableFuture<Done>();
        system.systemActorOf(
                Props.create(TcpDrain.class, () -> new TcpDrain(tcp, step, patience, done)),
                "sluice-tcp-" + step.name().toLowerCase(Locale.ROOT));
        return done;
    }

    @Override
    public void preStart() {
        tcp.manager().tell(new Collect(), getSelf());
        if (step == Step.DRAIN) {
            getContext()
                    .getSystem()
                    .scheduler()
                    .scheduleOnce(patience, getSelf(), TIME_IS_UP, getContext().getDispatcher(), getSelf());
        }
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case Collected(var listeners, var connections) -> {
                unanswered--;
                (step == Step.UNBIND ? listeners : connections).forEach(this::end);
            }
            case Terminated terminated -> left.remove(terminated.getActor());
            default -> {
                if (message == TIME_IS_UP) {
                    timeIsUp = true;
                    left.forEach(this::abort);
                }
            }
        }
        if (unanswered == 0 && left.isEmpty()) {
            done.complete(Done.done());
            getContext().stop(getSelf());
        }
    }

    private void end(ActorRef one) {
        left.add(one);
        getContext().watch(one);
        if (step == Step.UNBIND) {
            one.tell(Unbind.INSTANCE, getSelf());
        } else if (timeIsUp) {
            abort(one);
        }
    }

    private void abort(ActorRef connection) {
        connection.tell(Abort.INSTANCE, getSelf());
    }
}
