package dev.sluice.actors;

import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.CloseCommand;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.Command;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConfirmedClose;
import dev.sluice.actors.Tcp.ConfirmedClosed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.ResumeReading;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.Connect;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.DeadLetterSuppression;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;

/// A connection: an actor on the loop of its socket. So what the loop tells, what other actors send, and what
/// timers do come one after the other, on one thread; only files are sent from elsewhere.
///
/// ```
///   CONNECTING ── connected ──▶ UNREGISTERED ── Register ──▶ OPEN ── Close, ConfirmedClose ──▶ CLOSING
///        │                           │                         │         (flush, FIN, the peer's end)
///        └───────────────────────────┴─────────────────────────┴── the end, whatever it is ───────┤
///                                                                                                 ▼
///   stopped ◀── the descriptor is back: everybody concerned is told, once ───────────────── RELEASING
/// ```
final class TcpConnection extends UntypedAbstractActor {
    private static final System.Logger LOG = System.getLogger(TcpConnection.class.getName());

    /// What this actor says to itself when all is over, after what was sent to it before.
    private enum Last implements DeadLetterSuppression {
        STOP
    }

    private final ActorRef self = getSelf();
    private final TcpExt tcp;

    /// Who asked for the connection, or the handler of the listener that accepted it.
    private final ActorRef commander;

    private final ConnectionSettings settings;
    private final boolean pullMode;

    /// Null for an accepted connection.
    private final Tcp.@Nullable Connect command;

    private final Tcp.@Nullable Bind bind;
    private Phase phase = Phase.CONNECTING;

    /// Set while the connection is being made.
    private @Nullable Connect connect;

    /// The three are set once connected.
    private @Nullable StreamSocket socket;

    private @Nullable Incoming incoming;
    private @Nullable Outgoing outgoing;
    private @Nullable TimeLimits limits;

    /// Null until [Register].
    private @Nullable ActorRef handler;

    private boolean keepOpenOnPeerClosed;
    private boolean flushOnHandlerDeath;

    /// How it is to be closed; null while it is not.
    private @Nullable CloseCommand closing;

    /// Whether the peer has ended first, and that is what ends the connection once what was written is flushed.
    private boolean closedByPeer;

    private boolean finSent;
    private boolean peerEnded;

    /// Who is told the end: those that have asked for it, and in the end the handler and the writers of what
    /// was not written.
    private final Set<ActorRef> concerned = new LinkedHashSet<>();

    /// What they are told; null until the end, and if nothing has stood.
    private @Nullable ConnectionClosed end;

    private boolean endTold;

    private long receivedBytes;
    private long writtenBytes;

    private enum Phase {
        CONNECTING,
        UNREGISTERED,
        OPEN,
        CLOSING,
        RELEASING
    }

    private TcpConnection(TcpExt tcp, Tcp.Connect command, ActorRef commander) {
        this.tcp = tcp;
        this.commander = commander;
        this.command = command;
        this.bind = null;
        this.pullMode = command.pullMode();
        this.settings = command.settings() != null ? command.settings() : tcp.settings();
    }

    private TcpConnection(TcpExt tcp, Tcp.Bind bind, StreamSocket socket) {
        this.tcp = tcp;
        this.commander = bind.handler();
        this.command = null;
        this.bind = bind;
        this.pullMode = bind.pullMode();
        this.settings = bind.settings() != null ? bind.settings() : tcp.settings();
        this.socket = socket;
    }

    static Props props(TcpExt tcp, TcpLoop.Outbound outbound) {
        return Props.create(
                TcpConnection.class, () -> new TcpConnection(tcp, outbound.connect(), outbound.commander()));
    }

    static Props props(TcpExt tcp, TcpLoop.Inbound inbound) {
        return Props.create(TcpConnection.class, () -> new TcpConnection(tcp, inbound.bind(), inbound.socket()));
    }

    // Connecting.

    @Override
    public void preStart() {
        getContext().watch(commander);
        guarded(() -> {
            if (command == null) {
                connected(Objects.requireNonNull(socket));
            } else {
                connect(command);
            }
        });
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void connect(Tcp.Connect wanted) {
        var timeout = wanted.timeout() != null ? wanted.timeout() : Duration.ZERO;
        Connect going;
        try {
            going = tcp.reactor()
                    .connect(wanted.remoteAddress(), wanted.localAddress(), Inet.all(wanted.options()), timeout);
        } catch (UnsupportedOperationException e) { // an option that the transport does not have
            notConnected(e);
            return;
        }
        connect = going;
        Waiter done = () -> going.loop().execute(() -> guarded(() -> connectEnded(going)));
        if (!going.done().await(done)) {
            done.wake();
        }
    }

    private void connectEnded(Connect going) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        try {
            connected(Objects.requireNonNull(going.result()));
        } catch (IOException e) {
            notConnected(e);
        }
    }

    /// A step has thrown. None should; a user's function may.
    private void broken(RuntimeException why) {
        LOG.log(Level.WARNING, self + " cannot go on", why);
        if (socket != null) {
            lost(why);
        } else if (phase == Phase.CONNECTING) {
            notConnected(why);
        }
    }

    private void notConnected(Exception why) {
        abandonConnect();
        phase = Phase.RELEASING;
        commander.tell(new CommandFailed(Objects.requireNonNull(command), why, self), self);
        self.tell(Last.STOP, self);
    }

    private void connected(StreamSocket connected) {
        socket = connected;
        connect = null;
        incoming = new Incoming(this, tcp, connected, settings, pullMode);
        outgoing = new Outgoing(this, tcp, connected, settings.writeBytes());
        limits = new TimeLimits(this, connected.loop(), settings);
        phase = Phase.UNREGISTERED;
        InetSocketAddress local;
        try {
            local = (InetSocketAddress) connected.localAddress();
        } catch (IOException e) {
            lost(e);
            return;
        }
        var event = new Connected((InetSocketAddress) connected.remoteAddress(), local, self);
        FlightEvents.opened(self, local, event.remoteAddress(), command == null);
        commander.tell(event, self);
        var named = handlerOf(event);
        if (named != null) {
            register(new Register(named));
        } else {
            limits.awaitRegister();
        }
    }

    private @Nullable ActorRef handlerOf(Connected event) {
        if (command != null) {
            return command.handler();
        }
        if (bind == null || bind.handlers() == null) {
            return null;
        }
        try {
            return Objects.requireNonNull(
                    bind.handlers().apply(event), "the function that makes the handlers of a listener gave none");
        } catch (AssertionError | StackOverflowError e) { // for Pekko the end of an actor; other errors end the system
            throw new IllegalStateException("the function that makes the handlers of a listener has failed: " + e, e);
        }
    }

    // What others say.

    @Override
    public void onReceive(Object message) {
        try {
            receive(message);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void receive(Object message) {
        switch (message) {
            case Command asked -> obey(asked);
            case Terminated terminated -> gone(terminated.getActor());
            case Last _ -> getContext().stop(self);
            default -> unhandled(message);
        }
    }

    private void obey(Command asked) {
        if (asked instanceof CloseCommand close) {
            close(close);
            return;
        }
        var in = incoming;
        var out = outgoing;
        if (in == null || out == null) {
            refuse(asked, "the connection does not stand yet");
            return;
        }
        switch (asked) {
            case SuspendReading _ -> in.suspend();
            case ResumeReading _ -> {
                Objects.requireNonNull(limits).read();
                in.resume();
            }
            case Register register when phase == Phase.UNREGISTERED -> register(register);
            case Register _ when phase == Phase.OPEN -> refuse(asked, "a handler has been registered already");
            case WriteCommand write
            when phase == Phase.OPEN || phase == Phase.UNREGISTERED -> out.write(write, getSender());
            case ResumeWriting resume
            when phase == Phase.OPEN || phase == Phase.UNREGISTERED -> out.resume(resume, getSender());
            case WriteCommand _, ResumeWriting _, Register _ -> refuse(asked, "the connection is closing");
            default -> refuse(asked, asked.getClass().getSimpleName() + " is no command for a connection");
        }
    }

    private void refuse(Command asked, String why) {
        getSender().tell(new CommandFailed(asked, new RefusedException(why), self), self);
    }

    private void register(Register register) {
        handler = register.handler();
        keepOpenOnPeerClosed = register.keepOpenOnPeerClosed();
        flushOnHandlerDeath = register.flushOnHandlerDeath();
        Objects.requireNonNull(outgoing).useResumeWriting(register.useResumeWriting());
        if (!register.handler().equals(commander)) {
            getContext().watch(register.handler());
            getContext().unwatch(commander);
        }
        phase = Phase.OPEN;
        Objects.requireNonNull(limits).registered();
        Objects.requireNonNull(incoming).start();
    }

    private void gone(ActorRef actor) {
        if (phase == Phase.CONNECTING) {
            abandonConnect();
            phase = Phase.RELEASING;
            self.tell(Last.STOP, self);
        } else if (actor.equals(handlerOrCommander()) && phase != Phase.RELEASING) {
            handlerGone();
        }
    }

    /// There is nobody any more to give anything to.
    private void handlerGone() {
        boolean flushes = phase == Phase.CLOSING ? !finSent : phase == Phase.OPEN && flushOnHandlerDeath;
        if (!flushes) {
            release(new Aborted(self), true, false);
            return;
        }
        Objects.requireNonNull(incoming).discard();
        if (phase == Phase.OPEN) {
            beginClosing(Close.INSTANCE);
        }
    }

    // What the socket says.

    /// Bytes for the handler.
    void received(ByteString bytes) {
        Objects.requireNonNull(limits).read();
        receivedBytes += bytes.size();
        if (handler != null) {
            handler.tell(new Received(bytes, self), self);
        }
    }

    /// The system has taken so many bytes.
    void wrote(long bytes) {
        writtenBytes += bytes;
        wrote();
    }

    /// The system has taken bytes, or some wait from now on.
    void wrote() {
        Objects.requireNonNull(limits).wrote();
    }

    /// All that was written is with the system.
    void drained() {
        if (phase == Phase.CLOSING) {
            flushed();
        }
    }

    /// The peer has ended its side, and all that came before has been given to the handler.
    void peerEnded() {
        peerEnded = true;
        if (phase == Phase.CLOSING) {
            if (finSent) {
                release(new ConfirmedClosed(self), false, true);
            }
            return; // else the flush goes on, and ends as it was asked to
        }
        if (keepOpenOnPeerClosed) {
            handlerOrCommander().tell(new PeerClosed(self, true), self);
            return;
        }
        closedByPeer = true;
        beginClosing(Close.INSTANCE);
    }

    /// The connection is lost.
    void lost(Exception why) {
        if (phase != Phase.RELEASING) {
            release(new ErrorClosed(self, why), true, true);
        }
    }

    /// A limit of time has passed.
    void timedOut(String what, Duration limit) {
        lost(new SocketTimeoutException(what + " within " + limit.toMillis() + " ms on " + socket));
    }

    boolean isReleasing() {
        return phase == Phase.RELEASING;
    }

    /// Whether only the peer's end is waited for.
    boolean waitsForPeer() {
        return finSent;
    }

    boolean isBusy() {
        return outgoing != null && outgoing.isBusy();
    }

    boolean isReading() {
        return phase == Phase.OPEN && !peerEnded && incoming != null && !incoming.isSuspended();
    }

    boolean isLost() {
        return socket != null && socket.output().isEnded() && !finSent;
    }

    private ActorRef handlerOrCommander() {
        return handler != null ? handler : commander;
    }

    // The end.

    private void close(CloseCommand asked) {
        if (phase == Phase.RELEASING) {
            closeAgain(asked);
            return;
        }
        concerned.add(getSender());
        if (phase == Phase.CONNECTING) {
            notConnected(new RefusedException("given up: " + asked.getClass().getSimpleName()));
            end = closedBy(asked);
            tellEnd();
        } else if (asked instanceof Abort) {
            release(new Aborted(self), true, true);
        } else if (phase != Phase.CLOSING) {
            beginClosing(asked);
        } else if (asked instanceof Close && closing instanceof ConfirmedClose) {
            closing = asked; // does not wait for the peer any more
            if (finSent) {
                release(new Closed(self), false, true);
            }
        }
    }

    private void closeAgain(CloseCommand asked) {
        if (end == null) {
            refuse(asked, "there is no connection");
        } else if (endTold) {
            getSender().tell(end, self);
        } else {
            concerned.add(getSender());
        }
    }

    private ConnectionClosed closedBy(CloseCommand asked) {
        return switch (asked) {
            case Close _ -> new Closed(self);
            case ConfirmedClose _ -> new ConfirmedClosed(self);
            case Abort _ -> new Aborted(self);
        };
    }

    private void beginClosing(CloseCommand asked) {
        boolean unregistered = phase == Phase.UNREGISTERED;
        phase = Phase.CLOSING;
        closing = asked;
        Objects.requireNonNull(limits).closing();
        Objects.requireNonNull(outgoing).closing();
        if (unregistered && asked instanceof ConfirmedClose) {
            Objects.requireNonNull(incoming).discard(); // there is nobody to give it to
        }
        if (!isBusy() && phase == Phase.CLOSING) {
            flushed();
        }
    }

    /// All that was written is with the system: what was asked for can be done.
    private void flushed() {
        if (closedByPeer) {
            release(new PeerClosed(self, false), false, true);
        } else if (closing instanceof ConfirmedClose && !peerEnded) {
            try {
                Objects.requireNonNull(socket).shutdownOutput();
                finSent = true;
                Objects.requireNonNull(incoming).awaitEnd();
            } catch (IOException _) { // the peer has gone
                release(new ConfirmedClosed(self), false, true);
            }
        } else {
            release(closedBy(Objects.requireNonNull(closing)), false, true);
        }
    }

    /// Gives the descriptor back, then tells everybody concerned.
    ///
    /// @param reset whether the peer is to find a reset, not the end
    /// @param toHandler whether the handler is told
    private void release(ConnectionClosed event, boolean reset, boolean toHandler) {
        phase = Phase.RELEASING;
        end = event;
        if (toHandler) {
            concerned.add(handlerOrCommander());
        }
        if (limits != null) {
            limits.stop();
        }
        if (outgoing != null) {
            outgoing.drop(concerned);
        }
        var going = Objects.requireNonNull(socket);
        FlightEvents.closed(event, going.remoteAddress(), receivedBytes, writtenBytes);
        if (reset) {
            going.abort();
        } else {
            going.close();
        }
        Waiter back = () -> Loops.answer(going.loop(), this::released); // on any thread: a file may be on its way
        if (!going.released().observe(back)) {
            released();
        }
    }

    private void released() {
        if (!endTold) {
            tellEnd();
            self.tell(Last.STOP, self); // what was sent before is answered
        }
    }

    private void tellEnd() {
        endTold = true;
        var event = Objects.requireNonNull(end);
        concerned.forEach(one -> one.tell(event, self));
    }

    private void abandonConnect() {
        if (connect != null) {
            connect.abandon();
            connect = null;
        }
    }

    /// Also when somebody has stopped this actor.
    @Override
    public void postStop() {
        try {
            abandonConnect();
            if (phase != Phase.RELEASING && socket != null) {
                release(new Aborted(self), true, true);
            }
            phase = Phase.RELEASING;
            if (end != null && !endTold) {
                tellEnd(); // before it is seen that this actor has stopped
            }
        } finally {
            tcp.releaseChannel();
        }
    }
}
