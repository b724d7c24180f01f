package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// IPv4, IPv6, both at once, and paths.
@EveryTransport
class AddressTest {
    private final Net net;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    AddressTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static InetSocketAddress at(String ip) {
        return new InetSocketAddress(Net.ip(ip), 0);
    }

    private void assertEchoes(SocketAddress address) throws IOException {
        var pair = net.pair(address);
        Blocking.write(pair.near(), "there".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.far(), 5)).asString().isEqualTo("there");
        Blocking.write(pair.far(), "back".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.near(), 4)).asString().isEqualTo("back");
        pair.near().close();
        assertThat(Blocking.read(pair.far(), ByteBuffer.allocate(1))).isEqualTo(END);
    }

    @Test
    void ipv4() throws Exception {
        assertEchoes(at("127.0.0.1"));
        assertEchoes(at("127.0.0.9"));
    }

    @Test
    void ipv6() throws Exception {
        assertEchoes(at("::1"));
        var pair = net.pair(at("::1"));
        assertThat(((InetSocketAddress) pair.far().remoteAddress()).getAddress())
                .isEqualTo(Net.ip("::1"));
        assertThat(pair.near().localAddress()).isEqualTo(pair.far().remoteAddress());
    }

    @Test
    void theSystemChoosesAPortForZero() throws Exception {
        try (var listener = net.listen(at("127.0.0.1"))) {
            assertThat(((InetSocketAddress) listener.localAddress()).getPort()).isPositive();
        }
    }

    @Test
    void aWildcardIpv6ListenerTakesBothFamilies() throws Exception {
        try (var listener = net.listen(at("::"))) {
            var address = (InetSocketAddress) listener.localAddress();
            assertThat(address.getAddress()).isInstanceOf(Inet6Address.class);
            assertThat(address.getAddress().isAnyLocalAddress()).isTrue();
            for (var ip : new String[] {"127.0.0.1", "::1"}) {
                var near = Blocking.result(net.connect(new InetSocketAddress(Net.ip(ip), address.getPort())));
                var far = Blocking.accept(listener);
                assertThat(((InetSocketAddress) far.remoteAddress()).getAddress())
                        .isEqualTo(Net.ip(ip));
                assertThat(far.remoteAddress()).isEqualTo(near.localAddress());
                assertThat(far.localAddress()).isEqualTo(near.remoteAddress());
            }
        }
    }

    @Test
    void aWildcardIpv4ListenerTakesIpv4Only() throws Exception {
        try (var listener = net.listen(at("0.0.0.0"))) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            Blocking.result(net.connect(new InetSocketAddress(Net.ip("127.0.0.1"), port)));
            assertThatIOException()
                    .isThrownBy(() -> Blocking.result(net.connect(new InetSocketAddress(Net.ip("::1"), port))))
                    .withMessageContaining("refused");
        }
    }

    @Test
    void aPath() throws Exception {
        var address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (var listener = net.listen(address)) {
            assertThat(listener.localAddress()).isEqualTo(address);
            var near = Blocking.result(net.connect(address));
            var far = Blocking.accept(listener);
            assertThat(near.remoteAddress()).isEqualTo(address);
            assertThat(far.localAddress()).isEqualTo(address);
            assertThat(far.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
            assertThat(near.localAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
            var sent = Net.noise(3_000_000);
            var received = Eventually.async(() -> Blocking.readToEnd(far));
            Blocking.write(near, sent);
            near.shutdownOutput();
            assertThat(Eventually.get(received)).isEqualTo(sent);
            Blocking.write(far, "still open".getBytes(UTF_8));
            assertThat(Blocking.readExactly(near, 10)).asString().isEqualTo("still open");
            far.close();
            assertThat(Blocking.read(near, ByteBuffer.allocate(1))).isEqualTo(END);
        }
        assertThat(Files.exists(address.getPath())).as("its owner removes it").isTrue();
    }

    @Test
    void aPathIsPartOfTheFailure() throws Exception {
        var pair = net.pair(UnixDomainSocketAddress.of(directory.resolve("socket")));
        pair.far().close();
        assertThat(Blocking.read(pair.near(), ByteBuffer.allocate(1))).isEqualTo(END);
        assertThatIOException()
                .isThrownBy(() -> {
                    while (true) { // on java.nio the peer's descriptor goes a little later
                        Blocking.write(pair.near(), new byte[1]);
                    }
                })
                .withMessageContainingAll("write on (unnamed) -> " + directory.resolve("socket"), "roken pipe");
    }

    /// F68.
    @Test
    void aPathThatIsTooLongIsRefusedAsSuch() {
        var address = UnixDomainSocketAddress.of(directory.resolve("x".repeat(120)));
        assertThatIOException()
                .isThrownBy(() -> net.listen(address))
                .withMessageStartingWith("listen on " + address)
                .withMessageContaining("long");
        assertThatIOException()
                .isThrownBy(() -> Blocking.result(net.connect(address)))
                .withMessageStartingWith("connect to " + address)
                .withMessageContaining("long");
        assertThat(net.reactor.openSockets()).isZero();
    }

    @Test
    void aPathThatCannotBeIsTold() throws Exception {
        var missing = UnixDomainSocketAddress.of(directory.resolve("missing").resolve("socket"));
        assertThatIOException()
                .isThrownBy(() -> net.listen(missing))
                .withMessageContainingAll("listen on " + missing, "o such file");
        assertThatIOException()
                .isThrownBy(() -> Blocking.result(net.connect(missing)))
                .withMessageContainingAll("connect to " + missing, "o such file");

        var taken = UnixDomainSocketAddress.of(Files.createFile(directory.resolve("taken")));
        assertThatIOException()
                .isThrownBy(() -> net.listen(taken))
                .withMessageContainingAll("listen on " + taken, "in use");
        assertThatIOException()
                .isThrownBy(() -> Blocking.result(net.connect(taken)))
                .withMessageContainingAll("connect to " + taken, "refused");
        assertThat(net.reactor.openSockets()).isZero();
    }

    /// A queue that is full is not an answer of the peer.
    @Test
    void aPathWhoseQueueIsFullDoesNotPretendToBeConnected() throws Exception {
        var address = UnixDomainSocketAddress.of(directory.resolve("full"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address, 1);
            for (int i = 0; i < 10; i++) {
                var connect = net.connect(address);
                try {
                    var connected = Blocking.result(connect);
                    assertThat(connected.write(ByteBuffer.allocate(1))).isEqualTo(1);
                } catch (SocketException e) {
                    assertThat(e).hasMessageStartingWith("connect to " + address);
                }
            }
        }
    }

    @Test
    void aPeerOfTheJdkIsAPeerLikeAnyOther() throws Exception {
        try (var listener = net.listen(at("::"));
                var peer = new Socket()) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            peer.connect(new InetSocketAddress(Net.ip("127.0.0.1"), port));
            var near = Blocking.accept(listener);
            peer.getOutputStream().write(7);
            assertThat(Blocking.readExactly(near, 1)).containsExactly(7);
        }
    }
}
