package dev.sluice.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.reactor.Connect;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Listening and accepting.
@EveryTransport
class ListenTest {
    private static final int ON_LOOP_ROUNDS = 200;

    private final Net net;

    ListenTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static int port(ListenSocket listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /// F20.
    @Test
    void aPortInUseIsToldWithItsOwner() throws Exception {
        try (var listener = net.listen()) {
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> net.listen(listener.localAddress()))
                    .withMessageStartingWith("[X-201] port " + port(listener) + " on 127.0.0.1 is in use")
                    .withMessageContaining("Choose another port")
                    .satisfies(e -> {
                        if (Files.isReadable(Path.of("/proc/self/fd"))) {
                            assertThat(e)
                                    .hasMessageContaining(
                                            " by pid " + ProcessHandle.current().pid());
                        }
                    });
            assertThat(net.reactor.openSockets()).isEqualTo(1);
        }
    }

    /// Binding sends nothing.
    @Test
    void anAddressOfAnotherHostIsToldWithOurOwn() {
        var elsewhere = new InetSocketAddress(Net.ip("203.0.113.1"), 0);
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> net.listen(elsewhere))
                .withMessageStartingWith("[X-203] 203.0.113.1 is not an address of this host")
                .withMessageContaining("127.0.0.1");
        assertThat(net.reactor.openSockets()).isZero();
    }

    @Test
    void aNameIsNotAnAddressToListenOn() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> net.listen(InetSocketAddress.createUnresolved("localhost", 0)))
                .withMessageContainingAll("X-302", "localhost");
    }

    @Test
    void aBacklogOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.reactor.listen(Net.loopback(), 0, Options.none(), Options.none()))
                .withMessageContaining("backlog");
    }

    /// Connections of before wait for their last packets, and do not keep the port.
    @Test
    void aPortCanBeBoundAgainAtOnce() throws Exception {
        var address = Net.loopback();
        for (int i = 0; i < 10; i++) {
            try (var listener = net.listen(address)) {
                address = (InetSocketAddress) listener.localAddress();
                var near = Blocking.result(net.connect(address));
                var far = Blocking.accept(listener);
                far.close(); // the side that closes first is the one that waits
                assertThat(Blocking.read(near, ByteBuffer.allocate(1))).isEqualTo(StreamSocket.END);
                near.close();
            }
            var closed = address;
            Eventually.until("closed", () -> net.reactor.openSockets() == 0);
            assertThat(closed.getPort()).isPositive();
            if (net.setup.transport().name().equals("nio")) {
                Eventually.until("the selector has let go of it", () -> isFree(closed));
            }
        }
    }

    private static boolean isFree(InetSocketAddress address) {
        try (var server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(address);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void connectionsAreSpreadOverTheLoops() throws Exception {
        try (var listener = net.listen()) {
            Set<EventLoop> loops = new HashSet<>();
            var peers = new ArrayList<Socket>();
            for (int i = 0; i < 4; i++) {
                peers.add(new Socket(Net.ip("127.0.0.1"), port(listener)));
                loops.add(Blocking.accept(listener).loop());
                assertThat(listener.accept()).isNull(); // which is nobody's turn
            }
            assertThat(loops).hasSize(2);
            var home = net.reactor.loops().get(1);
            for (int i = 0; i < 3; i++) {
                peers.add(new Socket(Net.ip("127.0.0.1"), port(listener)));
                StreamSocket accepted;
                while ((accepted = listener.accept(home)) == null) {
                    Parked.until(listener.input());
                }
                assertThat(accepted.loop()).isSameAs(home);
            }
            for (var peer : peers) {
                peer.close();
            }
            try (var other = new Net(net.setup)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> listener.accept(other.reactor.nextLoop()))
                        .withMessageContaining(other.reactor.toString());
            }
        }
    }

    @Test
    void nothingQueuedIsNull() throws Exception {
        try (var listener = net.listen()) {
            assertThat(listener.accept()).isNull();
            assertThat(listener.accept()).isNull();
            assertThat(listener.input().isReady()).isFalse();
        }
    }

    @Test
    void aClosedListenerSaysSoAndRefuses() throws Exception {
        var listener = net.listen();
        var address = listener.localAddress();
        assertThat(listener.accept()).isNull();
        var parked = new Parked();
        assertThat(listener.input().await(parked)).isTrue();
        listener.close();
        listener.close();
        parked.park();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
        assertThat(listener.localAddress()).isEqualTo(address);
        Eventually.until("refused", () -> {
            try {
                Blocking.result(net.connect(address)).close();
                return false;
            } catch (IOException _) {
                return true;
            }
        });
    }

    @Test
    void acceptedSocketsGetTheirOptionsAndNoDelay() throws Exception {
        var accepted = Options.none()
                .with(StandardSocketOptions.SO_KEEPALIVE, true)
                .with(StandardSocketOptions.SO_SNDBUF, 20_000);
        try (var listener = net.reactor.listen(Net.loopback(), 1, Options.none(), accepted)) {
            var near = Blocking.result(net.connect(listener.localAddress()));
            var far = Blocking.accept(listener);
            assertThat(far.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(far.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(far.getOption(StandardSocketOptions.SO_SNDBUF)).isGreaterThanOrEqualTo(20_000);
            assertThat(near.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(near.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
        }
        var withDelay = Options.none().with(StandardSocketOptions.TCP_NODELAY, false);
        try (var listener = net.reactor.listen(Net.loopback(), 1, Options.none(), withDelay)) {
            Blocking.result(net.connect(listener.localAddress()));
            assertThat(Blocking.accept(listener).getOption(StandardSocketOptions.TCP_NODELAY))
                    .isFalse();
        }
    }

    @Test
    void anOptionThatConnectionsLackIsToldByListenAndLeavesNothingOpen() throws Exception {
        var accepted = Options.none().with(MoreSocketOptions.IPV6_V6ONLY, true);
        int before = Descriptors.open();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> net.reactor.listen(Net.loopback(), 8, Options.none(), accepted))
                .withMessageContainingAll(net.setup.transport().name(), "IPV6_V6ONLY");
        Descriptors.areBackTo(before);
    }

    /// Otherwise every connection would be closed as soon as it is there, and nobody would know why.
    @Test
    void aValueThatConnectionsCannotHaveIsToldByListenAndLeavesNothingOpen() throws Exception {
        var accepted = Options.none().with(ExtendedSocketOptions.TCP_KEEPIDLE, 0);
        int before = Descriptors.open();
        assertThatIOException()
                .isThrownBy(() -> net.reactor.listen(Net.loopback(), 8, Options.none(), accepted))
                .withMessageMatching("listen on 127\\.0\\.0\\.1:0 failed: .*TCP_KEEPIDLE to 0 failed: .*");
        Descriptors.areBackTo(before);
    }

    /// F17: no peer can end a listener.
    @Test
    void connectionsThatAreGoneBeforeTheyAreTakenDoNoHarm() throws Exception {
        try (var listener = net.listen()) {
            for (int i = 0; i < 50; i++) {
                var gone = new Socket();
                gone.connect(listener.localAddress());
                gone.setSoLinger(true, 0);
                gone.close();
            }
            var near = Blocking.result(net.connect(listener.localAddress()));
            var there = near.localAddress();
            StreamSocket far;
            do {
                far = Blocking.accept(listener);
            } while (!far.remoteAddress().equals(there));
            Blocking.write(near, "well".getBytes(UTF_8));
            assertThat(Blocking.readExactly(far, 4)).asString().isEqualTo("well");
        }
    }

    /// F19: who finds no room waits for the kernel's next attempt, and all are served in the end.
    @Test
    void aQueueThatOverflowsServesAllInTheEnd() throws Exception {
        try (var listener = net.reactor.listen(Net.loopback(), 1, Options.none(), Options.none())) {
            var connects = new ArrayList<Connect>();
            for (int i = 0; i < 4; i++) { // two have room
                connects.add(net.connect(listener.localAddress()));
            }
            Eventually.until(
                    "the queue is full",
                    () -> connects.stream()
                                    .filter(connect -> connect.done().isReady())
                                    .count()
                            >= 2);
            for (int i = 0; i < connects.size(); i++) {
                var far = Blocking.accept(listener);
                Blocking.write(far, new byte[] {1});
            }
            for (var connect : connects) {
                assertThat(Blocking.readExactly(Blocking.result(connect), 1)).hasSize(1);
            }
        }
    }

    @Test
    void acceptsOnTheLoopItselfFromAWakeUp() throws Exception {
        try (var listener = net.listen()) {
            var served = new AtomicInteger();
            var waiter = new Waiter() {
                @Override
                public void wake() {
                    try {
                        do {
                            StreamSocket accepted;
                            while ((accepted = listener.accept()) != null) {
                                served.incrementAndGet(); // before the peer can know of it
                                accepted.close();
                            }
                        } while (!listener.input().await(this));
                    } catch (ClosedChannelException _) {
                        return; // closed
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            };
            listener.loop().execute(waiter::wake);
            for (int i = 0; i < ON_LOOP_ROUNDS; i++) {
                var near = Blocking.result(
                        net.reactor.connect(listener.localAddress(), null, Options.none(), Eventually.PATIENCE));
                assertThat(Blocking.read(near, ByteBuffer.allocate(1))).isEqualTo(StreamSocket.END);
                near.close();
            }
            assertThat(served).hasValue(ON_LOOP_ROUNDS);
        }
    }
}
