package dev.sluice.actors.typed;

import static dev.sluice.actors.typed.TypedWorld.ANY_PORT;
import static dev.sluice.actors.typed.TypedWorld.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.Event;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Unbound;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WritePath;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.actors.TcpMessage;
import dev.sluice.actors.TcpSO;
import dev.sluice.actors.typed.TypedWorld.Witness;
import dev.sluice.bytes.ByteString;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers and clients of typed actors: each command, and each event that answers it.
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
@Timeout(60)
class TypedTcpTest {
    private static final ByteString MUCH = ByteString.zeros(32 * 1024 * 1024);

    private final TypedWorld world;
    private final Witness<Event> server;
    private final Witness<Event> client;

    TypedTcpTest(String transport) {
        world = new TypedWorld(transport);
        server = world.witness();
        client = world.witness();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private record Ack(int number) implements Event {}

    private TypedTcp tcp() {
        return TypedTcp.get(world.system);
    }

    private Bound bound(UnaryOperator<Tcp.Bind> change) throws InterruptedException {
        tcp().bind(ANY_PORT, change, server.ref, server.ref);
        return server.expect(Bound.class);
    }

    private record Pair(Connection near, Connection far) {}

    /// A connection whose near end has a handler, `client`; its far end has none.
    private Pair pair(UnaryOperator<Connect> change) throws InterruptedException {
        var bound = bound(bind -> bind);
        tcp().connect(change.apply(new Connect(bound.localAddress())), client.ref, client.ref);
        return new Pair(Connection.of(client.expect(Connected.class)), Connection.of(server.expect(Connected.class)));
    }

    // A server: each connection has an echo on its own loop, which reads on when what came is written.

    private static Behavior<Event> echoServer(ActorRef<Bound> bound) {
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
        Witness<Bound> bound = world.witness();
        world.spawn(echoServer(bound.ref));
        tcp().connect(bound.expect(Bound.class).localAddress(), client.ref, client.ref);
        var connection = Connection.of(client.expect(Connected.class));
        for (int i = 0; i < 3; i++) {
            connection.write(HELLO, client.ref);
            assertThat(client.expect(Received.class).data()).isEqualTo(HELLO);
        }
        connection.confirmedClose(client.ref);
        client.expect(Tcp.ConfirmedClosed.class);
    }

    @Test
    void aWriteThatIsRefusedIsToldToItsWriterAndResumed() throws Exception {
        var pair = pair(it -> it);
        pair.near().write(MUCH, new Ack(1), client.ref); // the far end reads nothing before it is registered
        pair.near().write(ByteString.zeros(1024 * 1024), new Ack(2), client.ref);
        var failed = client.expect(CommandFailed.class);
        assertThat(((Write) failed.cmd()).ack()).isEqualTo(new Ack(2));
        pair.near().resumeWriting(client.ref);
        pair.far().register(world.spawn(Behaviors.<Event>ignore()));
        assertThat(client.expect(Ack.class)).isEqualTo(new Ack(1));
        client.expect(WritingResumed.class);
        pair.near().write(HELLO, new Ack(3), client.ref);
        assertThat(client.expect(Ack.class)).isEqualTo(new Ack(3));
    }

    @Test
    void filesAndSeveralThingsAreWrittenAsOne(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("file"), "0123456789");
        var pair = pair(it -> it);
        pair.far().register(server.ref);
        var all = new Write(HELLO, new Ack(1))
                .append(new WritePath(file, 2, 5, new Ack(2)))
                .append(new Write(ByteString.empty(), new Ack(3)));
        pair.near().write(all, client.ref);
        for (int i = 1; i <= 3; i++) {
            assertThat(client.expect(Ack.class)).isEqualTo(new Ack(i));
        }
        var got = ByteString.empty();
        while (got.size() < 10) {
            got = got.append(server.expect(Received.class).data());
        }
        assertThat(got.utf8()).isEqualTo("hello23456");
        var missing = new WritePath(directory.resolve("missing"), 0, 1, new Ack(4));
        pair.near().write(missing, client.ref);
        assertThat(client.expect(CommandFailed.class).cmd()).isSameAs(missing);
    }

    @Test
    void inPullModeEachResumeGivesOneEvent() throws Exception {
        var pair = pair(Connect::withPullMode);
        pair.far().register(server.ref);
        pair.far().write(HELLO, new Ack(1), server.ref);
        server.expect(Ack.class);
        assertIdle(pair.near());
        pair.near().resumeReading();
        assertThat(client.expect(Received.class).data()).isEqualTo(HELLO);
        pair.far().write(HELLO, new Ack(2), server.ref);
        server.expect(Ack.class);
        assertIdle(pair.near());
        pair.near().resumeReading();
        assertThat(Connection.of(client.expect(Received.class))).isEqualTo(pair.near());
    }

    /// The connection has handled all that came before, and told nothing.
    private void assertIdle(Connection connection) throws InterruptedException {
        connection.write(ByteString.empty(), new Ack(-1), client.ref);
        assertThat(client.expect(Ack.class)).isEqualTo(new Ack(-1));
    }

    @Test
    void eachWayToCloseHasItsEvent() throws Exception {
        var bound = bound(bind -> bind);
        for (boolean resets : new boolean[] {false, true}) {
            tcp().connect(bound.localAddress(), client.ref);
            var connection = Connection.of(client.expect(Connected.class));
            connection.register(client.ref);
            var accepted = Connection.of(server.expect(Connected.class));
            accepted.register(server.ref);
            if (resets) {
                connection.abort(client.ref);
                client.expect(Tcp.Aborted.class);
                server.expect(ErrorClosed.class);
            } else {
                connection.close(client.ref);
                assertThat(Connection.of(client.expect(Tcp.Closed.class))).isEqualTo(connection);
                assertThat(server.expect(PeerClosed.class).open()).isFalse();
            }
        }
        Listener.of(bound).unbind(client.ref);
        client.expect(Unbound.class);
        tcp().connect(bound.localAddress(), client.ref);
        assertThat(client.expect(CommandFailed.class).exception()).isInstanceOf(ConnectException.class);
    }

    @Test
    void aConnectionMayStayOpenWhenThePeerHasEndedAndFlushWhenItsHandlerHas() throws Exception {
        var pair = pair(it -> it);
        Witness<Event> handler = world.witness();
        var dying = world.spawn(Behaviors.<Event>receiveMessage(event -> {
            handler.ref.tell(event);
            return Behaviors.stopped();
        }));
        pair.near().write(HELLO, client.ref);
        pair.far().register(dying, true, true, true);
        handler.expect(Received.class); // and it stops; the connection is closed, not reset
        assertThat(client.expect(PeerClosed.class).open()).isFalse();

        var other = pair(it -> it);
        other.far().register(server.ref, true, true);
        other.near().confirmedClose(client.ref);
        assertThat(server.expect(PeerClosed.class).open()).isTrue();
        other.far().write(HELLO, new Ack(1), server.ref);
        server.expect(Ack.class);
        client.expect(Received.class);
        other.far().close(server.ref);
        server.expect(Tcp.Closed.class);
        client.expect(Tcp.ConfirmedClosed.class);
    }

    @Test
    void limitsAndOptionsAreThoseOfTheCommand() throws Exception {
        var settings = Tcp.get(world.system).settings().withIdleTimeout(Duration.ofMillis(200));
        var pair = pair(connect -> connect.withSettings(settings).withOptions(TcpSO.keepAlive(true)));
        assertThat(pair.far()).isNotEqualTo(pair.near());
        assertThat(client.expect(ErrorClosed.class).exception()).isInstanceOf(SocketTimeoutException.class);
        tcp().connect(
                        new Connect(new InetSocketAddress(ANY_PORT.getAddress(), 9))
                                .withOptions(
                                        TcpSO.receiveBufferSize(1),
                                        new dev.sluice.actors.Inet.SocketOption(
                                                java.net.StandardSocketOptions.SO_BROADCAST, true)),
                        client.ref);
        assertThat(client.expect(CommandFailed.class).exception()).hasMessageContaining("SO_BROADCAST");
    }

    @Test
    void aBindMayNameTheHandlers() throws Exception {
        Witness<Event> handler = world.witness();
        var bound = bound(bind -> bind.withHandlers(_ -> Adapter.toClassic(handler.ref)));
        tcp().connect(bound.localAddress(), client.ref, client.ref);
        Connection.of(client.expect(Connected.class)).write(HELLO, client.ref);
        assertThat(handler.expect(Received.class).data()).isEqualTo(HELLO);
    }

    @Test
    void aListenerInPullModeAcceptsWhatItIsAskedFor() throws Exception {
        var bound = bound(Tcp.Bind::withPullMode);
        tcp().connect(bound.localAddress(), client.ref);
        client.expect(Connected.class);
        server.assertNothing();
        Listener.of(bound).resumeAccepting(1);
        server.expect(Connected.class);
    }

    /// What an actor with messages of its own makes of the events.
    private record Heard(Event event) {}

    @Test
    void eventsAreAdaptedAndConnectionsWatched() throws Exception {
        var bound = bound(bind -> bind);
        Witness<String> told = world.witness();
        world.spawn(Behaviors.<Heard>setup(context -> {
            var events = context.messageAdapter(Event.class, Heard::new);
            TypedTcp.get(context.getSystem()).connect(bound.localAddress(), events, events);
            return Behaviors.receive(Heard.class)
                    .onMessage(Heard.class, heard -> {
                        told.ref.tell(heard.event().getClass().getSimpleName());
                        if (heard.event() instanceof Connected connected) {
                            context.watch(Adapter.toTyped(connected.connection()));
                            Connection.of(connected).close(events);
                        }
                        return Behaviors.same();
                    })
                    .onSignal(Terminated.class, _ -> {
                        told.ref.tell("Terminated");
                        return Behaviors.stopped();
                    })
                    .build();
        }));
        for (var expected : new String[] {"Connected", "Closed", "Terminated"}) {
            assertThat(told.expect(String.class)).isEqualTo(expected);
        }
    }

    @Test
    void whatIsNoCommandForAConnectionComesBack() throws Exception {
        var pair = pair(it -> it);
        pair.near().classic().tell(TcpMessage.unbind(), Adapter.toClassic(client.ref));
        assertThat(client.expect(CommandFailed.class).exception()).hasMessageContaining("Unbind");
    }
}
