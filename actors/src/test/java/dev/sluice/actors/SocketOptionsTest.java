package dev.sluice.actors;

import static dev.sluice.actors.Net.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.actors.Inet.SocketOption;
import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.testing.Between.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What sockets have when they are begun to be used: options are asked of the system itself, when a socket begins to
/// listen, to connect, or to be watched.
@EveryTransport
@Timeout(60)
class SocketOptionsTest {
    private static final List<SocketOption> TCP = List.of(
            TcpSO.keepAlive(true),
            TcpSO.keepIdle(Duration.ofSeconds(77)),
            TcpSO.keepInterval(Duration.ofSeconds(7)),
            TcpSO.keepCount(5),
            TcpSO.userTimeout(Duration.ofSeconds(7)),
            TcpSO.oobInline(true),
            TcpSO.quickAck(false),
            TcpSO.cork(true),
            TcpSO.notSentLowWater(10_000),
            TcpSO.tcpNoDelay(false),
            TcpSO.linger(7),
            TcpSO.sendBufferSize(20_000),
            TcpSO.trafficClass(0x10),
            TcpSO.timeToLive(9));
    private static final List<SocketOption> OF_THE_ADDRESS =
            List.of(TcpSO.receiveBufferSize(20_000), TcpSO.reuseAddress(true), TcpSO.reusePort(true));
    private static final List<SocketOption> UDP = List.of(
            UdpSO.broadcast(true),
            UdpSO.receiveBufferSize(20_000),
            UdpSO.sendBufferSize(20_000),
            UdpSO.reuseAddress(true),
            UdpSO.reusePort(true),
            UdpSO.trafficClass(0x10),
            UdpSO.timeToLive(9),
            UdpSO.multicastTimeToLive(3),
            UdpSO.multicastLoop(false),
            UdpSO.dontFragment(true));
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);

    private final Setup setup;
    private final ActorSystem system;
    private final Net net;
    private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

    /// A socket as it was at a call.
    private record Begun(String call, boolean listens, Map<java.net.SocketOption<?>, Object> options) {}

    SocketOptionsTest(Setup setup) throws Exception {
        this.setup = setup;
        var transport = ScriptedTransport.of(setup.transport(), call -> {
            note(call);
            return call.real();
        });
        system = setup.start("", new TransportSetup(transport));
        net = new Net(setup, system);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
        var _ = system.terminate();
    }

    private void note(Call call) throws IOException {
        switch (call.name()) {
            case "bind", "connect", "watch" -> {
                var handle = (Handle) call.on();
                var options = new HashMap<java.net.SocketOption<?>, Object>();
                for (var option : handle.supportedOptions()) {
                    if (option != StandardSocketOptions.IP_MULTICAST_IF) { // which there is only when it is set
                        options.put(option, handle.getOption(option));
                    }
                }
                begun.add(new Begun(call.name(), handle instanceof ListenHandle, options));
            }
            default -> {}
        }
    }

    /// What a socket had at the next call of this name.
    private Begun next(String call, boolean listens) throws InterruptedException {
        while (true) {
            var next = begun.poll(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as(call).isNotNull();
            if (next.call().equals(call) && next.listens() == listens) {
                return next;
            }
        }
    }

    /// Those that the sockets of this transport have, which must be all but a few on `linux`.
    private List<SocketOption> had(List<SocketOption> options, Begun socket) {
        var had = new ArrayList<>(options);
        had.removeIf(it -> !socket.options().containsKey(it.name()));
        if (setup.isLinux()) {
            assertThat(had).isEqualTo(options);
        }
        return had;
    }

    private static void assertHas(Begun socket, List<SocketOption> options) {
        for (var option : options) {
            var value = socket.options().get(option.name());
            if (option.name() == StandardSocketOptions.SO_SNDBUF || option.name() == StandardSocketOptions.SO_RCVBUF) {
                assertThat((Integer) value).as(option.name().name()).isBetween(20_000, 50_000); // the system may round
            } else {
                assertThat(value).as(option.name().name()).isEqualTo(option.value());
            }
        }
    }

    private static SocketOption[] array(List<SocketOption> options) {
        return options.toArray(SocketOption[]::new);
    }

    /// B012.
    @Test
    void smallWritesAreSentAtOnceUnlessToldOtherwise() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, new Bind(handler.ref(), ANY_PORT));
        handler.send(net.manager, new Connect(bound.localAddress()));
        for (int i = 0; i < 2; i++) {
            handler.expect(Connected.class);
            assertHas(next("watch", false), List.of(TcpSO.tcpNoDelay(true)));
        }
    }

    /// B011, B012.
    @Test
    void aConnectionHasItsOptionsBeforeItConnects() throws Exception {
        var server = net.server();
        var commander = net.probe();
        var to = (InetSocketAddress) server.getLocalSocketAddress();
        commander.send(net.manager, new Connect(to));
        commander.expect(Connected.class);
        var all = new ArrayList<>(TCP);
        all.addAll(OF_THE_ADDRESS);
        var options = had(all, next("connect", false));
        commander.send(net.manager, new Connect(to).withOptions(array(options)));
        commander.expect(Connected.class);
        assertHas(next("connect", false), options);
    }

    /// B034, B039.
    @Test
    void aListenerHasItsOptionsBeforeItIsBoundAndItsConnectionsTheOthers() throws Exception {
        var handler = net.probe();
        var first = net.bound(handler, new Bind(handler.ref(), ANY_PORT));
        var _ = net.peer(first.localAddress());
        handler.expect(Connected.class);
        var ofListener = had(OF_THE_ADDRESS, next("bind", true));
        var ofConnections = had(TCP, next("watch", false));
        var all = new ArrayList<>(ofConnections);
        all.addAll(ofListener);
        var bound = net.bound(
                handler, new Bind(handler.ref(), ANY_PORT).withBacklog(10).withOptions(array(all)));
        assertHas(next("bind", true), ofListener);
        var _ = net.peer(bound.localAddress());
        handler.expect(Connected.class);
        assertHas(next("watch", false), ofConnections);
    }

    /// B034.
    @Test
    void aListenerMayBeForIpv6Alone() throws Exception {
        var handler = net.probe();
        var anywhere = new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
        handler.send(net.manager, new Bind(handler.ref(), anywhere).withOptions(TcpSO.ipv6Only(true)));
        if (setup.isLinux()) {
            handler.expect(Tcp.Bound.class);
            assertHas(next("bind", true), List.of(TcpSO.ipv6Only(true)));
        } else {
            assertThat(handler.expect(Tcp.CommandFailed.class).exception()).hasMessageContaining("IPV6_V6ONLY");
        }
    }

    /// B192, D37.
    @Test
    void aDatagramSocketHasItsOptionsBeforeItIsBound() throws Exception {
        var user = net.probe();
        var udp = Udp.get(system).manager();
        var connected = UdpConnected.get(system).manager();
        user.send(udp, new Udp.Bind(user.ref(), ANY_PORT));
        user.expect(Udp.Bound.class);
        var options = had(UDP, next("bind", false));
        user.send(udp, new Udp.Bind(user.ref(), ANY_PORT, options));
        var bound = user.expect(Udp.Bound.class);
        assertHas(next("bind", false), options);
        user.send(udp, new Udp.SimpleSender(options));
        user.expect(Udp.SimpleSenderReady.class);
        assertHas(next("bind", false), options);
        user.send(connected, new UdpConnected.Connect(user.ref(), bound.localAddress(), null, options));
        user.expect(UdpConnected.Connected.class);
        assertHas(next("bind", false), options);
    }

    /// B012.
    @Test
    void valuesThatMakeNoSenseAreRefusedWhenTheyAreMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> TcpSO.trafficClass(256));
        assertThatIllegalArgumentException().isThrownBy(() -> TcpSO.sendBufferSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> UdpSO.receiveBufferSize(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SocketOption(StandardSocketOptions.SO_RCVBUF, "large"))
                .withMessageContaining("SO_RCVBUF");
    }
}
