package dev.sluice.actors;

import static dev.sluice.actors.Net.MUCH;
import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.DeadLetterSuppression;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.SupervisorStrategy;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the end of an actor does to its connection, and who sees the end of a connection.
@EveryTransport
class DeathWatchTest {
    private final Net net;

    DeathWatchTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    /// B176, B177, D19.
    @Test
    void theEndOfTheHandlerResetsTheConnection() throws Exception {
        var link = net.link();
        var watcher = net.probe();
        watcher.watch(link.connection());
        link.handler().stop();
        watcher.expectTerminated(link.connection());
        watcher.expectNothing();
        link.peer().findsAReset();
    }

    /// B176, B145, D19.
    @Test
    void orItFlushesAndClosesIfThatWasAskedFor() throws Exception {
        var link = net.registered(handler -> new Register(handler, false, true, true));
        var writer = net.probe();
        writer.watch(link.connection());
        link.makeBusy("all");
        writer.settle(link.connection());
        link.handler().stop();
        link.peer().write("nobody wants that");
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
        writer.expectTerminated(link.connection());

        var idle = net.registered(handler -> new Register(handler, false, true, true));
        idle.handler().expectNothingFrom(idle.connection());
        idle.handler().stop();
        idle.peer().readsTheEnd();
    }

    /// B116, B176.
    @Test
    void theEndOfTheHandlerIsToldToTheWriterOfWhatIsUnderWay() throws Exception {
        var link = net.link();
        var writer = net.probe();
        writer.send(link.connection(), new Write(bytes(MUCH), "never"));
        writer.settle(link.connection());
        link.handler().stop();
        writer.expect(Aborted.class);
    }

    /// Has handlers as its children, which stop when they throw.
    private static final class Parent extends UntypedAbstractActor {
        @Override
        public SupervisorStrategy supervisorStrategy() {
            return SupervisorStrategy.stoppingStrategy();
        }

        @Override
        public void onReceive(Object message) {
            if (message instanceof Props handler) {
                getSender().tell(getContext().actorOf(handler), getSelf());
            } else {
                unhandled(message);
            }
        }
    }

    /// Sends back what comes, unless that is a question.
    private static final class NoAnswer extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Tcp.Received(var data, var _)
                when data.utf8().endsWith("?") -> throw new IllegalStateException("no answer to " + data.utf8());
                case Tcp.Received(var data, var connection) -> connection.tell(new Write(data), getSelf());
                default -> unhandled(message);
            }
        }
    }

    /// B176.
    @Test
    void aHandlerThatThrowsLosesItsOwnConnectionOnly() throws Exception {
        var parent = net.system.actorOf(Props.create(Parent.class, Parent::new));
        var links = new ArrayList<Net.Link>();
        for (int i = 0; i < 3; i++) { // more than there are loops
            var link = net.unregistered();
            var handler = Tcp.sameLoop(link.connection(), Props.create(NoAnswer.class, NoAnswer::new));
            link.handler().send(parent, handler);
            link.handler().send(link.connection(), new Register(link.handler().expect(ActorRef.class)));
            links.add(link);
        }
        links.get(0).peer().write("why?");
        links.get(0).peer().findsAReset();
        for (var other : links.subList(1, 3)) {
            other.peer().write("well");
            assertThat(other.peer().readText(4)).isEqualTo("well");
        }
    }

    /// B178, B008.
    @Test
    void aConnectionThatIsStoppedResetsAndTellsItsHandlerFirst() throws Exception {
        var link = net.link();
        var writer = net.probe();
        writer.send(link.connection(), new Write(bytes(MUCH), "never"));
        writer.settle(link.connection());
        link.handler().watch(link.connection());
        link.connection().tell(PoisonPill.getInstance(), link.handler().ref());
        link.handler().expect(Aborted.class);
        link.handler().expectTerminated(link.connection());
        writer.expect(Aborted.class);
        link.peer().findsAReset();
    }

    /// B179, B180.
    @Test
    void terminatedComesOnceAndAfterTheEvent() throws Exception {
        for (var end : new String[] {"close", "peer", "reset"}) {
            var link = net.link();
            link.handler().watch(link.connection());
            switch (end) {
                case "close" -> link.handler().send(link.connection(), new Close());
                case "peer" -> link.peer().end();
                default -> link.peer().reset();
            }
            assertThat(link.handler().next()).isInstanceOfAny(Closed.class, PeerClosed.class, ErrorClosed.class);
            link.handler().expectTerminated(link.connection());
            link.handler().expectNothing();
        }
    }

    /// B181.
    @Test
    void aHandlerMayStopAtTheEvent() throws Exception {
        var link = net.link();
        var watcher = net.probe();
        watcher.watch(link.connection());
        link.peer().end();
        link.handler().expect(PeerClosed.class);
        link.handler().stop();
        link.peer().readsTheEnd();
        watcher.expectTerminated(link.connection());
        watcher.expectNothing();
    }

    /// B182.
    @Test
    void theEndOfTheActorSystemClosesAllSockets() throws Exception {
        var system = net.setup.start("sluice.io.tcp.drain-timeout = 1ms");
        try (var own = new Net(net.setup, system)) {
            var link = own.link();
            link.handler().settle(link.connection());
            var server = own.server();
            link.handler().send(own.manager, new Connect((InetSocketAddress) server.getLocalSocketAddress()));
            link.handler().expect(Connected.class);
            var reactor = Tcp.get(system).reactor();
            var _ = system.terminate();
            var _ = system.getWhenTerminated().toCompletableFuture().get(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS);
            Eventually.until("all sockets are closed", () -> reactor.openSockets() == 0);
            link.peer().findsAReset();
        }
    }

    /// B183.
    @Test
    void whatNobodyMissesIsNotLoggedAsADeadLetter() {
        assertThat(DeadLetterSuppression.class)
                .isAssignableFrom(Tcp.ConnectionClosed.class)
                .isAssignableFrom(Tcp.CloseCommand.class)
                .isAssignableFrom(Tcp.ResumeReading.class);
    }

    /// B001.
    @Test
    void eachSystemHasOneManager() throws Exception {
        var tcp = Tcp.get(net.system);
        assertThat(tcp.manager())
                .isEqualTo(tcp.getManager())
                .isEqualTo(Tcp.get(net.system).manager());
        var system = net.setup.start("");
        assertThat(Tcp.get(system).manager()).isNotEqualTo(tcp.manager());
        var _ = system.terminate();
        var _ = system.getWhenTerminated().toCompletableFuture().get(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /// B003, D59.
    @Test
    void theManagerRefusesWhatIsForOthersAndSaysSo() {
        var probe = net.probe();
        var close = new Close();
        probe.send(net.manager, close);
        var failed = probe.expect(Tcp.CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(close);
        assertThat(failed.exception()).hasMessageContaining("no command for the manager");
        probe.send(net.manager, "what is that?");
        probe.settle(net.manager);
    }

    /// B006, B179.
    @Test
    void failuresAreEqualIfTheirCommandsAre() {
        var probe = net.probe();
        var one = new Tcp.CommandFailed(new Close(), new IllegalStateException("one"), probe.ref());
        var two = new Tcp.CommandFailed(new Close(), new IllegalStateException("two"), net.manager);
        assertThat(one).isEqualTo(two).hasSameHashCodeAs(two);
        assertThat(one).isNotEqualTo(new Tcp.CommandFailed(new Tcp.Abort(), one.exception(), probe.ref()));
    }

    /// B008.
    @Test
    void aHandlerOnTheLoopOfItsConnectionServesIt() throws Exception {
        var link = net.unregistered();
        var handler = net.probeOnLoopOf(link.connection());
        link.handler().send(link.connection(), new Register(handler.ref()));
        for (int i = 0; i < 20; i++) {
            link.peer().write("ping");
            handler.receive(4);
            handler.send(link.connection(), new Write(ByteString.fromUtf8("pong"), i));
            assertThat(handler.next()).isEqualTo(i);
            assertThat(link.peer().readText(4)).isEqualTo("pong");
        }
    }
}
