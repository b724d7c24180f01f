package dev.sluice.contract;

import static dev.sluice.reactor.DatagramSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Readiness;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What datagrams do, one at a time: they arrive whole, with their sender, or are cut and say so; and no failure
/// ends a socket.
@EveryTransport
class DatagramTest {
    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final Net net;
    private final DatagramSocket near;
    private final DatagramSocket far;
    private final Peer toFar;
    private final Peer from = new Peer();

    DatagramTest(Setup setup) throws IOException {
        net = new Net(setup);
        near = net.datagram();
        far = net.datagram();
        toFar = Net.peer(far);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocate(64 * 1024);
    }

    private void assertHello(DatagramSocket sender, DatagramSocket receiver) throws IOException {
        assertThat(sender.send(HELLO, Net.peer(receiver))).isEqualTo(5);
        var into = room();
        assertThat(Blocking.receive(receiver, into, from)).isEqualTo(5);
        assertThat(ByteString.copyOf(into.flip())).isEqualTo(HELLO);
        assertThat(from).isEqualTo(Net.peer(sender));
    }

    /// A port of this machine that nobody has.
    private static InetSocketAddress nobody() throws IOException {
        try (var gone = DatagramChannel.open().bind(Net.loopback())) {
            return (InetSocketAddress) gone.getLocalAddress();
        }
    }

    @Test
    void datagramsCarryTheirSendersAddressBothWays() throws Exception {
        for (int i = 0; i < 60; i++) {
            assertHello(near, far);
            assertHello(far, near);
        }
    }

    @Test
    void aSocketSendsToItselfTenTimes() throws Exception {
        for (int i = 0; i < 10; i++) {
            var hello = bytes("hello");
            assertThat(near.send(hello, Net.peer(near))).isEqualTo(5);
            assertThat(hello.hasRemaining()).isFalse();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(Blocking.receive(near)).asString().isEqualTo("hello");
        }
        assertThat(near.receive(room(), from)).isEqualTo(WOULD_BLOCK);
    }

    @Test
    void everyKindOfMemoryIsSentAndReceivedInto() throws Exception {
        byte[] sent = Net.noise(10_000);
        var direct =
                ByteBuffer.allocateDirect(10_004).position(2).put(sent).flip().position(2);
        var heap =
                ByteBuffer.wrap(new byte[10_004], 4, 10_000).slice().put(sent).flip();
        var readOnly = ByteBuffer.wrap(sent).asReadOnlyBuffer();
        for (var src : new ByteBuffer[] {direct, heap, readOnly}) {
            for (var dst : new ByteBuffer[] {ByteBuffer.allocate(10_003), ByteBuffer.allocateDirect(10_003)}) {
                assertThat(near.send(src.duplicate(), toFar)).isEqualTo(10_000);
                assertThat(Blocking.receive(far, dst.position(3), from)).isEqualTo(10_000);
                assertThat(dst.position()).isEqualTo(10_003);
                assertThat(dst.flip().position(3)).isEqualTo(ByteBuffer.wrap(sent));
            }
            var taken = src.duplicate();
            near.send(taken, toFar);
            assertThat(taken.hasRemaining()).isFalse();
            Blocking.receive(far);
        }
        assertThat(near.send(ByteString.copyOf(sent), toFar)).isEqualTo(10_000);
        assertThat(Blocking.receive(far)).isEqualTo(sent);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> far.receive(readOnly, from))
                .withMessageContaining("read-only");
    }

    @Test
    void largeDatagramsArriveWhole() throws Exception {
        for (int i = 1; i <= 4; i++) {
            byte[] sent = Net.noise(10_000 + i);
            assertThat(near.send(ByteBuffer.wrap(sent), toFar)).isEqualTo(sent.length);
            assertThat(Blocking.receive(far)).isEqualTo(sent);
        }
        byte[] largest = Net.noise(65_507);
        assertThat(near.send(ByteBuffer.wrap(largest), toFar)).isEqualTo(65_507);
        assertThat(Blocking.receive(far)).isEqualTo(largest);
    }

    /// F37.
    @Test
    void whatIsLongerThanAnyDatagramIsRefusedBeforeTheCall() throws Exception {
        var tooLong = ByteBuffer.allocate(65_508);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> near.send(tooLong, toFar))
                .withMessageContaining("65508 bytes")
                .withMessageContaining(toFar.toString());
        assertThat(tooLong.remaining()).isEqualTo(65_508);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> near.send(ByteString.copyOf(new byte[70_000]), toFar));
        near.connect(far.localAddress());
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> near.send(tooLong));
        assertHello(near, far);
    }

    /// F38.
    @Test
    void anEmptyDatagramIsADatagram() throws Exception {
        for (var empty : new ByteBuffer[] {ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)}) {
            assertThat(near.send(empty, toFar)).isZero();
            assertThat(Blocking.receive(far, room(), from)).isZero();
            assertThat(from).isEqualTo(Net.peer(near));
        }
        near.connect(far.localAddress());
        far.connect(near.localAddress());
        if (net.setup.transport().name().equals("nio")) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> near.send(ByteString.empty()))
                    .withMessageContaining("java.nio");
        } else {
            assertThat(near.send(ByteString.empty())).isZero();
            assertThat(Blocking.receive(far)).isEmpty();
        }
        assertThat(far.receive(room())).isEqualTo(WOULD_BLOCK);
        assertHello(near, far);
    }

    /// F38.
    @Test
    void whatIsCutOffIsToldAndTheNextDatagramIsTheNext() throws Exception {
        for (var small :
                new ByteBuffer[] {ByteBuffer.allocate(2048), ByteBuffer.allocateDirect(2048), ByteBuffer.allocate(0)}) {
            byte[] sent = Net.noise(9_000);
            near.send(ByteBuffer.wrap(sent), toFar);
            near.send(HELLO, toFar);
            assertThat(Blocking.receive(far, small, from)).isEqualTo(9_000);
            assertThat(small.hasRemaining()).isFalse();
            assertThat(small.flip()).isEqualTo(ByteBuffer.wrap(sent, 0, small.limit()));
            assertThat(Blocking.receive(far)).asString().isEqualTo("hello");
        }
    }

    @Test
    void peekingTakesNothing() throws Exception {
        near.send(HELLO, toFar);
        for (int i = 0; i < 3; i++) {
            var two = ByteBuffer.allocateDirect(2);
            from.clear();
            assertThat(Blocking.peek(far, two, from)).isEqualTo(5);
            assertThat(two.flip()).isEqualTo(bytes("he"));
            assertThat(from).isEqualTo(Net.peer(near));
        }
        assertThat(far.input().isTold()).isTrue();
        assertThat(Blocking.receive(far)).asString().isEqualTo("hello");
        assertThat(far.peek(room(), from)).isEqualTo(WOULD_BLOCK);
    }

    @Test
    void whoeverObservesIsToldOfRoomAndOfDatagrams() throws Exception {
        for (var direction : new Readiness[] {far.input(), near.output()}) {
            var observer = new Parked();
            assertThat(direction.observe(observer)).isTrue();
            near.send(HELLO, toFar);
            observer.park();
            assertThat(direction.isTold()).isTrue();
        }
    }

    @Test
    void whoeverWaitsIsWokenByADatagram() throws Exception {
        assertThat(far.receive(room(), from)).isEqualTo(WOULD_BLOCK);
        var waiter = new Parked();
        assertThat(far.input().await(waiter)).isTrue();
        near.send(HELLO, toFar);
        waiter.park();
        assertThat(Blocking.receive(far)).asString().isEqualTo("hello");
    }

    @Test
    void aConnectedSocketHearsItsPeerAlone() throws Exception {
        far.send(bytes("before"), Net.peer(near));
        Parked.until(near.input());
        near.connect(far.localAddress());
        assertThat(near.remoteAddress()).isEqualTo(far.localAddress());
        assertThat(near.receive(room())).as("what had come before").isEqualTo(WOULD_BLOCK);
        var stranger = net.datagram();
        stranger.send(bytes("stranger"), Net.peer(near));
        assertHello(far, near);
        assertThat(near.receive(room())).isEqualTo(WOULD_BLOCK);
        assertThat(near.send(bytes("without an address"))).isEqualTo(18);
        assertThat(Blocking.receive(far)).asString().isEqualTo("without an address");
        assertHello(near, far);
    }

    /// A refusal is no datagram that one must have seen.
    @Test
    void whatHadComeFromAnotherPeerIsDroppedAlsoBehindARefusal() throws Exception {
        var other = net.datagram();
        near.connect(other.localAddress());
        other.send(bytes("before"), Net.peer(near));
        Parked.until(near.input());
        other.close();
        Eventually.until("the port is closed", () -> other.released().isReady());
        near.send(HELLO); // is refused
        near.connect(far.localAddress());
        assertThat(near.receive(room())).isEqualTo(WOULD_BLOCK);
        assertHello(far, near);
        assertHello(near, far);
    }

    @Test
    void aConnectedSocketSendsToItsPeerAlone() throws Exception {
        var other = Net.peer(net.datagram());
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> near.send(HELLO))
                .withMessageContaining("not connected");
        near.connect(far.localAddress());
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> near.send(HELLO, other))
                .withMessageContaining(toFar.toString())
                .withMessageContaining(other.toString());
        assertHello(near, far);
    }

    @Test
    void theConnectionEndsAndThePortStays() throws Exception {
        near.connect(far.localAddress());
        var local = near.localAddress();
        near.disconnect();
        near.disconnect();
        assertThat(near.remoteAddress()).isNull();
        assertThat(near.localAddress()).isEqualTo(local);
        var other = net.datagram();
        assertHello(other, near);
        assertHello(near, other);
        near.connect(other.localAddress());
        near.connect(far.localAddress());
        assertThat(near.remoteAddress()).isEqualTo(far.localAddress());
        assertHello(near, far);
    }

    /// F36.
    @Test
    void aRefusalOfTheConnectedPeerIsToldOnceAndTheSocketGoesOn() throws Exception {
        var address = nobody();
        near.connect(address);
        for (int i = 0; i < 3; i++) {
            assertThat(near.send(HELLO)).isEqualTo(5);
            assertThatExceptionOfType(PortUnreachableException.class)
                    .isThrownBy(() -> Blocking.receive(near))
                    .withMessageContaining("receive on " + Net.peer(near) + " -> " + Peer.of(address))
                    .withMessageContainingAll("failed");
            assertThat(near.receive(room())).isEqualTo(WOULD_BLOCK);
        }
        Blocking.awaitNews(near.loop()); // of the refusals that were received
        assertThat(near.receive(room())).isEqualTo(WOULD_BLOCK);
        near.send(HELLO);
        Parked.until(near.input());
        assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> near.send(HELLO));
        try (var server = net.datagram(address)) {
            assertHello(near, server);
            assertHello(server, near);
        }
    }

    /// F36.
    @Test
    void aRefusalDoesNotTouchASocketThatIsNotConnected() throws Exception {
        var nobody = Peer.of(nobody());
        for (int i = 0; i < 10; i++) {
            assertThat(near.send(HELLO, nobody)).isEqualTo(5);
            assertThat(near.receive(room(), from)).isEqualTo(WOULD_BLOCK);
        }
        assertHello(near, far);
    }

    @Test
    void aFailedSendIsToldWithBothAddressesAndTheSocketGoesOn() throws Exception {
        var everybody = Peer.of(Net.at("255.255.255.255", 9));
        assertThatIOException()
                .isThrownBy(() -> near.send(HELLO, everybody))
                .isNotInstanceOf(BindException.class)
                .withMessageContaining("send on " + Net.peer(near) + " -> 255.255.255.255:9 failed")
                .withMessageMatching("(?i).*permission denied.*");
        assertHello(near, far);
    }

    @Test
    void broadcastIsDeliveredWithItsOption() throws Exception {
        try (var any = net.reactor.datagram(Net.at("0.0.0.0", 0), Options.none());
                var sender = net.reactor.datagram(
                        Net.loopback(), Options.none().with(StandardSocketOptions.SO_BROADCAST, true))) {
            // 127.255.255.255 is loopback's broadcast address.
            sender.send(HELLO, Peer.of(Net.at("127.255.255.255", Net.peer(any).port())));
            assertThat(Blocking.receive(any)).asString().isEqualTo("hello");
        }
    }

    @Test
    void ipv6() throws Exception {
        try (var one = net.datagram(Net.at("::1", 0));
                var two = net.datagram(Net.at("::1", 0))) {
            assertHello(one, two);
            one.connect(two.localAddress());
            assertHello(two, one);
            assertThat(from.toSocketAddress()).isEqualTo(two.localAddress());
            assertThat(from).hasToString("[0:0:0:0:0:0:0:1]:" + from.port());
            byte[] largest = Net.noise(65_527);
            assertThat(one.send(ByteBuffer.wrap(largest))).isEqualTo(65_527);
            assertThat(Blocking.receive(two)).isEqualTo(largest);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> one.send(ByteBuffer.allocate(65_528)));
        }
    }

    @Test
    void withoutAnAddressASocketSpeaksBothFamilies() throws Exception {
        try (var both = net.reactor.datagram(null, Options.none());
                var six = net.datagram(Net.at("::1", 0))) {
            int port = Net.peer(both).port();
            assertThat(port).isPositive();
            near.send(HELLO, Peer.of(Net.at("127.0.0.1", port)));
            assertThat(Blocking.receive(both, room(), from)).isEqualTo(5);
            assertThat(from).isEqualTo(Net.peer(near));
            assertThat(from.isIpv4()).isTrue();
            both.send(HELLO, from);
            assertThat(Blocking.receive(near)).asString().isEqualTo("hello");
            six.send(HELLO, Peer.of(Net.at("::1", port)));
            assertThat(Blocking.receive(both, room(), from)).isEqualTo(5);
            assertThat(from).isEqualTo(Net.peer(six));
        }
    }

    @Test
    void anIpv4SocketRefusesIpv6PeersBeforeTheCall() {
        var six = Net.at("::1", 9);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> near.send(HELLO, Peer.of(six)))
                .withMessageContaining("[0:0:0:0:0:0:0:1]:9");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> near.connect(six));
    }

    @Test
    void addressesThatNoDatagramCanHaveAreRefused() {
        var path = UnixDomainSocketAddress.of("/tmp/socket");
        var name = InetSocketAddress.createUnresolved("example.invalid", 9);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> net.reactor.datagram(path, Options.none()));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> near.connect(path));
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.reactor.datagram(name, Options.none()))
                .withMessageContaining("X-302");
        assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> near.connect(name));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> near.send(HELLO, new Peer()));
    }

    @Test
    void aPortThatIsTakenIsToldWithItsCode() throws Exception {
        int before = net.reactor.openSockets();
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> net.datagram((InetSocketAddress) near.localAddress()))
                .withMessageContaining("[X-201] port " + Net.peer(near).port() + " on 127.0.0.1 is in use");
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> net.datagram(Net.at("203.0.113.1", 0)))
                .withMessageContaining("[X-203]");
        assertThat(net.reactor.openSockets()).isEqualTo(before);
    }

    @Test
    void aSocketBelongsToTheLoopThatItIsGiven() throws Exception {
        for (var loop : net.reactor.loops()) {
            try (var socket = net.reactor.datagram(loop, Net.loopback(), Options.none())) {
                assertThat(socket.loop()).isSameAs(loop);
                assertHello(near, socket);
            }
        }
        try (var other = net.setup.builder().open()) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> net.reactor.datagram(other.nextLoop(), null, Options.none()));
        }
    }

    /// A full buffer is waited for, and no datagram is half sent or sent twice.
    @Test
    void aSmallSendBufferIsWaitedFor() throws Exception {
        near.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
        var datagram = ByteBuffer.allocateDirect(3000);
        for (int i = 0; i < 2000; i++) {
            assertThat(Blocking.send(near, datagram.clear().putInt(0, i), toFar))
                    .isEqualTo(3000);
            if (i % 16 == 15) { // fewer than the receive buffer holds
                for (int sent = i - 15; sent <= i; sent++) {
                    assertThat(ByteBuffer.wrap(Blocking.receive(far)).getInt()).isEqualTo(sent);
                }
            }
        }
        assertThat(far.receive(room())).isEqualTo(WOULD_BLOCK);
    }

    /// F39.
    @Test
    void whatTheSystemDropsIsCounted() throws Exception {
        far.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        if (net.setup.transport().name().equals("nio")) {
            assertThat(far.dropped()).isEqualTo(-1);
            return;
        }
        assertThat(far.dropped()).isZero();
        int sent = 5000;
        for (int i = 0; i < sent; i++) {
            near.send(HELLO, toFar);
        }
        int received = 0;
        while (received + far.dropped() < sent) { // a busy system may deliver a little later
            Blocking.receive(far);
            received++;
        }
        assertThat(far.dropped()).isPositive().isEqualTo(sent - received);
    }
}
