package dev.sluice.actors;

import dev.sluice.actors.UdpConnected.Command;
import dev.sluice.actors.UdpConnected.CommandFailed;
import dev.sluice.actors.UdpConnected.Connect;
import dev.sluice.actors.UdpConnected.Connected;
import dev.sluice.actors.UdpConnected.Disconnected;
import dev.sluice.actors.UdpConnected.Received;
import dev.sluice.actors.UdpConnected.Send;
import dev.sluice.actors.UdpOutgoing.Datagram;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;

/// A datagram socket with one peer: an actor on the loop of its socket.
///
/// ```
///   resolving ──▶ open ── Disconnect, the handler terminates ──▶ closing ── Disconnected ──▶ stopped
/// ```
final class UdpConnection extends UntypedAbstractActor {
    private final UdpProtocol udp;
    private final Datagrams batch;
    private final Connect connect;
    private final ActorRef commander;

    /// Null while it is not open.
    private @Nullable UdpPort port;

    /// The address connected to; null while there is none.
    private @Nullable InetSocketAddress remote;

    private long receivedBytes;
    private boolean closing;
    private final Set<ActorRef> closers = new LinkedHashSet<>();

    private UdpConnection(UdpProtocol udp, Datagrams batch, Connect connect, ActorRef commander) {
        this.udp = udp;
        this.batch = batch;
        this.connect = connect;
        this.commander = commander;
    }

    static Props props(UdpProtocol udp, Datagrams batch, Connect connect, ActorRef commander) {
        return Props.create(UdpConnection.class, () -> new UdpConnection(udp, batch, connect, commander));
    }

    @Override
    public void preStart() {
        getContext().watch(connect.handler());
        var peer = connect.remoteAddress();
        if (peer.isUnresolved()) {
            var loop = Objects.requireNonNull(EventLoop.current());
            udp.lookup(loop).of(peer, this::open, this::notConnected);
        } else {
            open(List.of(peer));
        }
    }

    /// Connects to the first of these addresses that there is a way to.
    private void open(List<InetSocketAddress> remotes) {
        if (closing) {
            return; // the handler has terminated while the name was looked up
        }
        Exception last = null;
        for (var candidate : remotes) {
            try {
                var open = open(candidate);
                port = open;
                remote = candidate;
                FlightEvents.opened(getSelf(), open.localAddress(), candidate, false);
                commander.tell(new Connected(candidate, open.localAddress(), getSelf()), getSelf());
                open.resume();
                return;
            } catch (IOException | RuntimeException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
            }
        }
        notConnected(Objects.requireNonNull(last));
    }

    private UdpPort open(InetSocketAddress peer) throws IOException {
        DatagramSocket socket = Inet.datagram(udp.loops().reactor(), connect.localAddress(), connect.options());
        try {
            socket.connect(peer);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return new UdpPort(
                socket,
                new UdpIncoming(socket, batch, this::received),
                local -> new UdpOutgoing(socket, local, getSelf(), udp, this::notSent));
    }

    private void notConnected(Exception why) {
        closing = true;
        commander.tell(new CommandFailed(connect, why, getSelf()), getSelf());
        getSelf().tell(UdpPort.STOP, getSelf());
    }

    private void received(Datagrams from, int index) {
        var data = ByteString.copyOf(from.bytes(index));
        receivedBytes += data.size();
        connect.handler().tell(new Received(data, from.length(index), getSelf()), getSelf());
    }

    private void notSent(Datagram datagram, Exception why) {
        datagram.sender().tell(new CommandFailed((Command) datagram.command(), why, getSelf()), getSelf());
    }

    @Override
    public void onReceive(Object message) {
        if (message == UdpPort.STOP) {
            getContext().stop(getSelf());
        } else if (message instanceof Terminated) {
            close();
        } else if (message instanceof Command command) {
            receive(command);
        } else {
            unhandled(message);
        }
    }

    private void receive(Command command) {
        var open = port;
        switch (command) {
            case UdpConnected.Disconnect _ -> {
                closers.add(getSender());
                close();
            }
            case Send send when open != null && !closing -> open.send(new Datagram(send, getSender()));
            case Send _ -> refuse(command, closing ? "the socket is closed" : "the peer's name is not resolved yet");
            case UdpConnected.SuspendReading _ when open != null -> open.suspend();
            case UdpConnected.ResumeReading _ when open != null -> open.resume();
            case UdpConnected.SuspendReading _, UdpConnected.ResumeReading _ ->
                refuse(command, "the peer's name is not resolved yet");
            case Connect _ -> refuse(command, "Connect is no command for a connection");
        }
    }

    private void refuse(Command refused, String why) {
        getSender().tell(new CommandFailed(refused, new RefusedException(why), getSelf()), getSelf());
    }

    private void close() {
        closing = true;
        if (port == null) {
            closed();
        } else {
            port.close(this::closed);
        }
    }

    private void closed() {
        closers.forEach(closer -> closer.tell(new Disconnected(getSelf()), getSelf()));
        closers.clear();
        getSelf().tell(UdpPort.STOP, getSelf()); // those that ask again meanwhile are told, too
    }

    @Override
    public void postStop() {
        closing = true;
        try {
            if (port != null) {
                FlightEvents.closed(getSelf(), remote, receivedBytes, port.sentBytes(), "Disconnected");
                port.close(() -> {});
            }
        } finally {
            udp.releaseChannel();
        }
    }
}
