package dev.sluice.actors;

import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Command;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ResumeAccepting;
import dev.sluice.actors.Tcp.Unbind;
import dev.sluice.actors.Tcp.Unbound;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.DeadLetterSuppression;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;

/// A listener: accepts on its loop, and hands the connections to the loops in turn.
///
/// ```
///   listening ── Unbind, the handler terminates ──▶ closing ── the port is free: Unbound ──▶ stopped
/// ```
final class TcpListener extends UntypedAbstractActor implements Waiter {
    private static final System.Logger LOG = System.getLogger(TcpListener.class.getName());

    /// How long no connection is turned away before the log is told of the next one.
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /// What this actor says to itself when all is over, after what was sent to it before.
    private enum Last implements DeadLetterSuppression {
        STOP
    }

    private final ActorRef self = getSelf();
    private final TcpExt tcp;
    private final TcpLoop.Listen listen;
    private final List<ActorRef> loops;

    /// Null until it listens.
    private @Nullable ListenSocket socket;

    /// How many connections may be accepted; in push mode that never ends.
    private int credit;

    private boolean closing;
    private final Set<ActorRef> unbinders = new LinkedHashSet<>();

    /// When a connection was turned away last; null while none was.
    private @Nullable Long turnedAwayNanos;

    private TcpListener(TcpExt tcp, TcpLoop.Listen listen, List<ActorRef> loops) {
        this.tcp = tcp;
        this.listen = listen;
        this.loops = loops;
        this.credit = listen.bind().pullMode() ? 0 : Integer.MAX_VALUE;
    }

    static Props props(TcpExt tcp, TcpLoop.Listen listen, List<ActorRef> loops) {
        return Props.create(TcpListener.class, () -> new TcpListener(tcp, listen, loops));
    }

    @Override
    public void preStart() {
        var bind = listen.bind();
        try {
            socket = tcp.reactor()
                    .listen(
                            bind.localAddress(),
                            bind.backlog(),
                            Inet.ofListener(bind.options()),
                            Inet.ofAccepted(bind.options()));
        } catch (IOException | RuntimeException e) {
            listen.commander().tell(new CommandFailed(bind, e, self), self);
            getContext().stop(self);
            return;
        }
        getContext().watch(bind.handler());
        FlightEvents.bound(self, (InetSocketAddress) socket.localAddress());
        listen.commander().tell(new Bound((InetSocketAddress) socket.localAddress(), self), self);
        accept();
    }

    @Override
    public void onReceive(Object message) {
        switch (message) {
            case ResumeAccepting(int batch) -> {
                if (listen.bind().pullMode()) {
                    credit = batch;
                    accept();
                }
            }
            case Unbind _ -> {
                unbinders.add(getSender());
                close();
            }
            case Terminated _ -> close();
            case Command command ->
                getSender()
                        .tell(
                                new CommandFailed(
                                        command,
                                        new RefusedException(
                                                command.getClass().getSimpleName() + " is no command for a listener"),
                                        self),
                                self);
            case Last _ -> getContext().stop(self);
            default -> unhandled(message);
        }
    }

    /// A connection waits, or accepting has rested long enough.
    @Override
    public void wake() {
        var listening = socket;
        if (listening != null) {
            listening.loop().execute(this::accept);
        }
    }

    private void accept() {
        var listening = socket;
        if (listening == null || closing) {
            return;
        }
        try {
            for (int batch = tcp.batchAcceptLimit(); credit > 0; batch--) {
                if (batch == 0) {
                    listening.loop().executeNextTurn(this::accept);
                    return;
                }
                var accepted = listening.accept();
                if (accepted != null) {
                    accepted(accepted);
                } else if (listening.input().await(this)) {
                    return;
                }
            }
        } catch (IOException e) { // a peer cannot cause that
            listen.bind().handler().tell(new CommandFailed(listen.bind(), e, self), self);
            close();
        }
    }

    private void accepted(StreamSocket connection) {
        if (!tcp.acquireChannel()) {
            tcp.turnAway(connection);
            tellFull(connection.loop().nanoTime());
            return;
        }
        if (listen.bind().pullMode()) {
            credit--;
        }
        loops.get(tcp.loops().indexOf(connection.loop())).tell(new TcpLoop.Inbound(connection, listen.bind()), self);
    }

    /// Tells the log that there are too many connections: once, until none has been turned away for a while. At the
    /// limit a place is free now and then, which is no news.
    private void tellFull(long nowNanos) {
        var last = turnedAwayNanos;
        turnedAwayNanos = nowNanos;
        if (last == null || nowNanos - last > QUIET_NANOS) {
            LOG.log(
                    Level.WARNING,
                    "{0}: {1}; what comes beyond that is reset",
                    socket,
                    tcp.full().getMessage());
        }
    }

    private void close() {
        var listening = socket;
        if (listening == null) {
            return;
        }
        closing = true;
        listening.close();
        Waiter released = () -> listening.loop().execute(this::released);
        if (!listening.released().observe(released)) {
            released();
        }
    }

    private void released() {
        tellUnbound();
        self.tell(Last.STOP, self); // those that ask again meanwhile are told, too
    }

    private void tellUnbound() {
        unbinders.forEach(unbinder -> unbinder.tell(new Unbound(self), self));
        unbinders.clear();
    }

    @Override
    public void postStop() {
        closing = true;
        try {
            if (socket != null) {
                FlightEvents.unbound(self);
                socket.close();
            }
            tellUnbound();
        } finally {
            tcp.releaseChannel();
        }
    }
}
