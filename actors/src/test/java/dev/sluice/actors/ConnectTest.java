package dev.sluice.actors;

import static dev.sluice.actors.Net.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.testing.BlackHole;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.SilentNames;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Outbound connections, up to Connected.
@EveryTransport
class ConnectTest {
    private final Net net;

    ConnectTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private static InetSocketAddress addressOf(ServerSocket server) {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// A port that nobody has any more.
    private static InetSocketAddress freePort() throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            return addressOf(server);
        }
    }

    private static Connect from(
            @Nullable InetSocketAddress local, InetSocketAddress remote, Inet.SocketOption... options) {
        return new Connect(remote, local, List.of(options), null, false, null, null);
    }

    private CommandFailed failure(Connect connect) {
        var commander = net.probe();
        commander.send(net.manager, connect);
        var failed = commander.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(connect);
        commander.watch(failed.worker());
        commander.expectTerminated(failed.worker());
        commander.expectNothing();
        return failed;
    }

    /// B002, B010, D57.
    @Test
    void connectedTellsBothAddressesAndTheConnection() throws Exception {
        var server = net.server();
        var commander = net.probe();
        commander.send(net.manager, from(null, addressOf(server), TcpSO.keepAlive(true)));
        var connected = commander.expect(Connected.class);
        var peer = net.accept(server);
        assertThat(connected.connection()).isEqualTo(commander.sender());
        assertThat(connected.remoteAddress()).isEqualTo(addressOf(server));
        assertThat(connected.localAddress()).isEqualTo(peer.remoteAddress());
        commander.expectNothing();
    }

    /// B014, B005, B028, B179, D14.
    @Test
    void aRefusedConnectionFailsTheCommandWithTheSystemsReason() throws Exception {
        var failed = failure(new Connect(net.closedPort()));
        assertThat(failed.exception()).isInstanceOf(ConnectException.class).hasMessageContaining("refused");
        assertThat(failed.cause()).containsSame(failed.exception());
    }

    /// B015.
    @Test
    void anAttemptThatTheSystemGivesUpFailsTheCommand() throws Exception {
        var transport = ScriptedTransport.of(net.setup.transport(), call -> {
            if (call.name().equals("finishConnect")) {
                throw new ConnectException("Connection timed out");
            }
            var answer = call.real();
            return call.name().equals("connect") ? false : answer; // as if nobody had answered yet
        });
        var system = net.setup.start("", new TransportSetup(transport));
        try (var own = new Net(net.setup, system)) {
            var server = own.server();
            var commander = own.probe();
            var connect = new Connect(addressOf(server));
            commander.send(own.manager, connect);
            var failed = commander.expect(CommandFailed.class);
            assertThat(failed.cmd()).isSameAs(connect);
            assertThat(failed.exception())
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Connection timed out");
            commander.expectNothing();
        } finally {
            var _ = system.terminate();
        }
    }

    /// B018.
    @Test
    void theTimeLimitCoversANameThatNoServerAnswersFor() throws Exception {
        var system = net.setup.start("");
        try (var own = new Net(net.setup, system)) {
            var commander = own.probe();
            var name = InetSocketAddress.createUnresolved(SilentNames.SILENT, 1);
            commander.send(own.manager, new Connect(name).withTimeout(Duration.ofMillis(150)));
            var failed = commander.expect(CommandFailed.class);
            assertThat(failed.exception())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("150 ms");
            commander.watch(failed.worker());
            commander.expectTerminated(failed.worker());
            commander.expectNothing();
        } finally {
            var _ = system.terminate(); // which gives the lookup up
        }
    }

    /// B016, B017.
    @Test
    void aTimeLimitEndsAnAttemptThatNobodyAnswers() throws Exception {
        try (var hole = new BlackHole()) {
            var failed = failure(new Connect(hole.address()).withTimeout(Duration.ofMillis(1_100)));
            assertThat(failed.exception())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("1100 ms");
        }
    }

    /// B019.
    @Test
    void theTimeLimitDoesNotEndWhatStands() throws Exception {
        var server = net.server();
        var commander = net.probe();
        Object outcome;
        var limit = Duration.ofMillis(75);
        do {
            limit = limit.multipliedBy(2); // on a slow machine, the first one may be over before it stands
            var settings = net.setup.settings().withRegisterTimeout(limit.multipliedBy(2));
            commander.send(
                    net.manager,
                    new Connect(addressOf(server)).withTimeout(limit).withSettings(settings));
            outcome = commander.next();
        } while (outcome instanceof CommandFailed && limit.compareTo(Eventually.PATIENCE) < 0);
        assertThat(outcome).isInstanceOf(Connected.class);
        // Ended by the other limit, which was set later and is longer.
        assertThat(commander.expect(Tcp.ErrorClosed.class).cause()).contains("Register");
    }

    /// B020, B018, B023.
    @Test
    void aNameIsResolved() throws Exception {
        var server = net.server(); // on 127.0.0.1 only: where the name has more addresses, others fail first
        var commander = net.probe();
        var name = InetSocketAddress.createUnresolved("localhost", server.getLocalPort());
        commander.send(net.manager, new Connect(name).withTimeout(Duration.ofSeconds(20)));
        assertThat(commander.expect(Connected.class).remoteAddress()).isEqualTo(addressOf(server));
    }

    /// B021, B022.
    @Test
    void aNameWithoutAddressFailsTheCommand() {
        for (int i = 0; i < 2; i++) {
            var failed = failure(new Connect(InetSocketAddress.createUnresolved("no-such-host.invalid", 1)));
            assertThat(failed.exception())
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("no-such-host.invalid");
        }
    }

    /// B024.
    @Test
    void theLocalAddressIsUsed() throws Exception {
        var server = net.server();
        var commander = net.probe();
        var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0);
        commander.send(net.manager, from(local, addressOf(server)));
        assertThat(commander.expect(Connected.class).localAddress().getAddress())
                .isEqualTo(local.getAddress());
        assertThat(net.accept(server).remoteAddress().getAddress()).isEqualTo(local.getAddress());
    }

    /// B025, D13.
    @Test
    void aLocalAddressOfAnotherHostFailsTheCommand() throws Exception {
        var failed = failure(from(new InetSocketAddress("192.0.2.1", 0), addressOf(net.server())));
        assertThat(failed.exception()).hasMessageContaining("127.0.0.1");
    }

    /// B025, B026.
    @Test
    void anOptionThatCannotBeSetFailsTheCommand() throws Exception {
        var remote = addressOf(net.server());
        failure(from(null, remote, new Inet.SocketOption(StandardSocketOptions.SO_RCVBUF, -1)));
        failure(from(null, remote, new Inet.SocketOption(StandardSocketOptions.SO_BROADCAST, true)));
    }

    /// B027.
    @Test
    void theEndOfTheCommanderEndsTheAttempt() throws Exception {
        int before = Tcp.get(net.system).channels(); // all that other tests had is gone
        try (var hole = new BlackHole()) {
            var commander = net.probe();
            commander.send(net.manager, new Connect(hole.address()));
            Eventually.until("it is on its way", () -> Tcp.get(net.system).channels() > before);
            commander.stop();
            Eventually.until("it has been given up", () -> Tcp.get(net.system).channels() == before);
        }
    }

    /// B030.
    @Test
    void eachOfManyConnectsHasItsOutcome() throws Exception {
        var server = net.server();
        var commander = net.probe();
        var closed = net.closedPort();
        var failing = new ArrayList<Connect>();
        for (int i = 0; i < 10; i++) {
            commander.send(net.manager, new Connect(addressOf(server)));
            failing.add(new Connect(closed));
            commander.send(net.manager, failing.getLast());
        }
        var connections = new HashSet<ActorRef>();
        for (int i = 0; i < 20; i++) {
            switch (commander.next()) {
                case Connected connected -> connections.add(connected.connection());
                case CommandFailed failed ->
                    assertThat(failing.removeIf(it -> it == failed.cmd())).isTrue();
                case Object other -> throw new AssertionError(other);
            }
        }
        assertThat(connections).hasSize(10);
        assertThat(failing).isEmpty();
        commander.expectNothing();
    }

    /// B032, B127.
    @Test
    void inPullModeNothingIsReadUnasked() throws Exception {
        var link = net.pulled(it -> it);
        link.peer().write("bytes");
        link.handler().expectNothingFrom(link.connection());
        link.handler().send(link.connection(), new Tcp.ResumeReading());
        link.handler().receive(5);
    }

    /// B031.
    @Test
    void aConnectionToItselfIsRefused() throws Exception {
        Throwable told;
        do {
            var own = freePort();
            told = failure(from(own, own)).exception();
        } while (told instanceof BindException); // somebody else has taken it meanwhile
        assertThat(told).isInstanceOf(ConnectException.class);
    }

    /// B017, D50.
    @Test
    void noTimeLimitIsNull() throws Exception {
        var server = net.server();
        var commander = net.probe();
        commander.send(net.manager, TcpMessage.connect(addressOf(server), null, List.of(), null, true));
        commander.expect(Connected.class);
        assertThatThrownBy(() -> new Connect(addressOf(server)).withTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// B013.
    @Test
    void aPeerThatIsGoneAtOnceLeavesAnOutcome() throws Exception {
        var server = net.server();
        for (int i = 0; i < 20; i++) {
            var commander = net.probe();
            commander.send(net.manager, new Connect(addressOf(server)).withHandler(commander.ref()));
            net.accept(server).reset();
            var first = commander.next();
            if (first instanceof Connected) {
                commander.expect(Tcp.ErrorClosed.class);
            } else {
                assertThat(first).isInstanceOf(CommandFailed.class);
            }
        }
    }

    /// The decision that Register may be skipped.
    @Test
    void aConnectMayNameItsHandler() throws Exception {
        var server = net.server();
        var commander = net.probe();
        var handler = net.probe();
        commander.send(net.manager, new Connect(addressOf(server)).withHandler(handler.ref()));
        var connection = commander.expect(Connected.class).connection();
        commander.send(connection, new Register(commander.ref())); // too late
        commander.expect(CommandFailed.class);
        net.accept(server).write("bytes");
        assertThat(handler.expect(Received.class).connection()).isEqualTo(connection);
    }

    /// B004.
    @Test
    void aCommandWithoutSenderIsCarriedOutAndEndsByItself() throws Exception {
        var server = net.server();
        var settings = net.setup.settings().withRegisterTimeout(Duration.ofMillis(100));
        net.manager.tell(new Connect(addressOf(server)).withSettings(settings), ActorRef.noSender());
        net.accept(server).findsAReset();
    }
}
