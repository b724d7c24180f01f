package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.net.BindException;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashSet;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Options of datagram sockets are set, and read back from the system.
@EveryTransport
class DatagramOptionsTest {
    private static final NetworkInterface LOOPBACK = loopback();

    private static final Map<SocketOption<?>, Object> VALUES = Map.ofEntries(
            Map.entry(StandardSocketOptions.SO_SNDBUF, 20_000),
            Map.entry(StandardSocketOptions.SO_RCVBUF, 20_000),
            Map.entry(StandardSocketOptions.SO_REUSEADDR, true),
            Map.entry(StandardSocketOptions.SO_REUSEPORT, true),
            Map.entry(StandardSocketOptions.SO_BROADCAST, true),
            Map.entry(StandardSocketOptions.IP_TOS, 0x10),
            Map.entry(StandardSocketOptions.IP_MULTICAST_IF, LOOPBACK),
            Map.entry(StandardSocketOptions.IP_MULTICAST_TTL, 0),
            Map.entry(StandardSocketOptions.IP_MULTICAST_LOOP, false),
            Map.entry(ExtendedSocketOptions.IP_DONTFRAGMENT, true),
            Map.entry(MoreSocketOptions.IP_TTL, 9));

    private final Net net;

    DatagramOptionsTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static NetworkInterface loopback() {
        try {
            return NetworkInterface.getByInetAddress(Net.ip("127.0.0.1"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> void assertKept(DatagramSocket socket, SocketOption<T> option) throws Exception {
        T value = option.type().cast(VALUES.get(option));
        socket.setOption(option, value);
        boolean buffer = option == StandardSocketOptions.SO_SNDBUF || option == StandardSocketOptions.SO_RCVBUF;
        if (buffer) { // the system may give more
            assertThat((Integer) socket.getOption(option)).isGreaterThanOrEqualTo((Integer) value);
        } else {
            assertThat(socket.getOption(option)).as(option.name()).isEqualTo(value);
        }
    }

    @Test
    void everyOptionThatASocketHasKeepsItsValue() throws Exception {
        for (var ip : new String[] {"127.0.0.1", "::1", "0.0.0.0", "::"}) {
            try (var socket = net.datagram(Net.at(ip, 0))) {
                int tried = 0;
                for (var option : VALUES.keySet()) {
                    if (socket.supportedOptions().contains(option)) {
                        assertKept(socket, option);
                        tried++;
                    }
                }
                assertThat(tried).isGreaterThanOrEqualTo(9);
            }
        }
    }

    @Test
    void theOptionsOfATransportAreKnownToThisTest() throws Exception {
        var known = new HashSet<SocketOption<?>>(VALUES.keySet());
        known.add(MoreSocketOptions.IPV6_V6ONLY); // before binding only
        known.add(MoreSocketOptions.SO_BINDTODEVICE); // needs a device
        known.add(ExtendedSocketOptions.SO_INCOMING_NAPI_ID); // read only
        try (var socket = net.reactor.datagram(null, Options.none())) {
            assertThat(known).containsAll(socket.supportedOptions());
            if (net.setup.transport().name().equals("linux")) {
                assertThat(socket.supportedOptions()).containsAll(VALUES.keySet());
            }
        }
    }

    @Test
    void anOptionThatDatagramsLackIsToldWithBothNames() throws Exception {
        try (var socket = net.datagram()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> socket.getOption(StandardSocketOptions.TCP_NODELAY))
                    .withMessageContainingAll(net.setup.transport().name(), "TCP_NODELAY");
        }
    }

    @Test
    void aValueThatIsNotValidIsRefused() throws Exception {
        try (var socket = net.datagram()) {
            for (var option : VALUES.keySet()) {
                if (option.type() == Integer.class && option != StandardSocketOptions.IP_TOS) {
                    assertRefused(socket, option);
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static void assertRefused(DatagramSocket socket, SocketOption<?> option) {
        if (socket.supportedOptions().contains(option)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(option.name())
                    .isThrownBy(() -> socket.setOption((SocketOption<Integer>) option, -1));
        }
    }

    @Test
    void optionsAreSetBeforeTheSocketIsBound() throws Exception {
        var shared = Options.none().with(StandardSocketOptions.SO_REUSEPORT, true);
        try (var first = net.reactor.datagram(Net.loopback(), shared);
                var second = net.reactor.datagram(first.localAddress(), shared)) {
            assertThat(second.localAddress()).isEqualTo(first.localAddress());
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> net.reactor.datagram(first.localAddress(), Options.none()));
        }
    }

    /// F37.
    @Test
    void whatMayNotBeCutOnItsWayIsRefusedAndNothingIsSent() throws Exception {
        var whole = Options.none().with(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
        try (var sender = net.reactor.datagram(Net.loopback(), whole);
                var receiver = net.datagram()) {
            // More than loopback's 65,536 bytes with headers no datagram has; a route of its own would be needed.
            int mtu = LOOPBACK.getMTU();
            int most = Math.min(65_507, mtu - 28);
            var to = Net.peer(receiver);
            assertThat(sender.send(ByteString.zeros(most), to)).isEqualTo(most);
            assertThat(Blocking.receive(receiver)).hasSize(most);
            if (most < 65_507) {
                assertThatIOException().isThrownBy(() -> sender.send(ByteString.zeros(most + 1), to));
            }
            assertThat(sender.send(ByteString.fromUtf8("hello"), Peer.of(to.toSocketAddress())))
                    .isEqualTo(5);
            assertThat(Blocking.receive(receiver)).asString().isEqualTo("hello");
        }
    }
}
