package dev.sluice.actors;

import static dev.sluice.actors.Net.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.ResumeAccepting;
import dev.sluice.actors.Tcp.Unbind;
import dev.sluice.actors.Tcp.Unbound;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.PoisonPill;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Listeners: binding, accepting in push mode and in pull mode, unbinding.
@EveryTransport
class BindTest {
    private final Net net;

    BindTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private Bind bindWith(Probe handler, boolean pullMode, List<Inet.SocketOption> options) {
        return new Bind(handler.ref(), new InetSocketAddress(LOOPBACK, 0), 100, options, pullMode, null, null);
    }

    /// B033, B002.
    @Test
    void boundTellsTheRealPortAndTheListener() throws Exception {
        var commander = net.probe();
        var bound = net.bound(commander, Net.bind(commander));
        assertThat(bound.localAddress().getPort()).isPositive();
        assertThat(bound.listener()).isEqualTo(commander.sender());
        var _ = net.peer(bound.localAddress()); // it listens already
        commander.expect(Connected.class);
    }

    /// B035, B057, B005, D23.
    @Test
    void anAddressThatIsTakenFailsTheCommandWithItsCause() throws Exception {
        var commander = net.probe();
        var bound = net.bound(commander, Net.bind(commander));
        var second = new Bind(commander.ref(), bound.localAddress());
        commander.send(net.manager, second);
        var failed = commander.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(second);
        assertThat(failed.exception())
                .isInstanceOf(BindException.class)
                .hasMessageContaining(String.valueOf(bound.localAddress().getPort()));
        commander.watch(failed.worker());
        commander.expectTerminated(failed.worker());
    }

    /// B035.
    @Test
    void anAddressOfAnotherHostFailsTheCommand() {
        var commander = net.probe();
        commander.send(net.manager, new Bind(commander.ref(), new InetSocketAddress("192.0.2.1", 1)));
        assertThat(commander.expect(CommandFailed.class).exception()).hasMessageContaining("192.0.2.1");
    }

    /// B035.
    @Test
    void anAddressThatIsNotResolvedFailsTheCommand() {
        var commander = net.probe();
        var bind = new Bind(commander.ref(), InetSocketAddress.createUnresolved("no-such-host.invalid", 1));
        commander.send(net.manager, bind);
        assertThat(commander.expect(CommandFailed.class).exception())
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    /// B036, D13.
    @Test
    void anOptionThatCannotBeSetFailsTheCommand() {
        var commander = net.probe();
        var option = new Inet.SocketOption(StandardSocketOptions.SO_RCVBUF, -1);
        var bind = bindWith(commander, false, List.of(option));
        commander.send(net.manager, bind);
        assertThat(commander.expect(CommandFailed.class).cmd()).isSameAs(bind);
    }

    /// B026.
    @Test
    void anOptionThatConnectionsDoNotHaveIsToldAtOnceAndThereIsNoListener() throws Exception {
        var commander = net.probe();
        var handler = net.probe();
        var option = new Inet.SocketOption(StandardSocketOptions.SO_BROADCAST, true);
        var bind = bindWith(handler, false, List.of(option));
        commander.send(net.manager, bind);
        var failed = commander.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(bind);
        assertThat(failed.exception())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("SO_BROADCAST");
        handler.expectNothing();
    }

    /// B038, B010.
    @Test
    void theHandlerNotTheCommanderGetsEachConnection() throws Exception {
        var commander = net.probe();
        var handler = net.probe();
        var bound = net.bound(commander, Net.bind(handler));
        var peer = net.peer(bound.localAddress());
        var connected = handler.expect(Connected.class);
        assertThat(connected.connection()).isEqualTo(handler.sender());
        assertThat(connected.remoteAddress()).isEqualTo(peer.address());
        assertThat(connected.localAddress()).isEqualTo(bound.localAddress());
        commander.expectNothing();
    }

    /// B041.
    @Test
    void acceptingGoesOnBeyondTheLimitOfATurn() throws Exception {
        var system = net.setup.start("sluice.io.tcp.batch-accept-limit = 2, sluice.io.loops = 1");
        try (var own = new Net(net.setup, system)) {
            var handler = own.probe();
            var bound = own.bound(handler, Net.bind(handler));
            var seen = new HashSet<InetSocketAddress>();
            for (int i = 0; i < 15; i++) {
                var _ = own.peer(bound.localAddress());
            }
            for (int i = 0; i < 15; i++) {
                seen.add(handler.expect(Connected.class).remoteAddress());
            }
            assertThat(seen).hasSize(15);
        } finally {
            var _ = system.terminate();
        }
    }

    /// B042, B043, B044, B047.
    @Test
    void aPullingListenerAcceptsWhatItWasAskedFor() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler).withPullMode());
        for (int i = 0; i < 4; i++) {
            var _ = net.peer(bound.localAddress()); // from the client's view it stands
        }
        assertNoneAccepted(handler, bound);
        handler.send(bound.listener(), new ResumeAccepting(3));
        for (int i = 0; i < 3; i++) {
            handler.expect(Connected.class);
        }
        assertNoneAccepted(handler, bound);
        handler.send(bound.listener(), new ResumeAccepting(3));
        handler.expect(Connected.class);
        assertNoneAccepted(handler, bound);
        handler.send(bound.listener(), new ResumeAccepting(1)); // in place of the two that are left
        assertNoneAccepted(handler, bound);
        for (int i = 0; i < 2; i++) {
            var _ = net.peer(bound.localAddress());
        }
        handler.expect(Connected.class);
        assertNoneAccepted(handler, bound);
    }

    /// The listener has handled all that was sent to it, and the loops what it has sent.
    private static void assertNoneAccepted(Probe handler, Bound bound) {
        var noCommand = new Tcp.Close();
        for (int i = 0; i < 3; i++) {
            handler.send(bound.listener(), noCommand);
            assertThat(handler.expect(CommandFailed.class).cmd()).isSameAs(noCommand);
        }
    }

    /// B045.
    @Test
    void resumeAcceptingChangesNothingInPushModeAndNeedsANumber() throws Exception {
        assertThatThrownBy(() -> new ResumeAccepting(0)).isInstanceOf(IllegalArgumentException.class);
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler));
        handler.send(bound.listener(), new ResumeAccepting(1));
        for (int i = 0; i < 3; i++) {
            var _ = net.peer(bound.localAddress());
            handler.expect(Connected.class);
        }
    }

    /// B046.
    @Test
    void whatAPullingListenerAcceptsIsInPullMode() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler).withPullMode());
        handler.send(bound.listener(), new ResumeAccepting(1));
        var peer = net.peer(bound.localAddress());
        var connection = handler.expect(Connected.class).connection();
        handler.send(connection, new Register(handler.ref()));
        peer.write("one");
        handler.expectNothingFrom(connection);
        handler.send(connection, new Tcp.ResumeReading());
        handler.receive(3);
        peer.write("two");
        handler.expectNothingFrom(connection);
    }

    /// B049, D21.
    @Test
    void peersThatAreGoneBeforeTheyAreTakenDoNotStopAListener() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler).withPullMode());
        for (int i = 0; i < 10; i++) {
            net.peer(bound.localAddress()).reset();
        }
        var alive = net.peer(bound.localAddress());
        handler.send(bound.listener(), new ResumeAccepting(20));
        while (!handler.expect(Connected.class).remoteAddress().equals(alive.address())) {
            assertThat(handler.sender()).isNotEqualTo(bound.listener());
        }
    }

    /// B050, B051, B056, B180.
    @Test
    void unbindFreesThePortAndLeavesConnectionsAlone() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler));
        var peer = net.peer(bound.localAddress());
        var connection = handler.expect(Connected.class).connection();
        handler.send(connection, new Register(handler.ref()));
        handler.watch(bound.listener());
        var other = net.probe();
        other.send(bound.listener(), new Unbind());
        assertThat(other.expect(Unbound.class).listener()).isEqualTo(bound.listener());
        try (var again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(bound.localAddress());
        }
        handler.expectTerminated(bound.listener());
        peer.write("still here");
        handler.receive(10);
    }

    /// B052.
    @Test
    void eachUnbindIsAnswered() {
        var handler = net.probe();
        var other = net.probe();
        var bound = net.bound(handler, Net.bind(handler));
        handler.watch(bound.listener());
        other.send(bound.listener(), new Unbind());
        handler.send(bound.listener(), new Unbind());
        other.expect(Unbound.class);
        if (handler.next() instanceof Unbound) {
            handler.expectTerminated(bound.listener());
        } // else the listener had stopped before the second one came
    }

    /// B053, B054, B061, D20.
    @Test
    void theEndOfTheHandlerEndsTheListenerAndUnregisteredConnections() throws Exception {
        var commander = net.probe();
        var handler = net.probe();
        var bound = net.bound(commander, Net.bind(handler));
        var registered = net.peer(bound.localAddress());
        var connection = handler.expect(Connected.class).connection();
        handler.send(connection, new Register(commander.ref()));
        commander.expectNothingFrom(connection);
        var unregistered = net.peer(bound.localAddress());
        handler.expect(Connected.class);
        commander.watch(bound.listener());
        handler.stop();
        commander.expectTerminated(bound.listener());
        try (var again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(bound.localAddress()); // free when the end was seen
        }
        unregistered.findsAReset();
        registered.write("registered");
        commander.receive(10);
    }

    /// B055.
    @Test
    void theEndOfTheCommanderDoesNotEndTheListener() throws Exception {
        var commander = net.probe();
        var handler = net.probe();
        var bound = net.bound(commander, Net.bind(handler));
        handler.watch(commander.ref());
        commander.stop();
        handler.expectTerminated(commander.ref());
        var _ = net.peer(bound.localAddress());
        handler.expect(Connected.class);
    }

    /// B003.
    @Test
    void whatIsNoCommandForAListenerIsRefused() {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler));
        var asked = new Tcp.Write(Net.bytes(1));
        handler.send(bound.listener(), asked);
        assertThat(handler.expect(CommandFailed.class).cmd()).isSameAs(asked);
    }

    @Test
    void aListenerThatIsStoppedClosesItsPort() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler));
        handler.watch(bound.listener());
        bound.listener().tell(PoisonPill.getInstance(), handler.ref());
        handler.expectTerminated(bound.listener());
        Eventually.until("the port is free", () -> {
            try (var again = new ServerSocket()) {
                again.setReuseAddress(true);
                again.bind(bound.localAddress());
                return true;
            } catch (IOException _) {
                return false;
            }
        });
    }

    /// The decision that Register may be skipped.
    @Test
    void aBindMayNameTheHandlerOfEachConnection() throws Exception {
        var listening = net.probe();
        var handler = net.probe();
        var bound = net.bound(listening, Net.bind(listening).withHandlers(_ -> handler.ref()));
        var peer = net.peer(bound.localAddress());
        var connected = listening.expect(Connected.class);
        peer.write("bytes");
        assertThat(handler.expect(Received.class).connection()).isEqualTo(connected.connection());
    }

    /// B007.
    @Test
    void aFunctionForHandlersThatThrowsEndsTheConnectionAndIsTold() throws Exception {
        var why = new IllegalStateException("no handler today");
        assertHandlersEndTheirConnections(
                _ -> {
                    throw why;
                },
                told -> assertThat(told).isSameAs(why));
    }

    @Test
    void aFunctionForHandlersThatFailsWithAnErrorEndsTheConnectionAndIsTold() throws Exception {
        var why = new AssertionError("a wrong assumption");
        assertHandlersEndTheirConnections(
                _ -> {
                    throw why;
                },
                told -> assertThat(told).hasCause(why).hasMessageContaining(why.getMessage()));
    }

    private void assertHandlersEndTheirConnections(
            Function<Connected, ActorRef> handlers, Consumer<@Nullable Throwable> assertTold) throws Exception {
        var listening = net.probe();
        var bound = net.bound(listening, Net.bind(listening).withHandlers(handlers));
        int before = Tcp.get(net.system).channels();
        for (int i = 0; i < 2; i++) {
            Peer.findsAReset(bound.localAddress());
            var connection = listening.expect(Connected.class).connection();
            listening.watch(connection);
            assertTold.accept(listening.expect(ErrorClosed.class).exception());
            listening.expectTerminated(connection);
        }
        Eventually.until("the places are given back", () -> Tcp.get(net.system).channels() <= before);
    }
}
