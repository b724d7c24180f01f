package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of a thread that waits for a datagram when something else happens, and of the socket.
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.sockets.Setup#onBothKindsOfThreads")
class UdpBlockedTest {
    private static final Duration SHORT = Duration.ofMillis(15);
    private static final Duration LONG = Duration.ofHours(1);
    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final Net net;
    private final Setup setup;
    private final UdpSocket near;
    private final UdpSocket far;

    UdpBlockedTest(Setup setup) throws IOException {
        this.setup = setup;
        net = new Net(setup);
        near = net.datagrams();
        far = net.datagrams();
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Each way to wait for a datagram.
    private static List<Setup.Action> receives(UdpSocket socket) {
        return List.of(
                socket::receive,
                () -> socket.receive(LONG),
                () -> socket.receive(ByteBuffer.allocate(100), new Peer()),
                () -> socket.receive(ByteBuffer.allocate(100), new Peer(), LONG),
                () -> socket.receive(new Datagrams(2, 100)),
                () -> socket.receive(new Datagrams(2, 100), LONG));
    }

    private void sayHello() throws IOException {
        near.send(new Datagram(HELLO, far.localAddress()));
    }

    @Test
    void aReceiverGoesOnWhenADatagramComes() throws Exception {
        for (var operation : receives(far)) {
            var receiver = setup.run(operation).awaitBlocked();
            sayHello();
            receiver.get();
        }
    }

    @Test
    void datagramsGoBackAndForth() throws Exception {
        int rounds = 2_000;
        var echo = setup.run(() -> {
            for (int i = 0; i < rounds; i++) {
                far.send(far.receive());
            }
        });
        for (int i = 0; i < rounds; i++) {
            var sent = new Datagram(ByteString.fromUtf8("number " + i), far.localAddress());
            near.send(sent);
            assertThat(near.receive(Eventually.PATIENCE)).isEqualTo(sent);
        }
        echo.get();
    }

    // 54
    @Test
    void aReceiverLearnsThatAnotherThreadClosedTheSocket() throws Exception {
        for (int i = 0; i < receives(far).size(); i++) {
            var socket = net.datagrams();
            var receiver = setup.run(receives(socket).get(i)).awaitBlocked();
            socket.close();
            assertThat(receiver.failure())
                    .isInstanceOf(AsynchronousCloseException.class)
                    .hasNoCause();
        }
    }

    @Test
    void aCloseThatRacesWithAReceiveIsToldInTheSameWay() throws Exception {
        for (int i = 0; i < 100; i++) {
            var socket = net.datagrams();
            var receiver = setup.async(socket::receive);
            socket.close();
            assertThat(receiver.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    // 55
    @Test
    void whoeverWaitsIsToldTheCauseOfACancel() throws Exception {
        var why = new IOException("the protocol was broken");
        var receiver = setup.async(far::receive).awaitBlocked();
        var awaiting = new ArrayList<Async<Throwable>>();
        for (int i = 0; i < 3; i++) {
            awaiting.add(setup.async(() -> {
                far.awaitClosed();
                return far.closedCause();
            }));
        }
        far.cancel(why);
        assertThat(receiver.failure())
                .isInstanceOf(AsynchronousCloseException.class)
                .hasCause(why);
        for (var one : awaiting) {
            assertThat(one.get()).isSameAs(why);
        }
    }

    // 55
    @Test
    void theLoopOverWhatComesEndsWithTheCauseOfACancel() throws Exception {
        var loop = setup.run(() -> {
                    for (var datagram : far.incoming()) {
                        throw new AssertionError(datagram);
                    }
                })
                .awaitBlocked();
        var why = new IOException("the protocol was broken");
        far.cancel(why);
        assertThat(loop.failure()).isInstanceOf(UncheckedIOException.class).hasRootCause(why);
    }

    // 54
    @Test
    void whoeverWaitsLearnsThatTheSelectorIsClosed() throws Exception {
        var other = net.datagrams();
        var receiver = setup.async(far::receive).awaitBlocked();
        var loop = setup.async(() -> other.incoming().iterator().hasNext()).awaitBlocked();
        net.selector.close();
        assertThat(receiver.failure())
                .isInstanceOf(AsynchronousCloseException.class)
                .hasMessageContaining("closed");
        assertThat(loop.get()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(far::receive);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> net.udp().bind("127.0.0.1", 0));
    }

    @Test
    void anInterruptedReceiverLeavesTheSocketOpenAndLosesNothing() throws Exception {
        for (var operation : receives(far)) {
            var receiver = setup.async(() -> flagAfter(operation)).awaitBlocked();
            assertThat(receiver.interrupt().get()).isTrue();
        }
        sayHello();
        assertThat(far.receive(Eventually.PATIENCE).packet()).isEqualTo(HELLO);
    }

    @Test
    void whoIsInterruptedAlreadyTriesNothing() throws Exception {
        sayHello();
        var refused = setup.async(() -> {
            Thread.currentThread().interrupt();
            return flagAfter(far::receive) && flagAfter(() -> far.send(new Datagram(HELLO, near.localAddress())));
        });
        assertThat(refused.get()).isTrue();
        assertThat(far.receive(Eventually.PATIENCE).packet()).isEqualTo(HELLO);
        assertThat(setup.async(() -> near.receive(Duration.ZERO)).failure()).isInstanceOf(SocketTimeoutException.class);
    }

    private static boolean flagAfter(Setup.Action operation) throws Exception {
        try {
            operation.run();
            throw new AssertionError("was not interrupted");
        } catch (InterruptedIOException e) {
            assertThat(e).isExactlyInstanceOf(InterruptedIOException.class).hasMessageContaining("interrupted");
            return Thread.currentThread().isInterrupted();
        }
    }

    @Test
    void anInterruptClosesTheSocketIfThatIsWanted() throws Exception {
        for (int i = 0; i < 2; i++) {
            var socket = net.udp().bind("127.0.0.1", 0, o -> o.closeOnInterrupt(true));
            boolean before = i == 0;
            var receiver = setup.async(() -> {
                if (before) {
                    Thread.currentThread().interrupt();
                }
                return socket.receive();
            });
            if (!before) {
                receiver.awaitBlocked().interrupt();
            }
            assertThat(receiver.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(socket.isClosed()).isTrue();
            assertThat(socket.closedCause()).isInstanceOf(InterruptedIOException.class);
        }
    }

    @Test
    void aReceiveHasItsOwnLimit() throws Exception {
        for (var limit : new Duration[] {Duration.ZERO, SHORT}) {
            timesOut(() -> far.receive(limit));
            timesOut(() -> far.receive(ByteBuffer.allocate(1), new Peer(), limit));
            timesOut(() -> far.receive(new Datagrams(1, 100), limit));
            sayHello();
            assertThat(far.receive(LONG).packet()).isEqualTo(HELLO);
        }
        sayHello();
        Eventually.until("it has come", () -> hasCome(far));
        assertThat(far.receive(Duration.ZERO).packet()).isEqualTo(HELLO);
    }

    private static boolean hasCome(UdpSocket socket) {
        try {
            socket.socket().input().ask(); // java.nio tells nothing unasked
            return socket.socket().peek(ByteBuffer.allocate(1), new Peer()) >= 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSocketHasALimitForEachReceive() throws Exception {
        try (var socket = net.udp().bind("127.0.0.1", 0, o -> o.readTimeout(SHORT))) {
            timesOut(socket::receive);
            timesOut(() -> socket.receive(LONG));
            timesOut(() -> socket.receive(new Datagrams(1, 100)));
            timesOut(() -> Deadline.within(LONG, socket::receive));
            near.send(new Datagram(HELLO, socket.localAddress()));
            assertThat(socket.receive(LONG).packet()).isEqualTo(HELLO);
        }
        try (var socket = net.udp().bind("127.0.0.1", 0, o -> o.readTimeout(Duration.ZERO))) {
            var receiver = setup.async(socket::receive).awaitBlocked(); // zero is no limit
            near.send(new Datagram(HELLO, socket.localAddress()));
            assertThat(receiver.get().packet()).isEqualTo(HELLO);
        }
    }

    @Test
    void aDeadlineHoldsForDatagramsToo() throws Exception {
        timesOut(() -> Deadline.within(SHORT, far::receive));
        timesOut(() -> Deadline.within(SHORT, () -> far.receive(LONG)));
        sayHello();
        assertThat(Deadline.within(LONG, () -> far.receive()).packet()).isEqualTo(HELLO);
    }

    private void timesOut(Setup.Action operation) throws Exception {
        assertThat(setup.run(operation).failure())
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("timed out")
                .hasMessageContaining("127.0.0.1:");
    }

    @Test
    void aSecondReceiverIsRefusedWithTheNameOfTheFirst() throws Exception {
        var first = setup.async(far::receive).awaitBlocked();
        for (var second : receives(far)) {
            assertThat(setup.run(second).failure())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(first.thread().toString())
                    .hasMessageContaining("UDP socket on 127.0.0.1:" + far.port());
        }
        far.send(new Datagram(HELLO, near.localAddress())); // one may send meanwhile
        assertThat(near.receive(Eventually.PATIENCE).packet()).isEqualTo(HELLO);
        sayHello();
        assertThat(first.get().packet()).isEqualTo(HELLO);
    }

    @Test
    void aLoopsThreadIsRefusedBeforeItBlocks() throws Exception {
        try (var other = Reactor.builder().transport(setup.transport()).loops(1).open()) {
            for (var loop : List.of(net.selector.reactor().loops().getFirst(), other.nextLoop())) {
                for (var operation : receives(far)) {
                    var task = new FutureTask<Void>(() -> {
                        operation.run();
                        return null;
                    });
                    loop.execute(task);
                    assertThat(new Async<>(Thread.currentThread(), task).failure())
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("would block " + loop);
                }
            }
        }
    }
}
