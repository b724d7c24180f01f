package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Datagrams, sent and received one by one, in the caller's memory, and in batches.
@EveryTransport
class UdpTest {
    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final Net net;
    private final UdpSocket near;
    private final UdpSocket far;

    UdpTest(Setup setup) throws IOException {
        net = new Net(setup);
        near = net.udp().bind("127.0.0.1", 0, o -> o.readTimeout(Eventually.PATIENCE));
        far = net.udp().bind("127.0.0.1", 0, o -> o.readTimeout(Eventually.PATIENCE));
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static Datagram helloTo(UdpSocket receiver) {
        return new Datagram(HELLO, receiver.localAddress());
    }

    private static void assertHello(UdpSocket sender, UdpSocket receiver) throws IOException {
        assertThat(receiver.receive()).isEqualTo(new Datagram(HELLO, sender.localAddress()));
    }

    // 51
    @Test
    void aSocketSendsToItselfTenTimes() throws Exception {
        for (int i = 0; i < 10; i++) {
            near.send(helloTo(near));
        }
        for (int i = 0; i < 10; i++) {
            assertHello(near, near);
        }
        var consumed = ByteBuffer.wrap(new byte[] {1, 2, 3});
        near.send(consumed, Peer.of(near.localAddress()));
        assertThat(consumed.hasRemaining()).isFalse();
        assertThat(near.receive().packet()).isEqualTo(ByteString.of(1, 2, 3));
    }

    // 52
    @Test
    void largeDatagramsArriveWhole() throws Exception {
        for (int size : new int[] {10_000, 10_000, 10_000, 10_000, 65_507, 0}) {
            var packet = ByteString.copyOf(Net.noise(size));
            near.send(new Datagram(packet, far.localAddress()));
            assertThat(far.receive().packet()).isEqualTo(packet);
        }
    }

    @Test
    void aSocketOfTheJdkIsAPeer() throws Exception {
        try (var peer = new DatagramSocket(Net.loopback())) {
            peer.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            peer.send(new DatagramPacket(new byte[] {7}, 1, near.localAddress()));
            var asked = near.receive();
            assertThat(asked.address()).isEqualTo(peer.getLocalSocketAddress());
            near.send(new Datagram(HELLO, asked.address()));
            var answer = new DatagramPacket(new byte[100], 100);
            peer.receive(answer);
            assertThat(answer.getSocketAddress()).isEqualTo(near.localAddress());
            assertThat(ByteString.copyOf(answer.getData(), 0, answer.getLength()))
                    .isEqualTo(HELLO);
        }
    }

    // 53
    @Test
    void aBroadcastNeedsItsOption() throws Exception {
        try (var receiver = net.udp().bind("0.0.0.0", 0, o -> o.readTimeout(Eventually.PATIENCE));
                var without = net.udp().bind("0.0.0.0", 0);
                var with = net.udp().bind("0.0.0.0", 0, o -> o.broadcast(true))) {
            var everybody = new Datagram(HELLO, new InetSocketAddress("127.255.255.255", receiver.port()));
            assertThatIOException()
                    .isThrownBy(() -> without.send(everybody))
                    .withMessageContaining("127.255.255.255")
                    .withMessageContainingAll("ermission denied");
            with.send(everybody);
            assertThat(receiver.receive().packet()).isEqualTo(HELLO);
        }
    }

    // 54
    @Test
    void afterACloseNothingIsReceivedOrSent() throws Exception {
        near.send(helloTo(far));
        far.close();
        far.close();
        assertThat(far.isClosed()).isTrue();
        assertThat(far.closedCause()).isNull();
        for (Setup.Action operation : List.<Setup.Action>of(
                far::receive,
                () -> far.receive(ByteBuffer.allocate(1), new Peer()),
                () -> far.receive(new Datagrams(1, 100)),
                () -> far.send(helloTo(near)),
                () -> far.send(ByteBuffer.allocate(1), Peer.of(near.localAddress())),
                () -> far.send(new Datagrams(1, 100)),
                () -> far.sendSegments(ByteBuffer.allocate(1), 1, Peer.of(near.localAddress())))) {
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(operation::run);
        }
        assertThat(far.incoming()).isEmpty();
        far.awaitClosed();
        try (var again = net.udp().bind(far.localAddress())) {
            assertThat(again.port()).isEqualTo(far.port());
        }
    }

    // 54
    @Test
    void theLoopOverWhatComesEndsWithTheClose() throws Exception {
        var heard = net.setup.async(() -> {
            var all = new ArrayList<ByteString>();
            for (var datagram : far.incoming()) {
                all.add(datagram.packet());
                if (all.size() == 3) {
                    near.close();
                }
            }
            return all;
        });
        for (int i = 0; i < 3; i++) {
            near.send(helloTo(far));
        }
        near.awaitClosed();
        far.close();
        assertThat(heard.get()).containsExactly(HELLO, HELLO, HELLO);
    }

    // 55
    @Test
    void aCancelIsToldToWhoeverAsksLater() throws Exception {
        var why = new IOException("nobody answers");
        far.cancel(why);
        far.cancel(new IOException("too late"));
        far.close();
        assertThat(far.closedCause()).isSameAs(why);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(far::receive)
                .withCause(why);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> far.incoming().iterator().hasNext())
                .withRootCauseInstanceOf(IOException.class)
                .havingRootCause()
                .isSameAs(why);
        far.awaitClosed();
    }

    // 56
    @Test
    void aConnectedSocketExchangesDatagramsWithItsPeerAlone() throws Exception {
        try (var socket = net.udp().connect("127.0.0.1", far.port(), o -> o.readTimeout(Eventually.PATIENCE))) {
            assertThat(socket.remoteAddress()).isEqualTo(far.localAddress());
            assertThat(near.remoteAddress()).isNull();
            socket.send(HELLO);
            var asked = far.receive();
            near.send(new Datagram(ByteString.fromUtf8("a stranger"), asked.address()));
            far.send(asked);
            assertThat(socket.receive()).isEqualTo(helloTo(far));
            socket.send(helloTo(far));
            socket.send(ByteBuffer.wrap(Net.noise(7)));
            assertThat(far.receive().packet()).isEqualTo(HELLO);
            assertThat(far.receive().packet()).isEqualTo(ByteString.copyOf(Net.noise(7)));
            assertThatIllegalStateException()
                    .isThrownBy(() -> socket.send(helloTo(near)))
                    .withMessageContaining("connected to " + Peer.of(far.localAddress()));
            assertThatIllegalStateException().isThrownBy(() -> near.send(HELLO)).withMessageContaining("not connected");
        }
    }

    // 56
    @Test
    void aConnectedSocketChoosesWhereItSendsFrom() throws Exception {
        try (var socket =
                net.udp().connect(far.localAddress(), o -> o.localAddress(new InetSocketAddress("127.0.0.2", 0)))) {
            socket.send(HELLO);
            assertThat(far.receive().address()).isEqualTo(socket.localAddress());
            assertThat(socket.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.2"));
            assertThat(socket).asString().contains("127.0.0.2:" + socket.port(), "to 127.0.0.1:" + far.port());
        }
    }

    @Test
    void aRefusalIsToldByTheNextOperationAndEndsNothing() throws Exception {
        int port = far.port();
        far.close();
        far.awaitClosed();
        try (var socket = net.udp().connect("127.0.0.1", port, o -> o.readTimeout(Eventually.PATIENCE))) {
            socket.send(HELLO);
            assertThatExceptionOfType(PortUnreachableException.class)
                    .isThrownBy(socket::receive)
                    .withMessageContaining("127.0.0.1:" + port);
            assertThat(socket.isClosed()).isFalse();
            try (var back = net.udp().bind("127.0.0.1", port, o -> o.readTimeout(Eventually.PATIENCE))) {
                socket.send(HELLO);
                back.send(back.receive());
                assertThat(socket.receive().packet()).isEqualTo(HELLO);
            }
        }
    }

    // 57
    @Test
    void whatIsLongerThanAnyDatagramIsRefusedAtTheCall() throws Exception {
        var tooLong = ByteString.zeros(65_536);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> near.send(new Datagram(tooLong, far.localAddress())))
                .withMessageContaining("65536 bytes");
        var buffer = ByteBuffer.allocate(65_508);
        assertThatIllegalArgumentException().isThrownBy(() -> near.send(buffer, Peer.of(far.localAddress())));
        assertThat(buffer.position()).isZero();
        near.send(helloTo(far));
        assertHello(near, far);
    }

    // 58
    @Test
    void theAddressOfASenderHasNoName() throws Exception {
        near.send(helloTo(far));
        var address = far.receive().address();
        assertThat(address).hasToString("/127.0.0.1:" + near.port()); // a name would stand before the slash
        assertThat(far.localAddress().toString()).startsWith("/127.0.0.1:");
    }

    @Test
    void whatHasNoRoomIsCutOffAndItsWholeLengthIsTold() throws Exception {
        var sender = new Peer();
        for (var room : new ByteBuffer[] {ByteBuffer.allocate(3), ByteBuffer.allocateDirect(3)}) {
            near.send(helloTo(far));
            near.send(new Datagram(ByteString.of(1), far.localAddress()));
            assertThat(far.receive(room, sender)).isEqualTo(5);
            assertThat(ByteString.copyOf(room.flip())).isEqualTo(ByteString.fromUtf8("hel"));
            assertThat(sender).isEqualTo(Peer.of(near.localAddress()));
            assertThat(far.receive(room.clear(), sender)).isEqualTo(1);
        }
    }

    @Test
    void batchesAreSentWholeAndReceivedInPieces() throws Exception {
        var sent = new Datagrams(16, 1024);
        var to = Peer.of(far.localAddress());
        for (int i = 0; i < 100; i++) {
            assertThat(sent.add(ByteString.fromUtf8("number " + i), to)).isTrue();
        }
        near.send(sent);
        assertThat(sent.remaining()).isZero();
        var received = new Datagrams(8, 1024);
        var all = new ArrayList<String>();
        while (all.size() < 100) {
            int n = far.receive(received, Eventually.PATIENCE);
            assertThat(n).isPositive().isEqualTo(received.size());
            for (int i = 0; i < n; i++) {
                assertThat(received.peer(i).toSocketAddress()).isEqualTo(near.localAddress());
                all.add(ByteString.copyOf(received.bytes(i)).utf8());
            }
        }
        assertThat(all).first().isEqualTo("number 0");
        assertThat(all).last().isEqualTo("number 99");
    }

    @Test
    void segmentsLeaveAsDatagrams() throws Exception {
        near.sendSegments(ByteBuffer.wrap(Net.noise(2_500)), 1000, Peer.of(far.localAddress()));
        var parts = List.of(
                far.receive().packet(), far.receive().packet(), far.receive().packet());
        assertThat(parts).extracting(ByteString::size).containsExactly(1000, 1000, 500);
        assertThat(ByteString.concat(parts)).isEqualTo(ByteString.copyOf(Net.noise(2_500)));
    }

    @Test
    void aSocketForClientsNeedsNoAddress() throws Exception {
        try (var client = net.udp().bind(o -> o.readTimeout(Eventually.PATIENCE));
                var plain = net.udp().bind()) {
            assertThat(client.port()).isPositive();
            assertThat(plain.port()).isPositive();
            client.send(helloTo(far));
            var asked = far.receive();
            assertThat(asked.address()).isEqualTo(new InetSocketAddress(Net.LOOPBACK, client.port()));
            far.send(asked);
            assertHello(far, client);
        }
    }

    @Test
    void optionsAreSetBeforeTheSocketIsBound() throws Exception {
        var on = NetworkInterface.getByInetAddress(Net.LOOPBACK);
        try (var socket = net.udp()
                .bind(
                        "127.0.0.1",
                        0,
                        o -> o.typeOfService(0x10)
                                .broadcast(true)
                                .sendBufferSize(20_000)
                                .receiveBufferSize(20_000)
                                .reuseAddress(true)
                                .reusePort(true)
                                .multicastInterface(on)
                                .multicastTimeToLive(0)
                                .multicastLoop(false))) {
            assertThat(socket.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
            assertThat(socket.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
            assertThat(socket.getOption(StandardSocketOptions.SO_SNDBUF)).isGreaterThanOrEqualTo(20_000);
            assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(20_000, 100_000);
            assertThat(socket.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isEqualTo(on);
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isZero();
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP))
                    .isFalse();
            socket.setOption(StandardSocketOptions.IP_TOS, 0x08);
            assertThat(socket.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x08);
            try (var shares = net.udp().bind(socket.localAddress(), o -> o.reusePort(true))) {
                assertThat(shares.port()).isEqualTo(socket.port());
            }
        }
    }

    @Test
    void optionsThatMakeNoSenseAreRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> UdpOptions.DEFAULT.readTimeout(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> UdpOptions.DEFAULT.receiveBufferSize(0));
        int before = net.selector.reactor().openSockets();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> net.udp().bind(o -> o.option(StandardSocketOptions.TCP_NODELAY, true)));
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> net.udp().bind(near.localAddress()))
                .withMessageContaining("[X-201]");
        assertThatIllegalArgumentException().isThrownBy(() -> net.udp().connect("127.0.0.1", 0));
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.udp().connect("no-such-host.invalid", 1))
                .withMessageContaining("[X-302]");
        assertThat(net.selector.reactor().openSockets()).isEqualTo(before);
    }

    @Test
    void whatFindsNoRoomIsDroppedAndCounted() throws Exception {
        try (var small = net.udp().bind("127.0.0.1", 0, o -> o.receiveBufferSize(5_000))) {
            for (int i = 0; i < 100; i++) {
                near.send(new Datagram(ByteString.zeros(1000), small.localAddress()));
            }
            assertThat(small.receive(Eventually.PATIENCE).packet().size()).isEqualTo(1000);
            if (net.setup.isLinux()) {
                while (small.dropped() == 0) { // a busy system may deliver the others a little later
                    assertThat(small.receive(Eventually.PATIENCE).packet().size())
                            .isEqualTo(1000);
                }
            } else {
                assertThat(small.dropped()).isEqualTo(-1);
            }
        }
    }

    /// An interface on which the JDK hears its own group; the time to live is 0, so that no packet leaves the
    /// machine.
    @Test
    void aMemberHearsTheGroupUntilItLeaves() throws Exception {
        var group = InetAddress.ofLiteral("239.255.77.3");
        var on = multicastInterface(group);
        try (var member = net.udp().bind("0.0.0.0", 0);
                var sender = net.udp().bind(o -> o.multicastInterface(on).multicastTimeToLive(0))) {
            var hello = new Datagram(HELLO, new InetSocketAddress(group, member.port()));
            var membership = member.join(group, on);
            sender.send(hello);
            assertThat(member.receive(Eventually.PATIENCE).packet()).isEqualTo(HELLO);
            membership.close();
            sender.send(hello);
            assertThatExceptionOfType(java.net.SocketTimeoutException.class)
                    .isThrownBy(() -> member.receive(Duration.ZERO));
            var source = on.inetAddresses()
                    .filter(java.net.Inet4Address.class::isInstance)
                    .findFirst();
            try (var own = member.join(group, on, source.orElseThrow())) {
                assertThat(own.source()).isEqualTo(source.orElseThrow());
                sender.send(hello);
                assertThat(member.receive(Eventually.PATIENCE).packet()).isEqualTo(HELLO);
            }
        }
    }

    private NetworkInterface multicastInterface(InetAddress group) throws IOException {
        var failures = new ArrayList<String>();
        for (var on : NetworkInterface.networkInterfaces().toList()) {
            String why = impossible(group, on);
            if (why == null) {
                return on;
            }
            failures.add(on.getName() + ": " + why);
        }
        System.out.println("SKIPPED multicast on " + net.setup + ": " + failures);
        return abort("no multicast");
    }

    private static @Nullable String impossible(InetAddress group, NetworkInterface on) {
        try (var socket = new MulticastSocket(0)) {
            var address = new InetSocketAddress(group, socket.getLocalPort());
            socket.setNetworkInterface(on);
            socket.setTimeToLive(0);
            socket.joinGroup(address, on);
            socket.setSoTimeout((int) Duration.ofSeconds(2).toMillis());
            socket.send(new DatagramPacket(new byte[1], 1, address));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
