package dev.sluice.actors.typed;

import static dev.sluice.actors.typed.TypedWorld.ANY_PORT;
import static dev.sluice.actors.typed.TypedWorld.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Udp;
import dev.sluice.actors.UdpConnected;
import dev.sluice.actors.UdpSO;
import dev.sluice.actors.typed.TypedWorld.Witness;
import dev.sluice.bytes.ByteString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Datagrams of typed actors, to anybody and to one peer: each command, and each event that answers it.
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
@Timeout(60)
class TypedUdpTest {
    private final TypedWorld world;
    private final Witness<Udp.Event> server;
    private final Witness<Udp.Event> user;
    private final Witness<UdpConnected.Event> client;

    TypedUdpTest(String transport) {
        world = new TypedWorld(transport);
        server = world.witness();
        user = world.witness();
        client = world.witness();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private record Sent(int number) implements Udp.Event {}

    private record Gone(int number) implements UdpConnected.Event {}

    private Udp.Bound bound() throws InterruptedException {
        TypedUdp.get(world.system).bind(ANY_PORT, server.ref, server.ref);
        return server.expect(Udp.Bound.class);
    }

    private UdpConnection connected(InetSocketAddress remote) throws InterruptedException {
        TypedUdpConnected.get(world.system).connect(remote, client.ref, client.ref);
        return UdpConnection.of(client.expect(UdpConnected.Connected.class));
    }

    @Test
    void datagramsGoBothWays() throws Exception {
        var bound = bound();
        TypedUdp.get(world.system).simpleSender(List.of(), user.ref);
        var sender = UdpSocket.of(user.expect(Udp.SimpleSenderReady.class));
        sender.send(HELLO, bound.localAddress(), new Sent(1), user.ref);
        assertThat(user.expect(Sent.class)).isEqualTo(new Sent(1));
        var received = server.expect(Udp.Received.class);
        assertThat(received.data()).isEqualTo(HELLO);
        UdpSocket.of(received).send(HELLO, bound.localAddress(), server.ref);
        assertThat(server.expect(Udp.Received.class).sender()).isEqualTo(bound.localAddress());
        sender.send(HELLO, new InetSocketAddress(ANY_PORT.getAddress(), 0), user.ref);
        user.expect(Udp.CommandFailed.class);
    }

    @Test
    void readingIsSuspendedAndTheSocketClosed() throws Exception {
        TypedUdp.get(world.system).bind(ANY_PORT, List.of(UdpSO.reuseAddress(true)), server.ref, user.ref);
        var socket = UdpSocket.of(user.expect(Udp.Bound.class));
        TypedUdp.get(world.system).bind(ANY_PORT, user.ref, user.ref);
        var other = user.expect(Udp.Bound.class);
        socket.suspendReading();
        socket.send(HELLO, other.localAddress(), user.ref);
        var here = user.expect(Udp.Received.class).sender();
        UdpSocket.of(other).send(HELLO, here, new Sent(1), user.ref);
        user.expect(Sent.class);
        socket.send(HELLO, other.localAddress(), new Sent(2), user.ref); // it has handled what came before
        user.expect(Udp.Event.class);
        user.expect(Udp.Event.class);
        server.assertNothing();
        socket.resumeReading();
        server.expect(Udp.Received.class);
        socket.unbind(user.ref);
        assertThat(user.expect(Udp.Unbound.class).socket()).isEqualTo(socket.classic());
    }

    /// Sends back what comes, on the loop of its socket.
    private static Behavior<Udp.Event> echo() {
        return Behaviors.setup(context -> Behaviors.receive(Udp.Event.class)
                .onMessage(Udp.Received.class, event -> {
                    UdpSocket.of(event).send(event.data(), event.sender(), context.getSelf());
                    return Behaviors.same();
                })
                .build());
    }

    @Test
    void anEchoAndAClientThatSpeaksWithItAlone() throws Exception {
        var echo = world.spawn(echo());
        TypedUdp.get(world.system).bind(ANY_PORT, echo, user.ref);
        var connection = connected(user.expect(Udp.Bound.class).localAddress());
        for (int i = 0; i < 3; i++) {
            connection.send(HELLO, new Gone(i), client.ref);
            var events = List.of(client.expect(UdpConnected.Event.class), client.expect(UdpConnected.Event.class));
            assertThat(events).contains(new Gone(i)).hasAtLeastOneElementOfType(UdpConnected.Received.class);
        }
        connection.send(HELLO, client.ref);
        var received = client.expect(UdpConnected.Received.class);
        assertThat(received.data()).isEqualTo(HELLO);
        assertThat(UdpConnection.of(received)).isEqualTo(connection);
    }

    @Test
    void aConnectionIsSuspendedResumedAndEnded() throws Exception {
        var bound = bound();
        var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0);
        var options = List.of(UdpSO.sendBufferSize(20_000));
        TypedUdpConnected.get(world.system).connect(bound.localAddress(), local, options, client.ref, client.ref);
        var event = client.expect(UdpConnected.Connected.class);
        assertThat(event.localAddress().getAddress()).isEqualTo(local.getAddress());
        var connection = UdpConnection.of(event);
        connection.suspendReading();
        connection.send(HELLO, new Gone(1), client.ref);
        client.expect(Gone.class);
        var received = server.expect(Udp.Received.class);
        UdpSocket.of(received).send(HELLO, received.sender(), new Sent(1), server.ref);
        server.expect(Sent.class);
        connection.send(HELLO, new Gone(2), client.ref);
        assertThat(client.expect(UdpConnected.Event.class)).isEqualTo(new Gone(2));
        client.assertNothing();
        connection.resumeReading();
        client.expect(UdpConnected.Received.class);

        Witness<String> told = world.witness();
        var watching = world.spawn(
                Behaviors.<UdpConnected.Event>setup(context -> {
                    context.watch(Adapter.toTyped(connection.classic()));
                    told.ref.tell("watching");
                    return Behaviors.receive(UdpConnected.Event.class)
                            .onSignal(Terminated.class, _ -> {
                                told.ref.tell("terminated");
                                return Behaviors.stopped();
                            })
                            .build();
                }),
                connection.sameLoop());
        assertThat(watching).isNotNull();
        told.expect(String.class);
        connection.disconnect(client.ref);
        assertThat(client.expect(UdpConnected.Disconnected.class).connection()).isEqualTo(connection.classic());
        assertThat(told.expect(String.class)).isEqualTo("terminated");
    }

    @Test
    void whatCannotBeConnectedOrSentComesBack() throws Exception {
        var unknown = InetSocketAddress.createUnresolved("no-such-host.invalid", 9);
        TypedUdpConnected.get(world.system).connect(unknown, client.ref, client.ref);
        var failed = client.expect(UdpConnected.CommandFailed.class);
        assertThat(failed.exception()).isInstanceOf(UnknownHostException.class);
        var connection = connected(bound().localAddress());
        connection.send(ByteString.zeros(1 << 20), new Gone(1), client.ref);
        assertThat(client.expect(UdpConnected.CommandFailed.class).cmd())
                .isEqualTo(new UdpConnected.Send(ByteString.zeros(1 << 20), new Gone(1)));
    }

    @Test
    void aSimpleSenderMayOutliveWhoAskedForIt() throws Exception {
        var bound = bound();
        Witness<Udp.SimpleSenderReady> ready = world.witness();
        var brief = world.spawn(Behaviors.<Udp.Event>receive(Udp.Event.class)
                .onMessage(Udp.SimpleSenderReady.class, event -> {
                    ready.ref.tell(event);
                    return Behaviors.stopped();
                })
                .build());
        TypedUdp.get(world.system).simpleSender(new Udp.SimpleSender(), brief);
        var sender = UdpSocket.of(ready.expect(Udp.SimpleSenderReady.class));
        sender.send(HELLO, bound.localAddress(), new Sent(1), user.ref);
        user.expect(Sent.class);
        server.expect(Udp.Received.class);
    }
}
