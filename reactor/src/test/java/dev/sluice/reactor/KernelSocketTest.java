package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Watcher;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The close protocol, on a handle that does nothing.
class KernelSocketTest {
    private final Reactor reactor;

    KernelSocketTest() throws IOException {
        reactor = Reactor.builder()
                .transport("nio")
                .loops(1)
                .blockedAfter(Duration.ZERO)
                .open();
    }

    @AfterEach
    void close() {
        reactor.close();
    }

    private KernelStreamSocket socket() throws IOException {
        var handle = (StreamHandle) Proxy.newProxyInstance(
                StreamHandle.class.getClassLoader(),
                new Class<?>[] {StreamHandle.class},
                (proxy, method, arguments) ->
                        method.isDefault() ? InvocationHandler.invokeDefault(proxy, method, arguments) : null);
        return new KernelStreamSocket(reactor.nextLoop(), handle);
    }

    private static @Nullable Throwable told(KernelSocket<?> socket) {
        return socket.closedException().getCause();
    }

    @Test
    void theFirstCloseDecidesTheCause() throws Exception {
        var lost = new IOException("lost");
        var first = socket();
        first.close(lost);
        first.close(new IOException("later"));
        first.close();
        assertThat(told(first)).isSameAs(lost);

        var wished = socket();
        wished.close();
        wished.close(lost);
        assertThat(told(wished)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {Watcher.PEER_CLOSED, Watcher.READ | Watcher.WRITE | Watcher.PEER_CLOSED, Watcher.FAILED})
    void whoeverIsWokenByThePeersCloseFindsThatItHasClosed(int events) throws Exception {
        var socket = socket();
        var found = new ArrayList<Boolean>();
        for (var direction : List.of(socket.input(), socket.output())) {
            direction.wouldBlock(direction.state());
            assertThat(direction.await(() -> found.add(socket.peerClosed().isReady())))
                    .isTrue();
        }
        socket.ready(events);
        assertThat(found).isNotEmpty().doesNotContain(false);
        assertThat(socket.input().isReady()).isTrue();
    }

    /// Each thread looks right after its own close: no later one may change what it sees.
    @Test
    void closesAtTheSameTimeAgreeOnTheCause() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            var socket = socket();
            var start = new CyclicBarrier(2);
            var one = new IOException("one");
            var two = new IOException("two");
            var seen = Eventually.async(() -> {
                start.await();
                socket.close(one);
                return told(socket);
            });
            start.await();
            socket.close(two);
            var told = told(socket);
            assertThat(told).isIn(one, two);
            assertThat(Eventually.get(seen)).isSameAs(told);
            assertThat(told(socket)).isSameAs(told);
        }
    }
}
