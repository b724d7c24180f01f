package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Unbind;
import dev.sluice.actors.Tcp.Unbound;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How many connections and listeners may be open.
@EveryTransport
class CapacityTest {
    private final ActorSystem system;
    private final Net net;
    private final Probe probe;

    CapacityTest(Setup setup) {
        system = setup.start("sluice.io.tcp.max-channels = 4");
        net = new Net(setup, system);
        probe = net.probe();
    }

    @AfterEach
    void close() throws Exception {
        net.close();
        var _ = system.terminate();
    }

    private void expectFull(Tcp.Command command) {
        probe.send(net.manager, command);
        var failed = probe.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(command);
        assertThat(failed.exception()).isInstanceOf(CapacityException.class).hasMessageContaining("4");
    }

    /// B029, B037, B184, B185, B186, D23.
    @Test
    void beyondTheLimitCommandsFailUntilAPlaceIsFree() throws Exception {
        var first = net.bound(probe, Net.bind(probe));
        var client = net.probe();
        client.send(net.manager, new Connect(first.localAddress()));
        var out = client.expect(Connected.class).connection();
        client.send(out, new Register(client.ref()));
        var in = probe.expect(Connected.class).connection();
        probe.send(in, new Register(probe.ref()));
        var second = net.bound(probe, Net.bind(probe));
        assertThat(Tcp.get(system).channels()).isEqualTo(4);
        expectFull(Net.bind(probe));
        expectFull(new Connect(first.localAddress()));

        probe.watch(second.listener());
        probe.send(second.listener(), new Unbind());
        probe.expect(Unbound.class);
        probe.expectTerminated(second.listener());
        probe.send(net.manager, Net.bind(probe));
        probe.expect(Bound.class);
        expectFull(Net.bind(probe));
        client.watch(out);
        client.send(out, new Close());
        client.expect(Closed.class);
        client.expectTerminated(out);
        Eventually.until("both places are free", () -> Tcp.get(system).channels() == 2);
    }

    /// B048.
    @Test
    void aConnectionTooManyIsReset() throws Exception {
        var bound = net.bound(probe, Net.bind(probe));
        for (int i = 0; i < 3; i++) {
            var _ = net.peer(bound.localAddress());
            probe.expect(Connected.class);
        }
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> net.peer(bound.localAddress()).readAll()) // or while it connects
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        probe.expectNothing();
        assertThat(Tcp.get(system).channels()).isEqualTo(4);
        assertThat(Tcp.get(system).turnedAway()).isEqualTo(3);
    }

    /// B048.
    @Test
    void theLogIsToldOnceThoughAPlaceIsFreeNowAndThen() throws Exception {
        try (var logged = new Logged()) {
            var bound = net.bound(probe, Net.bind(probe));
            for (int i = 0; i < 3; i++) {
                var _ = net.peer(bound.localAddress());
                probe.expect(Connected.class);
            }
            for (int i = 0; i < 3; i++) {
                Peer.findsAReset(bound.localAddress());
                var connection = probe.sender();
                probe.watch(connection);
                probe.send(connection, new Tcp.Abort());
                probe.expect(Tcp.Aborted.class);
                probe.expectTerminated(connection);
                Eventually.until("a place is free", () -> Tcp.get(system).channels() == 3);
                var _ = net.peer(bound.localAddress());
                probe.expect(Connected.class);
            }
            assertThat(logged.lines(Level.WARNING))
                    .filteredOn(it -> it.contains("is reset"))
                    .hasSize(1);
        }
    }

    /// B185.
    @Test
    void eachPlaceIsGivenBackOnce() throws Exception {
        var refused = net.closedPort();
        for (int i = 0; i < 10; i++) {
            probe.send(net.manager, new Connect(refused));
            probe.expect(CommandFailed.class);
            probe.send(net.manager, new Bind(probe.ref(), new InetSocketAddress("192.0.2.1", 1)));
            probe.expect(CommandFailed.class);
        }
        Eventually.until("all places are free", () -> Tcp.get(system).channels() == 0);
    }

    /// Whoever finds the place free finds the descriptor closed.
    @Test
    void aPlaceIsGivenBackAfterTheDescriptor() throws Exception {
        var tcp = new CompletableFuture<TcpExt>();
        var placesAtClose = new LinkedBlockingQueue<Integer>();
        var transport = ScriptedTransport.of(net.setup.transport(), call -> {
            if (call.name().equals("close") && call.on() instanceof Handle) {
                placesAtClose.add(tcp.join().channels());
            }
            return call.real();
        });
        var scripted = net.setup.start("", new TransportSetup(transport));
        tcp.complete(Tcp.get(scripted));
        try (var own = new Net(net.setup, scripted)) {
            var link = own.link();
            placesAtClose.clear(); // a listener that begins may have closed what it has tried
            for (var each : List.of(link.connection(), link.listener())) {
                var watcher = own.probe();
                watcher.watch(each);
                each.tell(PoisonPill.getInstance(), watcher.ref());
                watcher.expectTerminated(each);
            }
            assertThat(placesAtClose).containsExactly(2, 1);
        } finally {
            var _ = scripted.terminate();
        }
    }

    @Test
    void aPlaceIsGivenBackThoughClosingGoesWrong() throws Exception {
        var wrong = new AtomicBoolean();
        var transport = ScriptedTransport.of(net.setup.transport(), call -> {
            var answer = call.real();
            if (wrong.get() && call.name().equals("close") && call.on() instanceof Handle) {
                throw new IllegalStateException("closing goes wrong");
            }
            return answer;
        });
        var scripted = net.setup.start("pekko.loglevel = OFF", new TransportSetup(transport));
        try (var own = new Net(net.setup, scripted)) {
            var link = own.link();
            var user = own.probe();
            user.send(Udp.get(scripted).manager(), new Udp.Bind(user.ref(), UdpWorld.ANY_PORT));
            var bound = user.expect(Udp.Bound.class);
            user.send(UdpConnected.get(scripted).manager(), new UdpConnected.Connect(user.ref(), bound.localAddress()));
            var connected = user.expect(UdpConnected.Connected.class);
            wrong.set(true);
            for (var each : List.of(link.connection(), link.listener(), bound.socket(), connected.connection())) {
                user.watch(each);
                each.tell(PoisonPill.getInstance(), user.ref());
                user.expectTerminated(each);
            }
            assertThat(Tcp.get(scripted).channels()).isZero();
            assertThat(Udp.get(scripted).channels()).isZero();
            assertThat(UdpConnected.get(scripted).channels()).isZero();
        } finally {
            var _ = scripted.terminate();
        }
    }

    /// B187.
    @Test
    void unlimitedIsNoLimit() throws Exception {
        var unlimited = net.setup.start("sluice.io.tcp.max-channels = unlimited");
        try (var own = new Net(net.setup, unlimited)) {
            var handler = own.probe();
            var bound = own.bound(handler, Net.bind(handler));
            for (int i = 0; i < 20; i++) {
                var _ = own.peer(bound.localAddress());
                handler.expect(Connected.class);
            }
        } finally {
            var _ = unlimited.terminate();
        }
    }
}
