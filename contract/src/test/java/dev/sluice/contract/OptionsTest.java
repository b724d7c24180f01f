package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.StreamSocket;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Options are set, and read back from the system.
@EveryTransport
class OptionsTest {
    private static final Map<SocketOption<?>, Object> VALUES = Map.ofEntries(
            Map.entry(StandardSocketOptions.SO_KEEPALIVE, true),
            Map.entry(MoreSocketOptions.SO_OOBINLINE, true),
            Map.entry(StandardSocketOptions.SO_REUSEADDR, true),
            Map.entry(StandardSocketOptions.SO_REUSEPORT, true),
            Map.entry(StandardSocketOptions.SO_LINGER, 7),
            Map.entry(StandardSocketOptions.SO_SNDBUF, 20_000),
            Map.entry(StandardSocketOptions.SO_RCVBUF, 20_000),
            Map.entry(StandardSocketOptions.TCP_NODELAY, false),
            Map.entry(StandardSocketOptions.IP_TOS, 0x10),
            Map.entry(ExtendedSocketOptions.TCP_KEEPIDLE, 77),
            Map.entry(ExtendedSocketOptions.TCP_KEEPINTERVAL, 7),
            Map.entry(ExtendedSocketOptions.TCP_KEEPCOUNT, 5),
            Map.entry(ExtendedSocketOptions.TCP_QUICKACK, false),
            Map.entry(MoreSocketOptions.TCP_USER_TIMEOUT, 7000),
            Map.entry(MoreSocketOptions.TCP_CORK, true),
            Map.entry(MoreSocketOptions.TCP_NOTSENT_LOWAT, 10_000),
            Map.entry(MoreSocketOptions.IP_TTL, 9));

    private final Net net;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    OptionsTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private <T> void assertKept(StreamSocket socket, SocketOption<T> option) throws Exception {
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
        for (var ip : new String[] {"127.0.0.1", "::1"}) {
            var pair = net.pair(new InetSocketAddress(Net.ip(ip), 0));
            int tried = 0;
            for (var option : VALUES.keySet()) {
                if (pair.near().supportedOptions().contains(option)) {
                    assertKept(pair.near(), option);
                    assertKept(pair.far(), option);
                    tried++;
                }
            }
            assertThat(tried).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void theOptionsOfATransportAreKnownToThisTest() throws Exception {
        var known = new HashSet<SocketOption<?>>(VALUES.keySet());
        known.add(MoreSocketOptions.IPV6_V6ONLY); // before binding only
        known.add(MoreSocketOptions.SO_BINDTODEVICE); // needs a device
        known.add(ExtendedSocketOptions.SO_INCOMING_NAPI_ID); // read only
        var pair = net.pair(new InetSocketAddress(Net.ip("::1"), 0));
        assertThat(known).containsAll(pair.near().supportedOptions());
        if (net.setup.transport().name().equals("linux")) {
            assertThat(pair.near().supportedOptions()).containsAll(VALUES.keySet());
        }
    }

    @Test
    void lingerCanBeTurnedOff() throws Exception {
        var pair = net.pair();
        pair.near().setOption(StandardSocketOptions.SO_LINGER, 0);
        assertThat(pair.near().getOption(StandardSocketOptions.SO_LINGER)).isZero();
        pair.near().setOption(StandardSocketOptions.SO_LINGER, -1);
        assertThat(pair.near().getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
    }

    @Test
    void anOptionThatTheTransportLacksIsToldWithBothNames() throws Exception {
        var pair = net.pair();
        for (SocketOption<?> option :
                new SocketOption<?>[] {StandardSocketOptions.IP_MULTICAST_TTL, MoreSocketOptions.IPV6_V6ONLY}) {
            assertThat(pair.near().supportedOptions()).doesNotContain(option);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> pair.near().getOption(option))
                    .withMessageContainingAll(net.setup.transport().name(), option.name());
        }
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> pair.near().setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                .withMessageContainingAll(net.setup.transport().name(), "IP_MULTICAST_TTL");
    }

    @Test
    void aValueThatIsNotValidIsRefused() throws Exception {
        var pair = net.pair();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> pair.near().setOption(StandardSocketOptions.SO_SNDBUF, -1));
        assertThat(pair.near().isOpen()).isTrue();
    }

    @Test
    void anIpv6ListenerCanRefuseIpv4() throws Exception {
        var options = Options.none().with(MoreSocketOptions.IPV6_V6ONLY, true);
        var any = new InetSocketAddress(Net.ip("::"), 0);
        if (net.setup.transport().name().equals("nio")) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> net.reactor.listen(any, 1, options, Options.none()))
                    .withMessageContainingAll("nio", "IPV6_V6ONLY");
            return;
        }
        try (var listener = net.reactor.listen(any, 1, options, Options.none())) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            Blocking.result(net.connect(new InetSocketAddress(Net.ip("::1"), port)))
                    .close();
            var refused = net.connect(new InetSocketAddress(Net.ip("127.0.0.1"), port));
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> Blocking.result(refused));
        }
    }

    @Test
    void twoListenersMayShareAPortIfBothSaySo() throws Exception {
        var options = Options.none().with(StandardSocketOptions.SO_REUSEPORT, true);
        try (var first = net.reactor.listen(Net.loopback(), 1, options, Options.none());
                var second = net.reactor.listen(first.localAddress(), 1, options, Options.none())) {
            assertThat(second.localAddress()).isEqualTo(first.localAddress());
        }
    }

    @Test
    void aPathHasOptionsOfItsOwn() throws Exception {
        var address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        var pair = net.pair(address);
        assertThat(pair.near().supportedOptions()).doesNotContain(StandardSocketOptions.TCP_NODELAY);
        assertKept(pair.near(), StandardSocketOptions.SO_SNDBUF);
        assertKept(pair.far(), StandardSocketOptions.SO_RCVBUF);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> pair.near().setOption(StandardSocketOptions.TCP_NODELAY, true))
                .withMessageContaining("TCP_NODELAY");
    }

    @Test
    void optionsOfAnAttemptAreThoseOfTheConnection() throws Exception {
        try (var listener = net.listen()) {
            var options = Options.none()
                    .with(StandardSocketOptions.TCP_NODELAY, false)
                    .with(StandardSocketOptions.SO_RCVBUF, 30_000);
            var near = Blocking.result(net.reactor.connect(listener.localAddress(), null, options, Duration.ZERO));
            assertThat(near.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            assertThat(near.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(30_000);
        }
    }
}
