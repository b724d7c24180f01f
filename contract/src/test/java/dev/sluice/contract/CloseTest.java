package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Closing one's own side, from anywhere and at any time.
@EveryTransport
class CloseTest {
    private final Net net;

    CloseTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocateDirect(4096);
    }

    @Test
    void everyOperationOnAClosedSocketSaysSo() throws Exception {
        var socket = net.pair().near();
        var remote = socket.remoteAddress();
        socket.close();
        socket.close();
        assertThat(socket.isOpen()).isFalse();
        assertClosed(() -> socket.read(room()));
        assertClosed(() -> socket.read(new ByteBuffer[] {room()}, 0, 1));
        assertClosed(() -> socket.write(room()));
        assertClosed(() -> socket.write(new ByteBuffer[] {room()}, 0, 1));
        assertClosed(() -> socket.write(ByteString.fromUtf8("x"), 0));
        assertClosed(socket::shutdownInput);
        assertClosed(socket::shutdownOutput);
        assertClosed(socket::localAddress);
        assertClosed(() -> socket.getOption(StandardSocketOptions.SO_RCVBUF));
        assertClosed(() -> socket.setOption(StandardSocketOptions.SO_RCVBUF, 1));
        assertThat(socket.remoteAddress()).isEqualTo(remote);
        assertThat(socket.input().isReady()).isTrue();
        assertThat(socket.output().isReady()).isTrue();
        assertThat(socket.peerClosed().isReady()).isTrue();
    }

    private interface Operation {
        void run() throws IOException;
    }

    private static void assertClosed(Operation operation) {
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(operation::run)
                .withNoCause();
    }

    @Test
    void theCauseOfACloseIsToldByEachLaterOperation() throws Exception {
        var socket = net.pair().near();
        var cause = new IOException("the peer broke the protocol");
        socket.close(cause);
        socket.close(new IOException("too late"));
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> socket.read(room()))
                    .withCause(cause);
        }
    }

    @Test
    void whoWaitsIsWokenAndFindsTheSocketClosed() throws Exception {
        var socket = net.pair().near();
        assertThat(socket.read(room())).isEqualTo(WOULD_BLOCK);
        Blocking.fill(socket);
        var reader = new Parked();
        var writer = new Parked();
        var watcher = new Parked();
        assertThat(socket.input().await(reader)).isTrue();
        assertThat(socket.output().await(writer)).isTrue();
        assertThat(socket.peerClosed().await(watcher)).isTrue();
        Eventually.get(Eventually.async(() -> {
            socket.close();
            return null;
        }));
        reader.park();
        writer.park();
        watcher.park();
        assertClosed(() -> socket.read(room()));
        assertClosed(() -> socket.write(room()));
    }

    /// Neither a late event nor the descriptor's next owner is touched.
    @Test
    void closeInFlightEndsReadersAndWriters() throws Exception {
        for (int i = 0; i < 200; i++) {
            var pair = net.pair();
            var started = new CountDownLatch(2);
            var reading = Eventually.async(() -> {
                started.countDown();
                return Blocking.readToEnd(pair.near());
            });
            var writing = Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.write(pair.near(), room());
                }
            });
            var peer = Eventually.async(() -> {
                try {
                    while (true) {
                        if (Blocking.read(pair.far(), room()) == END) {
                            return null;
                        }
                        Blocking.write(pair.far(), "answer".getBytes(UTF_8));
                    }
                } catch (IOException _) {
                    return null; // closed with input unread is a reset
                }
            });
            Eventually.happens(started);
            pair.near().close();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> Eventually.get(reading))
                    .withCauseInstanceOf(ClosedChannelException.class);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> Eventually.get(writing))
                    .withCauseInstanceOf(ClosedChannelException.class);
            Eventually.get(peer);
            pair.far().close();
        }
    }

    @Test
    void closeInsideAWakeUp() throws Exception {
        for (int i = 0; i < 100; i++) {
            var pair = net.pair();
            var near = pair.near();
            assertThat(near.read(room())).isEqualTo(WOULD_BLOCK);
            var woken = new CountDownLatch(1);
            assertThat(near.input().await(() -> {
                        near.close();
                        woken.countDown();
                    }))
                    .isTrue();
            Blocking.write(pair.far(), new byte[1]);
            Eventually.happens(woken);
            assertClosed(() -> near.read(room()));
            pair.far().close();
        }
    }

    @Test
    void aWaiterThatThrowsKeepsNobodyElseFromBeingWoken() throws Exception {
        var pair = net.pair();
        var others = net.pair();
        var socket = pair.near();
        assertThat(socket.read(room())).isEqualTo(WOULD_BLOCK);
        Blocking.fill(socket);
        var thrown = new AtomicInteger();
        var told = new Parked();
        Waiter bad = () -> {
            thrown.incrementAndGet();
            throw new IllegalStateException("thrown by a waiter");
        };
        assertThat(socket.output().await(bad)).isTrue();
        assertThat(socket.input().await(bad)).isTrue();
        assertThat(socket.peerClosed().await(told)).isTrue();
        socket.close();
        told.park();
        assertThat(thrown).hasValue(2);

        assertThat(others.near().read(room())).isEqualTo(WOULD_BLOCK);
        assertThat(others.near().input().await(bad)).isTrue();
        Blocking.write(others.far(), new byte[1]);
        Eventually.until("the waiter was woken", () -> thrown.get() == 3);

        try (var listener = net.listen()) {
            assertThat(listener.accept()).isNull();
            assertThat(listener.input().await(bad)).isTrue();
            var connected = Blocking.result(net.connect(listener.localAddress()));
            Eventually.until("the waiter was woken", () -> thrown.get() == 4);
            connected.close();
        }
        var again = net.pair();
        Blocking.write(again.near(), "alive".getBytes(UTF_8));
        assertThat(Blocking.readExactly(again.far(), 5)).asString().isEqualTo("alive");
        Eventually.until("all were logged", () -> net.logged.lines(Level.SEVERE).size() == 4);
        assertThat(net.logged.lines(Level.SEVERE))
                .allSatisfy(line -> assertThat(line).contains("thrown by a waiter"));
        net.logged.forget();
    }

    @Test
    void aSecondWaiterIsRefusedWithBothNames() throws Exception {
        var socket = net.pair().near();
        assertThat(socket.read(room())).isEqualTo(WOULD_BLOCK);
        var first = new Named("first");
        var second = new Named("second");
        assertThat(socket.input().await(first)).isTrue();
        assertThat(socket.input().await(first)).isTrue();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> socket.input().await(second))
                .withMessageContainingAll("first", "second");
        socket.input().forget(second);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> socket.input().await(second));
        socket.input().forget(first);
        assertThat(socket.input().await(second)).isTrue();
        socket.input().forget(second);
    }

    private record Named(String name) implements Waiter {
        @Override
        public void wake() {}
    }

    @Test
    void aForgottenWaiterIsNotWoken() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().read(room())).isEqualTo(WOULD_BLOCK);
        var forgotten = new Parked();
        assertThat(pair.near().input().await(forgotten)).isTrue();
        pair.near().input().forget(forgotten);
        Blocking.write(pair.far(), new byte[7]);
        assertThat(Blocking.read(pair.near(), room())).isEqualTo(7);
        assertThat(forgotten.isWoken()).isFalse();
    }

    /// F15 with real sockets: numbers are used again all the time, and no event reaches the wrong socket.
    @Test
    void descriptorsThatAreUsedAgainDoNotMixConnections() throws Exception {
        var racing = Eventually.async(() -> churn("first"));
        churn("other");
        Eventually.get(racing);
    }

    private @Nullable Void churn(String word) throws IOException {
        var bytes = word.getBytes(UTF_8);
        for (int i = 0; i < 300; i++) {
            StreamSocket before = net.pair().near();
            before.close();
            var pair = net.pair();
            Blocking.write(pair.near(), bytes);
            assertThat(Blocking.readExactly(pair.far(), bytes.length)).isEqualTo(bytes);
            pair.near().close();
            assertThat(Blocking.read(pair.far(), room())).isEqualTo(END);
            pair.far().close();
        }
        return null;
    }
}
