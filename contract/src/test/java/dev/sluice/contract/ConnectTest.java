package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.reactor.Options;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.BlackHole;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryTransport
class ConnectTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Net net;

    /// Bound but not listening: nobody else can take its port.
    private final Socket bound = new Socket();

    ConnectTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws IOException {
        net.close();
        bound.close();
    }

    private static InetSocketAddress at(String ip, int port) {
        return new InetSocketAddress(Net.ip(ip), port);
    }

    private static InetSocketAddress named(String name, int port) {
        return InetSocketAddress.createUnresolved(name, port);
    }

    /// A port on which nobody listens until the test is over, on any address.
    private int closedPort() throws IOException {
        if (!bound.isBound()) {
            bound.bind(new InetSocketAddress(0));
        }
        return bound.getLocalPort();
    }

    /// A port that nobody has at the moment, on any address.
    private static int freePort() throws IOException {
        try (var server = new ServerSocket(0)) {
            return server.getLocalPort();
        }
    }

    /// F21.
    @Test
    void aClosedPortRefuses() throws Exception {
        int port = closedPort();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> Blocking.result(net.connect(at("127.0.0.1", port))))
                .withMessageMatching("connect to 127\\.0\\.0\\.1:" + port + " failed: .*[Cc]onnection refused.*");
    }

    @Test
    void aNameIsResolved() throws Exception {
        try (var listener = net.listen()) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            var near = Blocking.result(net.connect(named("localhost", port)));
            assertThat(near.remoteAddress()).isEqualTo(listener.localAddress());
        }
    }

    @Test
    void anUnknownNameIsToldByName() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> Blocking.result(net.connect(named("nowhere.test", 80))))
                .withMessageStartingWith("[X-302] host \"nowhere.test\" not found");
    }

    @Test
    void eachAddressOfANameIsTriedAndTold() throws Exception {
        int port = closedPort();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> Blocking.result(net.connect(named("two.test", port))))
                .withMessageContaining("connect to two.test:" + port + " failed; tried 2 addresses: ")
                .withMessageContainingAll("127.0.0.2:" + port, "127.0.0.3:" + port, "refused")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }

    @Test
    void anAddressThatRefusesMakesRoomForTheNext() throws Exception {
        try (var listener = net.listen(at("127.0.0.3", 0))) {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            var near = Blocking.result(net.connect(named("two.test", port)));
            assertThat(near.remoteAddress()).isEqualTo(at("127.0.0.3", port));
        }
    }

    @Test
    void bothFamiliesOfANameAreTriedIpv6First() throws Exception {
        try (var six = net.listen(at("::1", 0))) {
            int port = ((InetSocketAddress) six.localAddress()).getPort();
            assertThat(Blocking.result(net.connect(named("both.test", port))).remoteAddress())
                    .isEqualTo(at("::1", port));
        }
        try (var four = net.listen()) {
            int port = ((InetSocketAddress) four.localAddress()).getPort();
            assertThat(Blocking.result(net.connect(named("both.test", port))).remoteAddress())
                    .isEqualTo(at("127.0.0.1", port));
        }
    }

    /// F61: RFC 8305, section 5.
    @Test
    void anAddressThatDoesNotAnswerDelaysTheNextALittle() throws Exception {
        int before = Descriptors.open();
        try (var hole = new BlackHole(at("127.0.0.2", 0))) {
            try (var listener = net.listen(at("127.0.0.3", hole.address().getPort()))) {
                int others = Descriptors.open();
                var connect = net.connect(named("two.test", hole.address().getPort()));
                var near = Blocking.result(connect);
                assertThat(near.remoteAddress()).isEqualTo(listener.localAddress());
                Descriptors.areBackTo(others + 1); // the attempt that lost is closed
                near.close();
            }
        }
        Descriptors.areBackTo(before);
    }

    /// F22.
    @Test
    void aBlackHoleTimesOutAndTheAttemptIsClosed() throws Exception {
        try (var hole = new BlackHole()) {
            int before = Descriptors.open();
            var connect = net.reactor.connect(hole.address(), null, Options.none(), SHORT);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> Blocking.result(connect))
                    .withMessage(
                            "[X-301] connect to 127.0.0.1:%d timed out after 300 ms; tried 1 address:"
                                    + " 127.0.0.1:%1$d no answer",
                            hole.address().getPort());
            Descriptors.areBackTo(before);
            Eventually.until("closed", () -> net.reactor.openSockets() == 0);
        }
    }

    @Test
    void aTimeoutTellsWhatBecameOfEachAddress() throws Exception {
        try (var hole = new BlackHole(at("127.0.0.3", 0))) {
            int port = hole.address().getPort();
            var limit = SHORT;
            var told = timeout(named("two.test", port), limit);
            while (told.getSuppressed().length == 0 && limit.compareTo(Eventually.PATIENCE) < 0) {
                limit = limit.multipliedBy(2); // a slow machine has not come to the refusal in that time
                told = timeout(named("two.test", port), limit);
            }
            assertThat(told)
                    .hasMessageContainingAll(
                            "[X-301] connect to two.test:" + port + " timed out after " + limit.toMillis()
                                    + " ms; tried 2 addresses: ",
                            "refused",
                            "127.0.0.3:" + port + " no answer");
            assertThat(told.getSuppressed()).hasSize(1);
        }
    }

    private SocketTimeoutException timeout(InetSocketAddress remote, Duration limit) {
        var connect = net.reactor.connect(remote, null, Options.none(), limit);
        return catchThrowableOfType(SocketTimeoutException.class, () -> Blocking.result(connect));
    }

    @Test
    void anAbandonedAttemptIsClosedAndItsWaiterTold() throws Exception {
        try (var hole = new BlackHole()) {
            int before = Descriptors.open();
            var connect = net.connect(hole.address());
            assertThat(connect.result()).isNull();
            var waiting = new Parked();
            assertThat(connect.done().await(waiting)).isTrue();
            Eventually.until("the attempt is under way", () -> net.reactor.openSockets() == 1);
            connect.abandon();
            connect.abandon();
            waiting.park();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(connect::result);
            Descriptors.areBackTo(before);
            Eventually.until("closed", () -> net.reactor.openSockets() == 0);
        }
    }

    @Test
    void anAttemptAbandonedAtAnyMomentLeavesNothingOpen() throws Exception {
        try (var listener = net.listen()) {
            var accepting = Eventually.async(() -> {
                while (true) {
                    Blocking.accept(listener).close();
                }
            });
            int before = Descriptors.open();
            for (int i = 0; i < 500; i++) {
                var connect = net.connect(listener.localAddress());
                for (int spins = 0; spins < i % 50; spins++) {
                    Thread.yield();
                }
                connect.abandon();
            }
            Eventually.until("only the listener is open", () -> net.reactor.openSockets() <= 1);
            Descriptors.areBackTo(before);
            listener.close();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> Eventually.get(accepting));
        }
    }

    @Test
    void aResultIsTakenOnce() throws Exception {
        try (var listener = net.listen()) {
            var connect = net.connect(listener.localAddress());
            var socket = Blocking.result(connect);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(connect::result)
                    .withMessageContaining("has been taken");
            connect.abandon();
            assertThat(socket.isOpen()).isTrue();
        }
    }

    /// F24: a port among those that the system hands out, where nobody listens.
    @Test
    void aConnectionToItselfIsRefused() throws Exception {
        for (var ip : new String[] {"127.0.0.1", "::1"}) {
            IOException told;
            do {
                var address = at(ip, freePort());
                var connect = net.reactor.connect(address, address, Options.none(), Duration.ZERO);
                told = catchThrowableOfType(IOException.class, () -> Blocking.result(connect));
            } while (told instanceof BindException); // somebody else has taken it meanwhile
            assertThat(told).isInstanceOf(ConnectException.class).hasMessageContaining("itself");
        }
        Eventually.until("closed", () -> net.reactor.openSockets() == 0);
    }

    @Test
    void theLocalAddressIsTheOneAskedFor() throws Exception {
        try (var listener = net.listen()) {
            var local = at("127.0.0.5", 0);
            var near =
                    Blocking.result(net.reactor.connect(listener.localAddress(), local, Options.none(), Duration.ZERO));
            assertThat(((InetSocketAddress) near.localAddress()).getAddress()).isEqualTo(local.getAddress());
            assertThat(Blocking.accept(listener).remoteAddress()).isEqualTo(near.localAddress());
        }
    }

    @Test
    void aLocalAddressThatCannotBeHadIsAFailureOfTheAttempt() throws Exception {
        try (var listener = net.listen();
                var taken = new ServerSocket()) {
            taken.bind(Net.loopback());
            var connect = net.reactor.connect(
                    listener.localAddress(), taken.getLocalSocketAddress(), Options.none(), Duration.ZERO);
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> Blocking.result(connect))
                    .withMessageContainingAll("connect to 127.0.0.1:", "in use");
            var otherFamily = net.reactor.connect(listener.localAddress(), at("::1", 0), Options.none(), Duration.ZERO);
            assertThatIOException()
                    .isThrownBy(() -> Blocking.result(otherFamily))
                    .withMessageContaining("connect to 127.0.0.1:");
        }
        Eventually.until("closed", () -> net.reactor.openSockets() == 0);
    }

    @Test
    void optionsAreSetBeforeConnectingAndNoDelayIsOn() throws Exception {
        try (var listener = net.listen()) {
            var options = Options.none().with(StandardSocketOptions.SO_KEEPALIVE, true);
            var near = Blocking.result(net.reactor.connect(listener.localAddress(), null, options, Duration.ZERO));
            assertThat(near.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(near.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        }
    }

    @Test
    void anOptionThatTheTransportLacksIsToldAtTheCall() throws Exception {
        var lacking = Options.none().with(StandardSocketOptions.IP_MULTICAST_TTL, 1);
        int before = Descriptors.open();
        for (var remote : List.of(at("127.0.0.1", 1), at("::1", 1), named("two.test", 1))) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> net.reactor.connect(remote, null, lacking, Duration.ZERO))
                    .withMessageContainingAll(net.setup.transport().name(), "IP_MULTICAST_TTL");
        }
        Descriptors.areBackTo(before);
        assertThat(net.reactor.openSockets()).isZero();
    }

    @Test
    void aValueThatASocketCannotHaveFailsTheAttempt() throws Exception {
        var connect = net.reactor.connect(
                at("127.0.0.1", closedPort()),
                null,
                Options.none().with(ExtendedSocketOptions.TCP_KEEPIDLE, 0),
                Duration.ZERO);
        assertThatIOException()
                .isThrownBy(() -> Blocking.result(connect))
                .withMessageContaining("set TCP_KEEPIDLE to 0 failed");
    }

    @Test
    void aNegativeTimeoutIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.reactor.connect(at("127.0.0.1", 9), null, Options.none(), Duration.ofNanos(-1)))
                .withMessageContaining("negative");
    }

    @Test
    void theConnectionThatStandsIsReadyToWriteAtOnce() throws Exception {
        try (var listener = net.listen()) {
            var near = Blocking.result(net.connect(listener.localAddress()));
            assertThat(near.write(ByteBuffer.allocate(10))).isEqualTo(10);
            assertThat(Blocking.readExactly(Blocking.accept(listener), 10)).hasSize(10);
        }
    }

    /// P7: descriptors come back.
    @Test
    void thousandsOfFailuresLeaveNothingOpen() throws Exception {
        int times = net.setup.hosted() ? 1000 : 10_000;
        var refused = at("127.0.0.1", closedPort());
        assertThatIOException().isThrownBy(() -> Blocking.result(net.connect(refused)));
        int before = Descriptors.open();
        for (int i = 0; i < times; i++) {
            try {
                Blocking.result(net.connect(refused)).close();
                throw new AssertionError("somebody listens on " + refused);
            } catch (ConnectException e) {
                assertThat(e).isNotNull();
            }
        }
        Descriptors.areBackTo(before);
        Eventually.until("no socket is left", () -> net.reactor.openSockets() == 0);
    }

    @Test
    void thousandsOfAbortsLeaveNothingOpen() throws Exception {
        int times = net.setup.hosted() ? 1000 : 10_000;
        try (var listener = net.listen()) {
            var first = Blocking.result(net.connect(listener.localAddress()));
            Blocking.accept(listener).abort();
            first.abort();
            Eventually.until("only the listener is open", () -> net.reactor.openSockets() == 1);
            int before = Descriptors.open();
            var open = new ArrayList<StreamSocket>();
            for (int i = 0; i < times; i++) {
                open.add(Blocking.result(net.connect(listener.localAddress())));
                open.add(Blocking.accept(listener));
                if (open.size() == 100) {
                    open.forEach(StreamSocket::abort);
                    open.clear();
                }
            }
            Descriptors.areBackTo(before);
            assertThat(net.reactor.openSockets()).isEqualTo(1);
        }
    }
}
