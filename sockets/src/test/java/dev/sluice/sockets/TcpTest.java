package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.testing.Eventually;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connecting, accepting, ending: what a connection is.
@EveryTransport
class TcpTest {
    private final Net net;
    private final Setup setup;
    private final List<Net.Outside> outsides = new ArrayList<>();

    TcpTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() throws IOException {
        for (var one : outsides) {
            one.close();
        }
        net.close();
    }

    // 1
    @Test
    void bindToPortZeroGivesAPort() throws Exception {
        try (var server = net.listen()) {
            assertThat(server.port()).isPositive();
            assertThat(server.localAddress()).isEqualTo(new InetSocketAddress(Net.LOOPBACK, server.port()));
            try (var socket = net.connect(server);
                    var accepted = server.accept()) {
                assertThat(socket.remoteAddress()).isEqualTo(server.localAddress());
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
                assertThat(accepted.localAddress()).isEqualTo(server.localAddress());
            }
        }
    }

    // 2
    @Test
    void afterItsEndWasSentAnAnswerCanStillBeRead() throws Exception {
        var pair = net.pair();
        pair.near().out().writeString("Hello, world\n");
        pair.near().out().flush();
        pair.near().out().flushAndClose();
        assertThat(pair.far().in().readLine()).isEqualTo("Hello, world");
        assertThat(pair.far().in().readLine()).isNull();
        pair.far().out().writeString("Hello to you\n");
        pair.far().out().flushAndClose();
        assertThat(pair.near().in().readLine()).isEqualTo("Hello to you");
        assertThat(pair.near().in().readLine()).isNull();
        assertThat(pair.near().socket().isClosed()).isFalse();
    }

    // 2
    @Test
    void readEndsWhenPeerHalfCloses() throws Exception {
        try (var outside = net.outside()) {
            var reader = setup.async(() -> outside.near().in().readAvailable(ByteBuffer.allocate(8)));
            reader.awaitBlocked();
            outside.peer().shutdownOutput();
            assertThat(reader.get()).isEqualTo(-1);
            outside.near().out().writeString("still there");
            outside.near().out().flush();
            assertThat(outside.receive(11)).isEqualTo("still there");
        }
    }

    // 3
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 40_960, 41_280, 8 << 20})
    void whatIsEchoedIsIdentical(int size) throws Exception {
        var pair = net.pair();
        var sent = Net.noise(size);
        var echo = setup.async(() -> pair.far().in().copyAndClose(pair.far().out()));
        var writer = setup.run(() -> {
            pair.near().out().writeFully(sent);
            pair.near().out().flushAndClose();
        });
        assertThat(pair.near().in().readRemaining(16 << 20).toByteArray()).isEqualTo(sent);
        assertThat(echo.get()).isEqualTo(size);
        writer.get();
    }

    // 5
    @Test
    void connectToAPortClosedAMomentAgoIsRefused() throws Exception {
        var server = net.listen();
        server.close();
        server.awaitClosed();
        try (var bound = new java.net.Socket()) {
            bound.bind(server.localAddress()); // and does not listen: nobody else can take the port
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> net.tcp().connect("127.0.0.1", server.port()))
                    .withMessageContaining("127.0.0.1:" + server.port())
                    .withMessageContaining("refused");
        }
    }

    // 6
    @Test
    void readByteMeetsTheEndWhenThePeerCloses() throws Exception {
        var pair = net.pair();
        var near = pair.near();
        var reader = setup.async(() -> near.in().readByte()).awaitBlocked();
        pair.far().socket().close();
        assertThat(reader.failure()).isInstanceOf(EOFException.class);
        assertThat(near.in().isClosedForRead()).isTrue();
        assertThat(near.in().closedCause()).isNull();
        assertThat(near.out().isClosedForWrite()).isFalse();
        near.socket().close();
        for (var end : new Net.End[] {near, pair.far()}) {
            end.socket().awaitClosed();
            assertThat(end.socket().isClosed()).isTrue();
            assertThat(end.in().isClosedForRead()).isTrue();
            assertThat(end.in().isOpen()).isFalse();
            assertThat(end.out().isClosedForWrite()).isTrue();
            assertThat(end.out().isOpen()).isFalse();
        }
    }

    // 9
    @Test
    void theSamePortIsBoundTenTimesInARow() throws Exception {
        int port = 0;
        for (int i = 0; i < 10; i++) {
            var server = net.tcp().bind("127.0.0.1", port);
            port = server.port();
            try (var socket = net.connect(server);
                    var accepted = server.accept()) {
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
            }
            server.close();
            server.awaitClosed();
            assertThat(server.isClosed()).isTrue();
        }
    }

    // 10
    @Test
    void closingRightAfterOpeningNeverHangs() throws Exception {
        try (var server = net.listen()) {
            for (int i = 0; i < 256; i++) {
                var socket = net.connect(server);
                socket.openWriteChannel();
                var waiting = setup.run(socket::awaitClosed);
                socket.close();
                waiting.get();
                server.accept().close();
            }
        }
    }

    // 15
    @Test
    void aSocketThatConnectedToItselfIsRefused() throws Exception {
        Throwable told;
        do {
            var server = net.listen();
            var free = (InetSocketAddress) server.localAddress();
            server.close();
            server.awaitClosed();
            told = catchThrowable(() -> net.tcp().connect(free, o -> o.localAddress(free)));
        } while (told instanceof BindException); // somebody else has taken the port meanwhile
        assertThat(told).isInstanceOf(ConnectException.class).hasMessageContaining("itself");
        assertThat(net.selector.reactor().openSockets()).isZero();
    }

    // 16
    @Test
    void eachChannelOpensOnce() throws Exception {
        try (var server = net.listen()) {
            var socket = net.connect(server);
            var both = socket.connection();
            assertThat(both.socket()).isSameAs(socket);
            assertThatThrownBy(socket::openReadChannel)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("read channel")
                    .hasMessageContaining("is open already");
            assertThatThrownBy(socket::openWriteChannel)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("write channel");
            socket.close();
            assertThatThrownBy(socket::openReadChannel).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(socket::openWriteChannel).isInstanceOf(ClosedChannelException.class);
        }
    }

    // 17
    @Test
    void closingTwiceDoesNothing() throws Exception {
        var pair = net.pair();
        pair.near().out().close();
        pair.near().out().close();
        pair.near().in().close();
        pair.near().in().close();
        pair.near().socket().close();
        pair.near().socket().close();
        pair.near().socket().abort();
        pair.near().in().close();
        pair.near().out().close();
        var server = net.listen();
        server.close();
        server.close();
        net.selector.close();
        net.selector.close();
    }

    // 18
    @Test
    void optionsOfTheConnectionAreSetBeforeItIsUsed() throws Exception {
        try (var server = net.listen();
                var plain = net.connect(server);
                var socket = net.tcp()
                        .connect(
                                "127.0.0.1",
                                server.port(),
                                o -> o.noDelay(false)
                                        .keepAlive(true)
                                        .typeOfService(0x10)
                                        .sendBufferSize(20_000)
                                        .receiveBufferSize(30_000)
                                        .lingerSeconds(3))) {
            assertThat(plain.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(plain.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
            assertThat(plain.getOption(StandardSocketOptions.SO_LINGER)).isNegative();
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(socket.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
            assertThat(socket.getOption(StandardSocketOptions.SO_SNDBUF)).isBetween(20_000, 40_000);
            assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(30_000, 60_000);
            assertThat(socket.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(3);
            socket.setOption(StandardSocketOptions.SO_LINGER, -1);
            assertThat(socket.getOption(StandardSocketOptions.SO_LINGER)).isNegative();
        }
    }

    // 18
    @Test
    void acceptedConnectionsGetTheirOptions() throws Exception {
        try (var server = net.tcp()
                        .bind(
                                "127.0.0.1",
                                0,
                                o -> o.backlog(16)
                                        .accepted(a -> a.keepAlive(true).noDelay(false)));
                var socket = net.connect(server);
                var accepted = server.accept()) {
            assertThat(accepted.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(accepted.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
        }
    }

    // 18
    @Test
    void twoSocketsShareAPortOnlyIfBothWantTo() throws Exception {
        try (var first = net.tcp().bind("127.0.0.1", 0, o -> o.reusePort(true));
                var second = net.tcp().bind("127.0.0.1", first.port(), o -> o.reusePort(true))) {
            assertThat(second.port()).isEqualTo(first.port());
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> net.tcp().bind("127.0.0.1", first.port()))
                    .withMessageContaining("port " + first.port())
                    .withMessageContaining("in use");
        }
    }

    /// Linux lets one more wait than the backlog says, then leaves who wants to connect without an answer.
    // 18
    @Test
    @EnabledOnOs(OS.LINUX)
    void asManyConnectionsWaitToBeAcceptedAsTheBacklogSays() throws Exception {
        int waiting = 3 + 1;
        try (var server = net.tcp().bind("127.0.0.1", 0, o -> o.backlog(3))) {
            for (int i = 0; i < waiting; i++) {
                net.connect(server);
            }
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> {
                for (int i = 0; i < 2; i++) { // the last above may be on its way into the queue
                    net.tcp().connect("127.0.0.1", server.port(), o -> o.connectTimeout(Duration.ofMillis(300)));
                }
            });
            for (int i = 0; i < waiting; i++) {
                server.accept();
            }
        }
    }

    // 18
    @Test
    void optionsThatMakeNoSenseAreRefusedAtTheCall() {
        assertThatThrownBy(() -> net.tcp().bind("127.0.0.1", 0, o -> o.backlog(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> net.tcp().connect("127.0.0.1", 1, o -> o.readTimeout(Duration.ofSeconds(-1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> net.tcp().connect("127.0.0.1", 1, o -> o.sendBufferSize(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> net.tcp().connect("127.0.0.1", 1, o -> o.receiveBufferSize(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> net.udp().bind(o -> o.sendBufferSize(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> net.udp().bind(o -> o.receiveBufferSize(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // 26
    @Test
    void closingTheServerSocketLeavesItsConnectionsAlone() throws Exception {
        var pair = net.pair(); // its server socket is closed
        pair.near().out().writeString("still here\n");
        pair.near().out().flush();
        assertThat(pair.far().in().readLine()).isEqualTo("still here");
    }

    // 28
    @Test
    void everyOperationOnAClosedSocketSaysSo() throws Exception {
        var server = net.listen();
        var near = Net.End.of(net.connect(server));
        var remote = near.socket().remoteAddress();
        near.socket().close();
        server.close();
        assertClosed(() -> near.in().readAvailable(new byte[1]));
        assertClosed(() -> near.in().readLine());
        assertClosed(() -> near.in().awaitContent(1));
        assertClosed(() -> near.in().discard(1));
        assertClosed(() -> near.out().writeByte(1));
        assertClosed(() -> near.out().writeString("x"));
        assertClosed(() -> near.out().flush());
        assertClosed(() -> near.in().copyTo(near.out()));
        assertClosed(() -> near.socket().localAddress());
        assertClosed(() -> near.socket().getOption(StandardSocketOptions.TCP_NODELAY));
        assertClosed(server::accept);
        assertThat(near.socket().remoteAddress()).isEqualTo(remote);
        assertThat(server.port()).isPositive();
    }

    private static void assertClosed(Setup.Action action) {
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(action::run);
    }

    /// More connections than loops: each loop has one that breaks while somebody reads it, one that breaks unread,
    /// and some that do not.
    // 29
    @Test
    void brokenConnectionsDoNotFailOthers() throws Exception {
        int loops = net.selector.reactor().loops().size();
        List<Net.Outside> read = outsides(loops);
        List<Net.Outside> unread = outsides(loops);
        List<Net.Outside> whole = outsides(2 * loops);
        var readers = new ArrayList<Async<String>>();
        for (var one : whole) {
            readers.add(setup.async(() -> one.near().in().readLine()).awaitBlocked());
        }
        for (var broken : read) {
            var reader = setup.async(() -> broken.near().in().readByte()).awaitBlocked();
            broken.reset();
            assertThat(reader.failure()).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
        inOneTurn(() -> {
            for (var broken : unread) {
                broken.reset();
            }
            for (var one : whole) {
                one.send("fine\n");
            }
        });
        for (int i = 0; i < whole.size(); i++) {
            assertThat(readers.get(i).get()).isEqualTo("fine");
            whole.get(i).near().out().writeString("and you?");
            whole.get(i).near().out().flush();
            assertThat(whole.get(i).receive(8)).isEqualTo("and you?");
        }
        for (var one : outsides(loops)) {
            one.send("new");
            assertThat(one.near().in().readByteString(3).utf8()).isEqualTo("new");
        }
    }

    /// Holds the loops up meanwhile, so that they are told of all that happens at once.
    private void inOneTurn(Setup.Action work) throws Exception {
        var loops = net.selector.reactor().loops();
        var held = new CountDownLatch(loops.size());
        var done = new CompletableFuture<Boolean>();
        for (var loop : loops) {
            loop.execute(() -> {
                held.countDown();
                done.join();
            });
        }
        try {
            Eventually.happens(held);
            work.run();
        } finally {
            done.complete(true);
        }
    }

    private List<Net.Outside> outsides(int count) throws IOException {
        int first = outsides.size();
        for (int i = 0; i < count; i++) {
            outsides.add(net.outside());
        }
        return List.copyOf(outsides.subList(first, outsides.size()));
    }

    // 30
    @Test
    void addressesAreThoseOfTheJdk() throws Exception {
        try (var server = net.listen();
                var fromBytes = net.tcp()
                        .connect(new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), server.port()));
                var byName = net.tcp().connect("localhost", server.port())) {
            assertThat(fromBytes.remoteAddress()).isEqualTo(server.localAddress());
            assertThat(byName.remoteAddress()).isEqualTo(server.localAddress());
        }
        try (var server = net.tcp().bind("::1", 0);
                var fromBytes = net.tcp()
                        .connect(new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}),
                                server.port()))) {
            assertThat(fromBytes.remoteAddress()).isEqualTo(server.localAddress());
        }
    }

    // 30
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 7f000001",
        "127.0.0.2, 7f000002",
        "::1, 00000000000000000000000000000001",
        "0:0:0:0:0:0:0:1, 00000000000000000000000000000001",
        "::ffff:127.0.0.3, 7f000003"
    })
    void aLiteralIsTheAddressOfItsBytes(String literal, String hex) throws Exception {
        var address = InetAddress.getByAddress(HexFormat.of().parseHex(hex));
        try (var server = net.tcp().bind(literal, 0);
                var socket = net.tcp().connect(literal, server.port());
                var datagrams = net.udp().bind(literal, 0);
                var toThem = net.udp().connect(literal, datagrams.port())) {
            assertThat(server.localAddress()).isEqualTo(new InetSocketAddress(address, server.port()));
            assertThat(socket.remoteAddress()).isEqualTo(new InetSocketAddress(address, server.port()));
            assertThat(datagrams.localAddress()).isEqualTo(new InetSocketAddress(address, datagrams.port()));
            assertThat(toThem.remoteAddress()).isEqualTo(new InetSocketAddress(address, datagrams.port()));
        }
    }

    // 30
    @Test
    void anAddressHasFourBytesOrSixteen() {
        for (int length : new int[] {0, 3, 5, 15, 17}) {
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> InetAddress.getByAddress(new byte[length]));
        }
    }

    // 30
    @Test
    void anIpv6LiteralIsAnAddress() throws Exception {
        try (var server = net.tcp().bind("::1", 0);
                var socket = net.tcp().connect("::1", server.port());
                var accepted = server.accept()) {
            assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
        }
    }

    // 30
    @Test
    void aNameThatDoesNotExistIsNotFound() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.tcp().connect("no-such-host.invalid", 80))
                .withMessageContaining("no-such-host.invalid");
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.tcp().bind("no-such-host.invalid", 0))
                .withMessageContaining("no-such-host.invalid");
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.udp().connect("no-such-host.invalid", 80))
                .withMessageContaining("no-such-host.invalid");
    }

    @Test
    void bytesAreKeptInOrderBothWaysAtOnce() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(4 << 20);
        var near = setup.async(() -> exchange(pair.near(), sent));
        var far = setup.async(() -> exchange(pair.far(), sent));
        assertThat(near.get()).isEqualTo(sent);
        assertThat(far.get()).isEqualTo(sent);
    }

    private byte[] exchange(Net.End end, byte[] sent) throws Exception {
        var writer = setup.run(() -> {
            end.out().writeFully(sent);
            end.out().flushAndClose();
        });
        var received = end.in().readRemaining(sent.length).toByteArray();
        writer.get();
        return received;
    }

    @Test
    void textIsUtf8() throws Exception {
        try (var outside = net.outside()) {
            outside.near().out().writeString("grüße €\n");
            outside.near().out().flush();
            assertThat(outside.peer().getInputStream().readNBytes(12)).isEqualTo("grüße €\n".getBytes(UTF_8));
        }
    }
}
