package dev.sluice.futures;

import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.reactor.UnixName;
import dev.sluice.testing.BlackHole;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections are made, or are not; checklist items 1-6 and 12-14.
@EveryTransport
@Timeout(60)
class ConnectTest {
    private final Net net;

    ConnectTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Items 1 and 2.
    @Test
    void bothEndsKnowEachOthersAddress() throws Exception {
        for (var host : new String[] {"127.0.0.1", "::1"}) {
            var ip = InetAddress.ofLiteral(host);
            try (var listener = net.tcp().bind(new InetSocketAddress(ip, 0)).listen()) {
                assertThat(listener.localAddress().getPort()).isPositive();
                var near = get(net.tcp()
                        .connect(InetSocketAddress.createUnresolved(
                                host, listener.localAddress().getPort())));
                var far = get(listener.accept());
                assertThat(near.remoteAddress()).isEqualTo(listener.localAddress());
                assertThat(near.localAddress()).isEqualTo(far.remoteAddress());
                assertThat(far.localAddress()).isEqualTo(near.remoteAddress());
            }
        }
    }

    /// Item 2.
    @Test
    void aNameIsResolvedAndItsAddressesTried() throws Exception {
        try (var listener = net.listen()) { // localhost may be ::1 first, where nobody listens
            SocketAddress byName = InetSocketAddress.createUnresolved(
                    "localhost", listener.localAddress().getPort());
            var near = get(net.tcp().connect(byName));
            assertThat(near.remoteAddress()).isEqualTo(listener.localAddress());
        }
        try (var byName = net.tcp()
                .bind(InetSocketAddress.createUnresolved("localhost", 0))
                .listen()) {
            assertThat(byName.localAddress().getAddress().isLoopbackAddress()).isTrue();
        }
    }

    /// Item 3.
    @Test
    void aNameWithoutAddressesIsToldByName() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> get(net.tcp().connect(InetSocketAddress.createUnresolved("no.such.host.invalid", 1))))
                .withMessageContaining("no.such.host.invalid");
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.tcp()
                        .bind(InetSocketAddress.createUnresolved("no.such.host.invalid", 1))
                        .listen())
                .withMessageContaining("no.such.host.invalid");
    }

    /// Item 4.
    @Test
    void aClosedPortRefuses() throws Exception {
        try (var bound = new java.net.Socket()) {
            bound.bind(Net.loopback()); // and does not listen: nobody else can take the port
            var closed = bound.getLocalSocketAddress();
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> get(net.tcp().connect(closed)))
                    .withMessageContaining(String.valueOf(bound.getLocalPort()));
            var task = net.start(net.tcp().connect(closed));
            assertThatExceptionOfType(ConnectException.class).isThrownBy(task::await);
        }
    }

    /// Items 5 and 31.
    @Test
    void zeroLingerResetsAndThePeerIsToldWhereItReadsOrWaits() throws Exception {
        for (boolean waits : new boolean[] {true, false}) {
            var pair = net.pair();
            pair.far().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.far().close();
            if (waits) {
                get(pair.near().readable());
            }
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> get(Net.read(pair.near(), 1)))
                    .withMessageContaining("reset");
        }
    }

    /// Item 6.
    @Test
    void aConnectThatIsNotPolledMakesNoSocket() throws Exception {
        try (var listener = net.listen()) {
            int before = net.reactor.openSockets();
            var connect = net.tcp().connect(listener.localAddress());
            var accept = listener.accept();
            assertThat(net.reactor.openSockets()).isEqualTo(before);
            assertThat(accept.poll(new Polling().cx).isReady()).isFalse();
            accept.abandon();
            assertThat(get(connect).isOpen()).isTrue();
        }
    }

    /// Item 12.
    @Test
    void bindBeforeConnectChoosesTheLocalAddress() throws Exception {
        try (var listener = net.listen()) {
            var local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0);
            var near = get(net.tcp().bind(local).connect(listener.localAddress()));
            assertThat(near.localAddress())
                    .isInstanceOfSatisfying(
                            InetSocketAddress.class,
                            at -> assertThat(at.getAddress()).isEqualTo(local.getAddress()));
            assertThat(get(listener.accept()).remoteAddress()).isEqualTo(near.localAddress());
        }
    }

    /// Item 12.
    @Test
    void optionsCanBeReadBack() throws Exception {
        var near = net.pair(net.tcp()
                        .noDelay(false)
                        .keepAlive(Duration.ofSeconds(7), Duration.ofSeconds(3), 2)
                        .lingerSeconds(5)
                        .sendBufferSize(64 * 1024)
                        .receiveBufferSize(64 * 1024)
                        .typeOfService(0x10))
                .near();
        assertThat(near.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
        assertThat(near.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(near.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(7);
        assertThat(near.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(3);
        assertThat(near.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(2);
        assertThat(near.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(5);
        assertThat(near.getOption(StandardSocketOptions.SO_SNDBUF)).isGreaterThanOrEqualTo(64 * 1024);
        assertThat(near.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(64 * 1024);
        assertThat(near.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
        near.abort();
        var plain = net.pair();
        assertThat(plain.near().getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(plain.far().getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
    }

    @Test
    void acceptedConnectionsHaveTheirOptions() throws Exception {
        try (var listener = net.tcp()
                .acceptedOption(StandardSocketOptions.SO_KEEPALIVE, true)
                .bind(Net.loopback())
                .listen()) {
            net.connect(listener);
            assertThat(get(listener.accept()).getOption(StandardSocketOptions.SO_KEEPALIVE))
                    .isTrue();
        }
    }

    /// Item 81.
    @Test
    void theWrongKindOfUseSaysWhatToUseInstead() {
        var path = UnixDomainSocketAddress.of("/tmp/x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.tcp().bind(path))
                .withMessageContaining("bind of a TCP socket")
                .withMessageContaining("UnixListener.bind");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.tcp().connect(path))
                .withMessageContaining("connect of a TCP socket")
                .withMessageContaining("UnixStream.connect");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.tcp().connect(UnixName.of("x")))
                .withMessageContainingAll("connect of a TCP socket cannot take @x", "UnixStream.connect");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UnixListener.bind(Net.loopback()))
                .withMessageContainingAll("bind of a Unix socket cannot take", "127.0.0.1", "TcpListener.bind");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UnixStream.connect(Net.loopback()))
                .withMessageContainingAll("connect of a Unix socket cannot take", "127.0.0.1", "TcpStream.connect");
        assertThatIllegalStateException().isThrownBy(net.tcp()::listen).withMessageContaining("call bind first");
    }

    /// Item 14.
    @Test
    void withoutAReactorTheSharedOneIsUsed() throws Exception {
        try (var listener = TcpListener.bind("127.0.0.1", 0)) {
            var near =
                    get(TcpStream.connect("127.0.0.1", listener.localAddress().getPort()));
            assertThat(near.loop().reactor()).isSameAs(Reactor.shared());
            assertThat(listener.loop().reactor()).isSameAs(Reactor.shared());
            near.abort();
            get(listener.accept()).abort();
        }
    }

    /// Item 14.
    @Test
    void insideATaskTheReactorIsTheTasksOwn() throws Exception {
        var loop = net.reactor.nextLoop();
        var listener = PollFuture.lazy(() -> PollFuture.ready(TcpListener.bind("127.0.0.1", 0)))
                .spawnOn(loop)
                .await();
        assertThat(listener.loop().reactor()).isSameAs(net.reactor);
        var near = TcpStream.connect(listener.localAddress()).spawnOn(loop).await();
        assertThat(near.loop()).isSameAs(loop);
    }

    @Test
    void aConnectThatIsTooSlowIsGivenUpAndItsDescriptorClosed() throws Exception {
        try (var hole = new BlackHole()) {
            var before = Net.openSockets();
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> net.tcp()
                            .connect(hole.address())
                            .within(Duration.ofMillis(20))
                            .await());
            Eventually.until("the descriptor is closed", () -> net.reactor.openSockets() == 0);
            Eventually.until("and back with the system", () -> before.containsAll(Net.openSockets()));
        }
    }

    @Test
    void aConnectThatIsCancelledClosesItsDescriptor() throws Exception {
        try (var hole = new BlackHole()) {
            var task = net.start(net.tcp().connect(hole.address()));
            Eventually.until("it is under way", () -> net.reactor.openSockets() == 1);
            assertThat(task.cancel()).isTrue();
            Eventually.until("the descriptor is closed", () -> net.reactor.openSockets() == 0);
        }
    }

    /// Item 88.
    @Test
    void aConnectUnderWayIsToldThatTheReactorIsClosed() throws Exception {
        try (var hole = new BlackHole()) {
            var connect = net.tcp().connect(hole.address());
            var polling = new Polling();
            assertThat(polling.cx.poll(connect).isReady()).isFalse();
            net.reactor.close();
            polling.awaitWake();
            assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(() -> polling.cx.poll(connect));
            assertThatIOException()
                    .isThrownBy(() -> get(net.tcp().connect(hole.address())))
                    .isInstanceOf(ReactorClosedException.class);
        }
    }

    /// Item 33.
    @Test
    void closingWithInputThatWasNotReadResets() throws Exception {
        try (var outside = net.outside()) {
            outside.send("unread");
            get(outside.near().readable());
            outside.near().close();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
                int end = outside.peer().getInputStream().read();
                assertThat(net.setup.isLinux())
                        .as("the JDK ends the output first")
                        .isFalse();
                while (end < 0) {
                    outside.peer().getOutputStream().write(1);
                }
            });
        }
    }

    /// Item 32.
    @Test
    void aPositiveLingerDelivers() throws Exception {
        var pair = net.pair(net.tcp().lingerSeconds(5));
        assertThat(pair.near().tryWrite(ByteBuffer.wrap(new byte[1000]))).isEqualTo(1000);
        pair.near().close();
        assertThat(get(Net.readToEnd(pair.far()))).hasSize(1000);
    }

    /// Item 32. The peer does not read before the close, which waits for it.
    @Test
    void aPositiveLingerDeliversToAPeerThatReadsLate() throws Exception {
        var pair = net.pair(net.tcp().lingerSeconds(5));
        var piece = ByteBuffer.wrap(Net.noise(64 * 1024));
        int sent = 0;
        for (int n; (n = pair.near().tryWrite(piece.clear())) != AsyncIo.PENDING; ) {
            sent += n;
        }
        var closing = Eventually.async(() -> {
            pair.near().close();
            return true;
        });
        Eventually.until("it is closed", () -> !pair.near().isOpen());
        assertThat(get(Net.readToEnd(pair.far()))).hasSize(sent);
        assertThat(Eventually.get(closing)).isTrue();
    }

    /// Listens at `ip`, at a port that nobody has at `other`.
    private TcpListener listen(InetAddress ip, InetAddress other) throws IOException {
        while (true) {
            var listener = net.tcp().bind(new InetSocketAddress(ip, 0)).listen();
            try (var _ = new ServerSocket(listener.localAddress().getPort(), 1, other)) {
                return listener;
            } catch (BindException _) {
                listener.close();
            }
        }
    }

    /// Item 3. `two.test` is 127.0.0.2 and 127.0.0.3, see `src/test/hosts`.
    @Test
    void eachAddressOfANameIsTriedAndTold() throws Exception {
        var first = InetAddress.ofLiteral("127.0.0.2");
        var second = InetAddress.ofLiteral("127.0.0.3");
        try (var listener = listen(second, first)) {
            int port = listener.localAddress().getPort();
            var name = InetSocketAddress.createUnresolved("two.test", port);
            try (var near = get(net.tcp().connect(name))) {
                assertThat(near.remoteAddress()).isEqualTo(listener.localAddress());
            }
            try (var other = net.tcp().bind(name).listen()) {
                assertThat(other.localAddress()).isEqualTo(new InetSocketAddress(first, port));
                assertThatExceptionOfType(BindException.class)
                        .isThrownBy(() -> net.tcp().bind(name).listen())
                        .withMessageContaining(port + " on 127.0.0.3")
                        .satisfies(e -> assertThat(e.getSuppressed())
                                .singleElement()
                                .asString()
                                .contains(port + " on 127.0.0.2"));
            }
            try (var other = listen(first, second)) {
                int taken = other.localAddress().getPort();
                var next = InetSocketAddress.createUnresolved("two.test", taken);
                try (var free = net.tcp().bind(next).listen()) {
                    assertThat(free.localAddress()).isEqualTo(new InetSocketAddress(second, taken));
                }
            }
        }
        int closed;
        try (var gone = listen(first, second)) {
            closed = gone.localAddress().getPort();
        }
        var nobody = InetSocketAddress.createUnresolved("two.test", closed);
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> get(net.tcp().connect(nobody)))
                .withMessageContainingAll("127.0.0.2:" + closed, "127.0.0.3:" + closed);
    }

    /// Item 3.
    @Test
    void bindOfAnAddressInUseSaysSo() throws Exception {
        try (var listener = net.listen()) {
            assertThatIOException()
                    .isThrownBy(() -> net.tcp().bind(listener.localAddress()).listen())
                    .withMessageContaining(
                            String.valueOf(listener.localAddress().getPort()))
                    .withMessageContaining("in use");
        }
    }
}
