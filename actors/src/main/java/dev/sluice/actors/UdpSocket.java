package dev.sluice.actors;

import dev.sluice.actors.Udp.Bound;
import dev.sluice.actors.Udp.Command;
import dev.sluice.actors.Udp.CommandFailed;
import dev.sluice.actors.Udp.Received;
import dev.sluice.actors.Udp.Send;
import dev.sluice.actors.Udp.SimpleSenderReady;
import dev.sluice.actors.Udp.Unbound;
import dev.sluice.actors.UdpOutgoing.Datagram;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;

/// A datagram socket that speaks with anybody, or only sends: an actor on the loop of its socket.
///
/// ```
///   open ── Unbind, who is watched terminates ──▶ closing ── the port is free: Unbound ──▶ stopped
/// ```
final class UdpSocket extends UntypedAbstractActor {
    private final UdpProtocol udp;
    private final Datagrams batch;

    /// [Udp.Bind] or [Udp.SimpleSender].
    private final Command command;

    private final ActorRef commander;

    /// Null for a socket that only sends.
    private final @Nullable ActorRef handler;

    /// Null while it is not open.
    private @Nullable UdpPort port;

    private boolean closing;
    private final Set<ActorRef> unbinders = new LinkedHashSet<>();

    private UdpSocket(
            UdpProtocol udp, Datagrams batch, Command command, ActorRef commander, @Nullable ActorRef handler) {
        this.udp = udp;
        this.batch = batch;
        this.command = command;
        this.commander = commander;
        this.handler = handler;
    }

    static Props props(UdpProtocol udp, Datagrams batch, Udp.Bind bind, ActorRef commander) {
        return Props.create(UdpSocket.class, () -> new UdpSocket(udp, batch, bind, commander, bind.handler()));
    }

    static Props props(UdpProtocol udp, Datagrams batch, Udp.SimpleSender simple, ActorRef commander) {
        return Props.create(UdpSocket.class, () -> new UdpSocket(udp, batch, simple, commander, null));
    }

    @Override
    public void preStart() {
        try {
            switch (command) {
                case Udp.Bind(var watched, var address, var options) -> {
                    var open = open(address, options);
                    getContext().watch(watched);
                    FlightEvents.bound(getSelf(), open.localAddress());
                    commander.tell(new Bound(open.localAddress(), getSelf()), getSelf());
                    open.resume();
                }
                case Udp.SimpleSender(var options, boolean endsWithRequester) -> {
                    open(null, options);
                    if (endsWithRequester) {
                        getContext().watch(commander);
                    }
                    commander.tell(new SimpleSenderReady(getSelf()), getSelf());
                }
                default -> throw new AssertionError(command + " opens no socket");
            }
        } catch (IOException | RuntimeException e) {
            commander.tell(new CommandFailed(command, e, getSelf()), getSelf());
            getContext().stop(getSelf());
        }
    }

    private UdpPort open(@Nullable InetSocketAddress address, List<Inet.SocketOption> options) throws IOException {
        DatagramSocket socket = Inet.datagram(udp.loops().reactor(), address, options);
        var opened = new UdpPort(
                socket,
                handler == null ? null : new UdpIncoming(socket, batch, this::received),
                local -> new UdpOutgoing(socket, local, getSelf(), udp, this::notSent));
        port = opened;
        return opened;
    }

    private void received(Datagrams from, int index) {
        if (handler != null) {
            var data = ByteString.copyOf(from.bytes(index));
            var sender = from.peer(index).toSocketAddress();
            handler.tell(new Received(data, sender, from.length(index), getSelf()), getSelf());
        }
    }

    private void notSent(Datagram datagram, Exception why) {
        datagram.sender().tell(new CommandFailed((Command) datagram.command(), why, getSelf()), getSelf());
    }

    @Override
    public void onReceive(Object message) {
        var open = port;
        if (open == null) {
            return; // it never opened, and stops
        }
        switch (message) {
            case Send send when closing -> refuse(send, "the socket is closed");
            case Send send -> open.send(new Datagram(send, getSender()));
            case Udp.SuspendReading _ -> open.suspend();
            case Udp.ResumeReading _ -> open.resume();
            case Udp.Unbind _ -> {
                unbinders.add(getSender());
                close(open);
            }
            case Terminated _ -> close(open);
            case Command misplaced ->
                refuse(misplaced, misplaced.getClass().getSimpleName() + " is no command for a socket");
            default -> {
                if (message == UdpPort.STOP) {
                    getContext().stop(getSelf());
                } else {
                    unhandled(message);
                }
            }
        }
    }

    private void refuse(Command refused, String why) {
        getSender().tell(new CommandFailed(refused, new RefusedException(why), getSelf()), getSelf());
    }

    private void close(UdpPort open) {
        closing = true;
        open.close(() -> {
            unbinders.forEach(unbinder -> unbinder.tell(new Unbound(getSelf()), getSelf()));
            unbinders.clear();
            getSelf().tell(UdpPort.STOP, getSelf()); // those that ask again meanwhile are told, too
        });
    }

    @Override
    public void postStop() {
        try {
            if (port != null) {
                FlightEvents.unbound(getSelf());
                port.close(() -> {});
            }
        } finally {
            udp.releaseChannel();
        }
    }
}
