package dev.sluice.futures;

import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections are accepted; checklist items 7-11 and 89.
@EveryTransport
@Timeout(60)
class AcceptTest {
    private final Net net;

    AcceptTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Item 7.
    @Test
    void oneConnectionIsOneWakeUpAndTwoPolls() throws Exception {
        try (var listener = net.listen()) {
            var polling = new Polling();
            assertThat(listener.pollAccept(polling.cx).isReady()).isFalse();
            net.connect(listener);
            polling.awaitWake();
            assertThat(listener.pollAccept(polling.cx).isReady()).isTrue();
            assertThat(listener.pollAccept(polling.cx).isReady()).isFalse();
            if (net.setup.isLinux()) { // a selector may tell again what it had found before the first poll
                assertThat(polling.wakes()).isZero();
            }
            polling.cx.release();
        }
    }

    /// Item 8.
    @Test
    void fiftyTasksAreWokenByOneConnectionThatOneOfThemGets() throws Exception {
        try (var listener = net.listen()) {
            var all = IntStream.range(0, 50)
                    .mapToObj(i -> new Polling("task " + i))
                    .toList();
            for (var one : all) {
                assertThat(listener.pollAccept(one.cx).isReady()).isFalse();
            }
            net.connect(listener);
            int accepted = 0;
            for (var one : all) {
                one.awaitWake();
                accepted += listener.pollAccept(one.cx).isReady() ? 1 : 0;
            }
            assertThat(accepted).isOne();
            all.forEach(one -> one.cx.release());
        }
    }

    /// Item 8.
    @Test
    void manyTasksShareTheWorkOfOneListener() throws Exception {
        try (var listener = net.listen()) {
            var accepting = new ArrayList<JoinHandle<TcpStream>>();
            for (int i = 0; i < 20; i++) {
                accepting.add(net.start(listener.accept()));
            }
            for (int i = 0; i < 20; i++) {
                net.connect(listener);
            }
            for (var one : accepting) {
                assertThat(get(one).isOpen()).isTrue();
            }
        }
    }

    /// Item 9. Both are served at once; the third connection stays where it is.
    @Test
    void theStreamOfConnectionsIsDroppedAfterTwoEchoes() throws Exception {
        try (var listener = net.listen()) {
            var first = net.connect(listener);
            var second = net.connect(listener);
            var third = net.connect(listener);
            var served = net.start(listener.incoming()
                    .take(2)
                    .buffered(10, socket -> AsyncIo.copy(socket, socket).closing(socket))
                    .map(AsyncIo.Copied::bytes)
                    .toList());
            get(Net.write(second, "three"));
            assertThat(get(Net.read(second, 5))).isEqualTo("three");
            get(Net.write(first, "one"));
            assertThat(get(Net.read(first, 3))).isEqualTo("one");
            for (var near : List.of(first, second)) {
                get(near.shutdown());
                assertThat(get(Net.readToEnd(near))).isEmpty();
                near.close();
            }
            assertThat(get(served)).containsExactly(3L, 5L);
            assertThat(get(listener.accept()).remoteAddress()).isEqualTo(third.localAddress());
        }
    }

    /// Item 9.
    @Test
    void tenAreServedAtOnceAndTheNextOneAfterThem() throws Exception {
        try (var listener = net.listen()) {
            var all = new ArrayList<TcpStream>();
            for (int i = 0; i < 11; i++) {
                all.add(net.connect(listener));
            }
            var begun = new AtomicInteger();
            var served = net.start(listener.incoming()
                    .buffered(10, socket -> {
                        begun.incrementAndGet();
                        return AsyncIo.copy(socket, socket).closing(socket);
                    })
                    .take(11)
                    .map(AsyncIo.Copied::bytes)
                    .toList());
            get(Net.write(all.get(10), "waits"));
            for (int i = 9; i >= 0; i--) { // none waits for another's end
                get(Net.write(all.get(i), "echo " + i));
                assertThat(get(Net.read(all.get(i), 6))).isEqualTo("echo " + i);
            }
            assertThat(begun).hasValue(10);
            get(all.getFirst().shutdown());
            assertThat(get(Net.read(all.get(10), 5))).isEqualTo("waits");
            assertThat(begun).hasValue(11);
            all.forEach(TcpStream::close);
            assertThat(get(served)).containsExactly(6L, 6L, 6L, 6L, 6L, 6L, 6L, 6L, 6L, 6L, 5L);
        }
    }

    /// Item 9.
    @Test
    void eachConnectionIsServedByATaskOfItsOwn() throws Exception {
        var listener = net.listen();
        var open = new AtomicInteger();
        var serving = net.start(listener.incoming().forEach(socket -> {
            open.incrementAndGet();
            socket.use(it -> AsyncIo.copy(it, it)).spawn();
        }));
        var all = new ArrayList<TcpStream>();
        for (int i = 0; i < 10; i++) {
            all.add(net.connect(listener));
        }
        for (int i = all.size() - 1; i >= 0; i--) { // the first ones wait for nobody
            get(Net.write(all.get(i), "echo " + i));
            assertThat(get(Net.read(all.get(i), 6))).isEqualTo("echo " + i);
        }
        assertThat(open).hasValue(10);
        all.forEach(TcpStream::close);
        serving.cancel();
        listener.close();
        Eventually.until("every socket is closed", () -> net.reactor.openSockets() == 0);
    }

    /// Item 10.
    @Test
    void aConnectionThatWasResetInTheQueueEndsNothing() throws Exception {
        try (var listener = net.listen()) {
            var reset = net.connect(listener);
            reset.abort();
            var near = net.connect(listener);
            var address = near.localAddress();
            var found = net.start(listener.incoming()
                    .filter(far -> address.equals(far.remoteAddress()))
                    .next());
            assertThat(get(found)).isPresent();
        }
    }

    @Test
    void aStreamOfConnectionsThatGoesOnAfterFailuresEndsWithTheListener() throws Exception {
        var listener = net.listen();
        var told = new ArrayList<IOException>();
        var serving = net.start(listener.incoming().onFailure(told::add).forEach(TcpStream::close));
        net.connect(listener).close();
        listener.close();
        get(serving);
        assertThat(told).singleElement().isInstanceOf(ClosedChannelException.class);
        var other = net.listen();
        var incoming = other.incoming().onFailure(told::add);
        net.reactor.close();
        assertThat(get(incoming.next())).isEmpty();
        assertThat(told).hasSize(2).last().isInstanceOf(ReactorClosedException.class);
    }

    /// Item 11.
    @Test
    void thePortCanBeBoundAgainAtOnce() throws Exception {
        var listener = net.listen();
        var address = listener.localAddress();
        var near = net.connect(listener);
        var far = get(listener.accept());
        far.close(); // on this side first, which leaves the port in TIME_WAIT
        assertThat(get(Net.readToEnd(near))).isEmpty();
        near.close();
        listener.close();
        var released = new Polling();
        while (!listener.socket.released().isReady() && released.cx.observe(listener.socket.released(), null)) {
            released.awaitWake();
        }
        try (var again = net.tcp().bind(address).listen()) {
            assertThat(again.localAddress()).isEqualTo(address);
        }
    }

    @Test
    void acceptIsRefusedAfterTheClose() throws Exception {
        var listener = net.listen();
        var waiting = net.start(listener.accept());
        var polling = new Polling();
        assertThat(listener.pollAccept(polling.cx).isReady()).isFalse();
        listener.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> get(waiting));
        polling.awaitWake();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> listener.pollAccept(polling.cx));
        assertThat(listener.isOpen()).isFalse();
    }

    /// Item 89.
    @Test
    void aPendingAcceptIsToldThatTheReactorIsClosed() throws Exception {
        var listener = net.listen();
        var polling = new Polling();
        assertThat(listener.pollAccept(polling.cx).isReady()).isFalse();
        var task = net.start(listener.accept());
        net.reactor.close();
        polling.awaitWake();
        assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(() -> listener.pollAccept(polling.cx));
        assertThatIOException().isThrownBy(() -> get(task)).isInstanceOf(ReactorClosedException.class);
    }
}
