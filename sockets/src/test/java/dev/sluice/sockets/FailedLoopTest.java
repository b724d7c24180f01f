package dev.sluice.sockets;

import static dev.sluice.sockets.Sockets.aSocket;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A server on two loops, one of which fails: the system has taken its poller away.
@EveryTransport
class FailedLoopTest {
    private final Logged logged = new Logged();
    private final SelectorManager selector;
    private final LinkedBlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Exception> failures = new LinkedBlockingQueue<>();

    /// Which loop cannot wait any more.
    private volatile @Nullable EventLoop broken;

    FailedLoopTest(Setup setup) {
        Transport real;
        try (var any = setup.selector()) {
            real = any.reactor().transport();
        }
        var transport = Between.put(
                real,
                call -> {
                    var loop = broken;
                    if (call.name().equals("select")
                            && loop != null
                            && Thread.currentThread().getName().startsWith(loop.toString())) {
                        throw new IOException("no such poller");
                    }
                    return call.real();
                },
                Transport.class,
                Poller.class,
                ListenHandle.class,
                StreamHandle.class);
        selector = SelectorManager.create(it -> it.transport(transport).loops(2).blockedAfter(Duration.ZERO));
    }

    @AfterEach
    void close() {
        selector.close();
        logged.close();
    }

    /// A socket listens on the loop that it is bound on.
    private ServerSocket listenOn(EventLoop loop) throws Exception {
        return Eventually.get(CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return aSocket(selector).tcp().bind("127.0.0.1", 0);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                loop));
    }

    private Server serve(ServerSocket listener) {
        return listener.serve(
                socket -> {
                    accepted.add(socket);
                    socket.openReadChannel().copyTo(socket.openWriteChannel(true));
                },
                options -> options.onFailure((_, e) -> failures.add(e)));
    }

    private void breakLoop(EventLoop loop) {
        broken = loop;
        try {
            loop.execute(() -> {});
        } catch (RejectedExecutionException _) {
            return; // it has ended already
        }
        Eventually.until(loop + " has ended", loop::isClosing);
    }

    private java.net.Socket connect(ServerSocket listener) throws IOException {
        var client = new java.net.Socket(Net.LOOPBACK, listener.port());
        client.setSoTimeout((int) Eventually.PATIENCE.toMillis());
        return client;
    }

    private static void assertEchoes(java.net.Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    private EventLoop nextAccepted() throws InterruptedException {
        return requireNonNull(accepted.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).stream()
                .loop();
    }

    @Test
    void connectionsOfTheOtherLoopGoOnAndNewOnesAreServed() throws Exception {
        var good = selector.reactor().loops().getFirst();
        var bad = selector.reactor().loops().getLast();
        try (var listener = listenOn(good);
                var server = serve(listener);
                var one = connect(listener)) {
            var oneIsLost = nextAccepted() == bad; // before the next connects: handlers start in any order
            try (var two = connect(listener)) {
                assertThat(nextAccepted()).isSameAs(oneIsLost ? good : bad);
                assertEchoes(one);
                assertEchoes(two);

                breakLoop(bad);
                var failure = requireNonNull(failures.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS));
                assertThat(failure).isInstanceOf(ClosedChannelException.class);
                assertThat(failure.getCause()).hasMessageContaining(bad + " has failed");
                assertThat((oneIsLost ? one : two).getInputStream().read()).isEqualTo(-1);
                assertEchoes(oneIsLost ? two : one);
                for (int i = 0; i < 3; i++) {
                    try (var late = connect(listener)) {
                        assertEchoes(late);
                        assertThat(nextAccepted()).isSameAs(good);
                    }
                }
            }
            assertThat(server.listener().isClosed()).isFalse();
        }
        assertThat(failures).isEmpty();
        assertThat(logged.lines(Level.SEVERE))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(bad + " has failed"));
    }

    @Test
    void theServerEndsWithTheLoopOfItsListenerAndSaysWhy() throws Exception {
        var good = selector.reactor().loops().getFirst();
        var bad = selector.reactor().loops().getLast();
        try (var listener = listenOn(bad);
                var server = serve(listener)) {
            breakLoop(bad);
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(server::awaitClosed)
                    .havingCause()
                    .withMessageContaining(bad + " has failed");
            assertThat(listener.isClosed()).isTrue();
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(listener));
        }
        try (var next = listenOn(good);
                var server = serve(next);
                var client = connect(next)) {
            assertEchoes(client);
            assertThat(server.connections()).isOne();
        }
        assertThat(logged.lines(Level.SEVERE))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains(bad + " has failed"))
                .anySatisfy(line -> assertThat(line).contains("has stopped accepting"));
    }
}
