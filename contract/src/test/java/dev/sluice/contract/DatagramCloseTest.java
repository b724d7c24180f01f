package dev.sluice.contract;

import static dev.sluice.reactor.DatagramSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Closing a datagram socket, and its reactor: whoever waits is told, the descriptor and the port are free.
@EveryTransport
class DatagramCloseTest {
    private static final int ROUNDS = 100;

    private final Net net;

    DatagramCloseTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocate(64 * 1024);
    }

    private static <E extends Exception> void assertClosed(Class<E> type, DatagramSocket socket, Peer to) {
        for (Callable<?> operation : new Callable<?>[] {
            () -> socket.receive(room(), new Peer()),
            () -> socket.receive(room()),
            () -> socket.peek(room(), new Peer()),
            () -> socket.send(ByteBuffer.allocate(5), to),
            () -> socket.send(ByteString.empty(), to),
            () -> socket.send(ByteBuffer.allocate(5)),
            () -> socket.dropped(),
            () -> socket.localAddress(),
            () -> {
                socket.connect(to.toSocketAddress());
                return null;
            },
        }) {
            assertThatExceptionOfType(type).isThrownBy(operation::call);
        }
    }

    @Test
    void afterACloseEveryOperationSaysSo() throws Exception {
        var socket = net.datagram();
        var address = (InetSocketAddress) socket.localAddress();
        var to = Peer.of(address);
        assertThat(socket.isOpen()).isTrue();
        socket.close();
        socket.close();
        assertThat(socket.isOpen()).isFalse();
        Parked.until(socket.released());
        assertClosed(ClosedChannelException.class, socket, to);
        try (var next = net.datagram(address)) {
            assertThat(next.localAddress()).isEqualTo(address);
        }
    }

    @Test
    void theCauseOfACloseIsToldByEveryLaterOperation() throws Exception {
        var socket = net.datagram();
        var cause = new SocketException("on a whim");
        socket.close(cause);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> socket.receive(room()))
                .withCause(cause);
    }

    @Test
    void whoeverWaitsIsWokenByTheClose() throws Exception {
        var socket = net.datagram();
        assertThat(socket.receive(room())).isEqualTo(WOULD_BLOCK);
        var waiter = new Parked();
        assertThat(socket.input().await(waiter)).isTrue();
        Eventually.get(Eventually.async(() -> {
            socket.close();
            return null;
        }));
        waiter.park();
        assertThat(socket.output().isReady()).isTrue();
    }

    /// Neither a late event nor the descriptor's next owner is touched.
    @Test
    void closeInFlightEndsReceiversAndSenders() throws Exception {
        var target = net.datagram();
        var to = Net.peer(target);
        for (int i = 0; i < ROUNDS; i++) {
            var socket = net.datagram();
            var started = new CountDownLatch(2);
            var receiving = Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.receive(socket);
                }
            });
            var sending = Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.send(socket, ByteBuffer.allocate(1000), to);
                }
            });
            Eventually.happens(started);
            target.send(ByteString.fromUtf8("go"), Net.peer(socket));
            socket.close();
            for (var one : List.of(receiving, sending)) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> Eventually.get(one))
                        .withCauseInstanceOf(ClosedChannelException.class);
            }
        }
    }

    @Test
    void closingTheReactorIsToldToWhoWaitsAndToWhoComesLater() throws Exception {
        var socket = net.datagram();
        var to = Net.peer(socket);
        var waiting = new CountDownLatch(1);
        var receiving = Eventually.async(() -> {
            assertThat(socket.receive(room())).isEqualTo(WOULD_BLOCK);
            waiting.countDown();
            return Blocking.receive(socket);
        });
        Eventually.happens(waiting);
        net.reactor.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> Eventually.get(receiving))
                .withCauseInstanceOf(ReactorClosedException.class);
        assertClosed(ReactorClosedException.class, socket, to);
        assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(net::datagram);
    }

    @Test
    void everyDescriptorGoesBack() throws Exception {
        var first = net.datagram(); // what is loaded once stays
        first.send(ByteString.fromUtf8("hello"), Net.peer(first));
        Blocking.receive(first);
        first.close();
        Parked.until(first.released());
        int baseline = Descriptors.open();
        var sockets = new ArrayList<DatagramSocket>();
        for (int i = 0; i < ROUNDS; i++) {
            sockets.add(net.datagram());
        }
        assertThat(Descriptors.open()).isGreaterThanOrEqualTo(baseline + ROUNDS);
        for (var socket : sockets) {
            socket.close();
        }
        var taken = net.datagram();
        for (int i = 0; i < ROUNDS; i++) { // what fails half-way keeps none
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> net.datagram((InetSocketAddress) taken.localAddress()));
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() ->
                            net.reactor.datagram(null, Options.none().with(StandardSocketOptions.TCP_NODELAY, true)));
        }
        taken.close();
        Descriptors.areBackTo(baseline);
    }
}
