package dev.sluice.actors.typed;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Event;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Unbound;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.actors.Udp;
import dev.sluice.bytes.ByteString;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers and clients of typed actors.
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
@Timeout(60)
class TypedTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final ActorSystem<Void> system;
    private int spawned;

    TypedTest(String transport) {
        system = ActorSystem.create(
                Behaviors.empty(),
                "typed",
                ConfigFactory.parseString("""
                                pekko.loglevel = WARNING
                                sluice.io.tcp.drain-timeout = 0s
                                sluice.io.transport = %s
                                """.formatted(transport)).withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void close() {
        system.terminate();
        var _ = system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /// A typed actor whose messages the test takes one by one.
    private final class Witness<E> {
        private final LinkedBlockingQueue<E> heard = new LinkedBlockingQueue<>();
        private final ActorRef<E> ref = spawn(Behaviors.receiveMessage(event -> {
            heard.add(event);
            return Behaviors.same();
        }));

        <T extends E> T expect(Class<T> type) throws InterruptedException {
            var next = heard.poll(20, TimeUnit.SECONDS);
            assertThat(next).isInstanceOf(type);
            return type.cast(next);
        }
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior) {
        return system.systemActorOf(behavior, "actor-" + ++spawned, Props.empty());
    }

    private record Ack(int number) implements Event {}

    // A server: each connection has an echo on its own loop, which reads on when what came is written.

    private static Behavior<Event> server(ActorRef<Bound> bound) {
        return Behaviors.setup(context -> {
            TypedTcp.get(context.getSystem()).bind(ANY_PORT, context.getSelf(), context.getSelf());
            return Behaviors.receive(Event.class)
                    .onMessage(Bound.class, event -> {
                        bound.tell(event);
                        return Behaviors.same();
                    })
                    .onMessage(Connected.class, event -> {
                        var connection = Connection.of(event);
                        var handler = context.spawnAnonymous(echo(connection), connection.sameLoop());
                        connection.register(handler, true, true);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private static Behavior<Event> echo(Connection connection) {
        return Behaviors.setup(context -> Behaviors.receive(Event.class)
                .onMessage(Received.class, event -> {
                    connection.suspendReading();
                    connection.write(event.data(), new Ack(0), context.getSelf());
                    return Behaviors.same();
                })
                .onMessage(Ack.class, _ -> {
                    connection.resumeReading();
                    return Behaviors.same();
                })
                .onMessage(PeerClosed.class, _ -> {
                    connection.close(context.getSelf());
                    return Behaviors.same();
                })
                .onMessage(ConnectionClosed.class, _ -> Behaviors.stopped())
                .build());
    }

    @Test
    void whatTheClientSendsComesBackAndBothEndInOrder() throws Exception {
        var bound = new Witness<Bound>();
        spawn(server(bound.ref));
        var client = new Witness<Event>();
        var address = bound.expect(Bound.class).localAddress();
        TypedTcp.get(system).connect(address, client.ref, client.ref);
        var connection = Connection.of(client.expect(Connected.class));
        connection.write(HELLO, client.ref);
        assertThat(client.expect(Received.class).data()).isEqualTo(HELLO);
        connection.confirmedClose(client.ref);
        client.expect(Tcp.ConfirmedClosed.class);
    }

    @Test
    void aWriteThatIsRefusedIsToldToItsWriterAndResumed() throws Exception {
        var server = new Witness<Event>();
        var client = new Witness<Event>();
        TypedTcp.get(system).bind(ANY_PORT, server.ref, server.ref);
        var address = server.expect(Bound.class).localAddress();
        TypedTcp.get(system).connect(address, client.ref, client.ref);
        var connection = Connection.of(client.expect(Connected.class));
        var accepted = Connection.of(server.expect(Connected.class)); // reads nothing before it is registered
        connection.write(ByteString.copyOf(new byte[32 * 1024 * 1024]), new Ack(1), client.ref);
        connection.write(ByteString.copyOf(new byte[1024 * 1024]), new Ack(2), client.ref);
        var failed = client.expect(CommandFailed.class);
        assertThat(((Tcp.Write) failed.cmd()).ack()).isEqualTo(new Ack(2));
        connection.resumeWriting(client.ref);
        accepted.register(spawn(Behaviors.<Event>ignore()));
        assertThat(client.expect(Ack.class)).isEqualTo(new Ack(1));
        client.expect(WritingResumed.class);
        connection.write(HELLO, new Ack(3), client.ref);
        assertThat(client.expect(Ack.class)).isEqualTo(new Ack(3));
    }

    @Test
    void eachWayToCloseHasItsEvent() throws Exception {
        var server = new Witness<Event>();
        var client = new Witness<Event>();
        TypedTcp.get(system).bind(ANY_PORT, server.ref, server.ref);
        var bound = server.expect(Bound.class);
        for (boolean resets : new boolean[] {false, true}) {
            TypedTcp.get(system).connect(bound.localAddress(), client.ref);
            var connection = Connection.of(client.expect(Connected.class));
            connection.register(client.ref);
            var accepted = Connection.of(server.expect(Connected.class));
            accepted.register(server.ref);
            if (resets) {
                connection.abort(client.ref);
                client.expect(Tcp.Aborted.class);
                server.expect(Tcp.ErrorClosed.class);
            } else {
                connection.close(client.ref);
                client.expect(Tcp.Closed.class);
                assertThat(server.expect(PeerClosed.class).open()).isFalse();
            }
        }
        Listener.of(bound).unbind(client.ref);
        client.expect(Unbound.class);
        TypedTcp.get(system).connect(bound.localAddress(), client.ref);
        assertThat(client.expect(CommandFailed.class).exception()).isInstanceOf(ConnectException.class);
    }

    @Test
    void aListenerInPullModeAcceptsWhatItIsAskedFor() throws Exception {
        var server = new Witness<Event>();
        var client = new Witness<Event>();
        TypedTcp.get(system).bind(ANY_PORT, Tcp.Bind::withPullMode, server.ref, server.ref);
        var bound = server.expect(Bound.class);
        TypedTcp.get(system).connect(bound.localAddress(), client.ref);
        client.expect(Connected.class);
        assertThat(server.heard).isEmpty();
        Listener.of(bound).resumeAccepting(1);
        server.expect(Connected.class);
    }

    private record DatagramSent() implements Udp.Event {}

    @Test
    void datagramsGoBothWays() throws Exception {
        var server = new Witness<Udp.Event>();
        var client = new Witness<Udp.Event>();
        TypedUdp.get(system).bind(ANY_PORT, List.of(), server.ref, server.ref);
        var bound = server.expect(Udp.Bound.class);
        TypedUdp.get(system).simpleSender(List.of(), client.ref);
        var sender = UdpSocket.of(client.expect(Udp.SimpleSenderReady.class));
        sender.send(HELLO, bound.localAddress(), new DatagramSent(), client.ref);
        client.expect(DatagramSent.class);
        assertThat(server.expect(Udp.Received.class).data()).isEqualTo(HELLO);
        UdpSocket.of(bound).send(HELLO, bound.localAddress(), server.ref);
        assertThat(server.expect(Udp.Received.class).sender()).isEqualTo(bound.localAddress());
        sender.send(HELLO, new InetSocketAddress(ANY_PORT.getAddress(), 0), client.ref);
        client.expect(Udp.CommandFailed.class);
        UdpSocket.of(bound).unbind(server.ref);
        server.expect(Udp.Unbound.class);
    }
}
