package dev.sluice.actors;

import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.PoisonPill;

/// The actors and plain sockets of one test, which end with it, and with them all connections and listeners of its
/// actor system.
final class Net implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /// More than the buffers of both ends hold: a write of so much stays under way until the peer reads.
    static final int MUCH = 4 * 1024 * 1024;

    final Setup setup;
    final ActorSystem system;
    final ActorRef manager;
    private final List<Probe> probes = new ArrayList<>();
    private final List<Closeable> sockets = new ArrayList<>();

    Net(Setup setup) {
        this(setup, setup.system());
    }

    Net(Setup setup, ActorSystem system) {
        this.setup = setup;
        this.system = system;
        this.manager = Tcp.get(system).manager();
    }

    /// A connection that a listener has accepted, and both its ends.
    ///
    /// @param handler of the listener, and of the connection if it is registered
    record Link(ActorRef connection, Peer peer, Probe handler, Connected connected, ActorRef listener) {
        /// Sends a write that stays under way until the peer reads.
        void makeBusy(Object ack) {
            handler.send(connection, new Write(bytes(MUCH), ack));
            handler.settle(connection);
        }
    }

    static ByteString bytes(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return ByteString.unsafeWrap(bytes);
    }

    Probe probe() {
        var probe = new Probe(system);
        probes.add(probe);
        return probe;
    }

    Probe probeOnLoopOf(ActorRef connection) {
        var probe = new Probe(system, connection);
        probes.add(probe);
        return probe;
    }

    static Bind bind(Probe handler) {
        return new Bind(handler.ref(), new InetSocketAddress(LOOPBACK, 0));
    }

    /// Binds, with the handler of `bind` as the one who asks.
    Bound bound(Probe handler, Bind bind) {
        handler.send(manager, bind);
        return handler.expect(Bound.class);
    }

    Peer peer(InetSocketAddress address) throws IOException {
        var peer = Peer.connect(address);
        sockets.add(peer);
        return peer;
    }

    /// A plain listener.
    ServerSocket server() throws IOException {
        var server = new ServerSocket();
        sockets.add(server);
        server.setReceiveBufferSize(Peer.RECEIVE_BYTES);
        server.bind(new InetSocketAddress(LOOPBACK, 0));
        return server;
    }

    /// An address that nobody listens at as long as this is open: it is taken.
    InetSocketAddress closedPort() throws IOException {
        var taken = new Socket();
        sockets.add(taken);
        taken.bind(new InetSocketAddress(LOOPBACK, 0));
        return (InetSocketAddress) taken.getLocalSocketAddress();
    }

    Peer accept(ServerSocket server) throws IOException {
        var peer = Peer.of(server.accept());
        sockets.add(peer);
        return peer;
    }

    Link unregistered(UnaryOperator<ConnectionSettings> settings, UnaryOperator<Bind> change) throws IOException {
        var handler = probe();
        var small = List.of(TcpSO.sendBufferSize(Peer.RECEIVE_BYTES));
        var bind = new Bind(
                handler.ref(),
                new InetSocketAddress(LOOPBACK, 0),
                TcpMessage.BACKLOG,
                small,
                false,
                settings.apply(setup.settings()),
                null);
        var bound = bound(handler, change.apply(bind));
        var peer = peer(bound.localAddress());
        var connected = handler.expect(Connected.class);
        return new Link(connected.connection(), peer, handler, connected, bound.listener());
    }

    Link unregistered() throws IOException {
        return unregistered(it -> it, it -> it);
    }

    Link link(
            UnaryOperator<ConnectionSettings> settings,
            UnaryOperator<Bind> change,
            Function<ActorRef, Register> register)
            throws IOException {
        var link = unregistered(settings, change);
        link.handler().send(link.connection(), register.apply(link.handler().ref()));
        return link;
    }

    /// A connection with nothing special.
    Link link() throws IOException {
        return link(it -> it, it -> it, Register::new);
    }

    Link link(UnaryOperator<ConnectionSettings> settings) throws IOException {
        return link(settings, it -> it, Register::new);
    }

    Link registered(Function<ActorRef, Register> register) throws IOException {
        return link(it -> it, it -> it, register);
    }

    /// A connection in pull mode, to a plain listener.
    Link pulled(UnaryOperator<ConnectionSettings> settings) throws IOException {
        var server = server();
        var handler = probe();
        var connect = new Tcp.Connect((InetSocketAddress) server.getLocalSocketAddress())
                .withPullMode()
                .withHandler(handler.ref())
                .withSettings(settings.apply(setup.settings()));
        handler.send(manager, connect);
        var connected = handler.expect(Connected.class);
        return new Link(connected.connection(), accept(server), handler, connected, ActorRef.noSender());
    }

    @Override
    public void close() throws IOException {
        for (var probe : probes) {
            probe.ref().tell(PoisonPill.getInstance(), ActorRef.noSender());
        }
        for (var socket : sockets) {
            socket.close();
        }
        Eventually.until("nothing is left open", () -> Tcp.get(system).channels() == 0);
    }
}
