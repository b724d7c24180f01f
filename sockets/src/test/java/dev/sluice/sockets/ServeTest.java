package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.testing.Eventually;
import dev.sluice.testing.TcpTable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A server that runs a handler for each connection, and how it ends.
@EveryTransport
class ServeTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int A_WHILE_MILLIS = 100;

    private final Net net;
    private final Setup setup;
    private final ServerSocket listener;

    ServeTest(Setup setup) throws IOException {
        this.setup = setup;
        net = new Net(setup);
        listener = net.listen();
    }

    @AfterEach
    void close() {
        listener.close();
        net.close();
    }

    private java.net.Socket connect() throws IOException {
        var socket = new java.net.Socket(Net.LOOPBACK, listener.port());
        socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        socket.openReadChannel().copyTo(socket.openWriteChannel());
    }

    private void assertEchoes() throws IOException {
        try (var client = connect()) {
            client.getOutputStream().write("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void eachConnectionIsHandledOnAVirtualThreadOfItsOwnAndThenClosed() throws Exception {
        var threads = new ConcurrentLinkedQueue<Thread>();
        var sockets = new ConcurrentLinkedQueue<Socket>();
        try (var server = listener.serve(socket -> {
            threads.add(Thread.currentThread());
            sockets.add(socket);
            socket.openWriteChannel().writeString("bye"); // not flushed
        })) {
            assertThat(server.listener()).isSameAs(listener);
            for (int i = 0; i < 3; i++) {
                try (var client = connect()) {
                    assertThat(client.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("bye");
                }
            }
        }
        assertThat(threads).hasSize(3).doesNotHaveDuplicates().allMatch(Thread::isVirtual);
        assertThat(threads).allMatch(thread -> thread.getName().endsWith("-connection"));
        assertThat(sockets).allMatch(Socket::isClosed);
    }

    @Test
    void noMoreConnectionsAreHandledAtOnceThanTheLimit() throws Exception {
        var begun = new AtomicInteger();
        var most = new AtomicInteger();
        try (var server = listener.serve(
                        socket -> {
                            most.accumulateAndGet(begun.incrementAndGet(), Math::max);
                            socket.openReadChannel().readByte();
                            begun.decrementAndGet();
                        },
                        o -> o.maxConnections(2));
                var first = connect();
                var second = connect();
                var third = connect()) {
            Eventually.until("two are handled", () -> begun.get() == 2);
            assertThat(server.connections()).isEqualTo(2);
            first.getOutputStream().write(1);
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            third.getOutputStream().write(1);
            assertThat(third.getInputStream().read()).isEqualTo(-1); // its turn has come
            second.getOutputStream().write(1);
            assertThat(second.getInputStream().read()).isEqualTo(-1);
            assertThat(most).hasValue(2);
        }
    }

    // Ending

    @Test
    void aServerWithoutConnectionsClosesAtOnce() throws Exception {
        var server = listener.serve(ServeTest::echo, o -> o.grace(LONG));
        assertEchoes();
        setup.run(server::close).get();
        setup.run(server::close).get();
        server.awaitClosed();
        assertThat(listener.isClosed()).isTrue();
    }

    @Test
    void aServerClosesAtOnceAlsoRightAfterItsStart() throws Exception {
        for (int i = 0; i < 50; i++) {
            var another = net.listen();
            var server = another.serve(ServeTest::echo, o -> o.grace(LONG));
            setup.run(server::close).get();
            server.awaitClosed();
        }
    }

    @Test
    void aServerThatIsFullClosesWhenItsHandlersEnd() throws Exception {
        var server = listener.serve(ServeTest::echo, o -> o.maxConnections(1).grace(LONG));
        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            var closing = setup.run(server::close);
            client.shutdownOutput();
            closing.get();
        }
    }

    @Test
    void closingLetsHandlersFinishWithinTheGracePeriod() throws Exception {
        var server = listener.serve(ServeTest::echo, o -> o.grace(LONG));
        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            var closing = setup.run(server::close);
            listener.awaitClosed();
            assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
            client.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            assertThat(closing.result().isDone()).isFalse();
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            closing.get();
        }
    }

    @Test
    void afterTheGracePeriodHandlersAreInterrupted() throws Exception {
        var failures = new LinkedBlockingQueue<Exception>();
        var server = listener.serve(ServeTest::echo, o -> o.grace(Duration.ZERO).onFailure((_, e) -> failures.add(e)));
        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            server.close();
            assertThat(failures.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aHandlerThatDoesNotHeedAnInterruptLosesItsConnection() throws Exception {
        var release = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var failures = new LinkedBlockingQueue<Exception>();
        var server = listener.serve(
                socket -> {
                    begun.countDown();
                    awaitStubbornly(release);
                    socket.openReadChannel().readByte();
                },
                o -> o.grace(Duration.ZERO).onFailure((_, e) -> failures.add(e)));
        try (var client = connect()) {
            Eventually.happens(begun);
            server.close();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> client.getInputStream().read())
                    .withMessageContaining("reset");
            assertThat(net.logged.lines(Level.WARNING))
                    .anySatisfy(line -> assertThat(line).contains("1 connections were reset"));
        } finally {
            release.countDown();
        }
        assertThat(failures.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(IOException.class);
    }

    private static void awaitStubbornly(CountDownLatch release) {
        boolean interrupted = false;
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHandlerMayCloseItsServerAndGoesOn() throws Exception {
        var server = serveUntilTold(Duration.ofMillis(1));
        try (var other = connect();
                var quits = connect()) {
            Eventually.until("both are handled", () -> server.connections() == 2);
            quits.getOutputStream().write('q');
            assertThat(quits.getInputStream().readAllBytes()).asString().isEqualTo("bye");
            assertThat(other.getInputStream().read()).isEqualTo(-1);
        }
        server.awaitClosed();
    }

    @Test
    void aHandlerThatClosesItsServerDoesNotWaitForItself() throws Exception {
        serveUntilTold(LONG);
        try (var quits = connect()) {
            quits.getOutputStream().write('q');
            assertThat(quits.getInputStream().readAllBytes()).asString().isEqualTo("bye");
        }
    }

    private Server serveUntilTold(Duration grace) {
        var server = new CompletableFuture<Server>();
        server.complete(listener.serve(
                socket -> {
                    if (socket.openReadChannel().readByte() == 'q') {
                        server.get().close();
                        socket.openWriteChannel().writeString("bye");
                    }
                },
                o -> o.grace(grace)));
        return server.join();
    }

    @Test
    void anInterruptOfTheThreadThatClosesEndsTheGracePeriod() throws Exception {
        var server = listener.serve(ServeTest::echo, o -> o.grace(LONG).onFailure((_, _) -> {}));
        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            var flag = new AtomicBoolean();
            var closing = setup.run(() -> {
                server.close();
                flag.set(Thread.currentThread().isInterrupted());
            });
            Eventually.until("it waits", () -> LockSupport.getBlocker(closing.thread()) != null);
            closing.interrupt().get();
            assertThat(flag).isTrue();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aGracePeriodThatNobodyLivesToSeeIsAllowed() throws Exception {
        var server = listener.serve(ServeTest::echo, o -> o.grace(Duration.ofSeconds(Long.MAX_VALUE)));
        assertEchoes();
        setup.run(server::close).get();
    }

    @Test
    void closingTheServerSocketEndsTheServer() throws Exception {
        var server = listener.serve(ServeTest::echo);
        assertEchoes();
        var waiting = setup.run(server::awaitClosed);
        listener.close();
        waiting.get();
        server.close();
    }

    // 27
    @Test
    void closingTheSelectorEndsTheServer() throws Exception {
        var failures = new LinkedBlockingQueue<Exception>();
        var server = listener.serve(ServeTest::echo, o -> o.grace(LONG).onFailure((_, e) -> failures.add(e)));
        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            net.selector.close();
            setup.run(server::awaitClosed).get();
            assertThat(failures.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasMessageContaining("is closed");
            setup.run(server::close).get();
        }
    }

    // Failures

    @Test
    void aFailingHandlerEndsItsOwnConnectionAlone() throws Exception {
        var failures = new LinkedBlockingQueue<Exception>();
        var begun = new AtomicInteger();
        try (var server = listener.serve(
                socket -> {
                    if (begun.incrementAndGet() == 2) {
                        throw new IllegalArgumentException("the second one fails");
                    }
                    echo(socket);
                },
                o -> o.onFailure((_, e) -> failures.add(e)))) {
            try (var living = connect()) {
                living.getOutputStream().write(1);
                assertThat(living.getInputStream().read()).isEqualTo(1);
                try (var failing = connect()) {
                    assertThat(failing.getInputStream().read()).isEqualTo(-1);
                }
                living.getOutputStream().write(2);
                assertThat(living.getInputStream().read()).isEqualTo(2);
            }
            assertEchoes();
            Eventually.until("all handlers have ended", () -> server.connections() == 0);
        }
        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessage("the second one fails"));
    }

    @Test
    void whoIsToldOfAFailureCanStillAnswer() throws Exception {
        try (var server = listener.serve(
                        _ -> {
                            throw new IllegalStateException("no such thing");
                        },
                        o -> o.onFailure(ServeTest::answer));
                var client = connect()) {
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("error: no such thing\n");
            assertThat(server.listener().isClosed()).isFalse();
        }
    }

    private static void answer(Socket socket, Exception e) {
        try {
            socket.openWriteChannel().writeString("error: " + e.getMessage() + "\n");
        } catch (IOException lost) {
            throw new AssertionError(lost);
        }
    }

    @Test
    void whatCouldNotBeSentWhenAHandlerHadEndedIsAFailureToo() throws Exception {
        var failures = new LinkedBlockingQueue<Exception>();
        var begun = new CompletableFuture<Socket>();
        var goOn = new CountDownLatch(1);
        try (var server = listener.serve(
                socket -> {
                    begun.complete(socket);
                    Eventually.happens(goOn);
                    socket.openWriteChannel().writeString("lost");
                },
                o -> o.onFailure((_, e) -> failures.add(e)))) {
            SocketAddress lost;
            try (var client = connect()) {
                begun.get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                lost = client.getLocalSocketAddress();
                client.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
            }
            TcpTable.awaitLost(listener.localAddress(), lost);
            goOn.countDown();
            assertThat(failures.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasMessageContaining("closed with 4 bytes not sent");
            assertThat(server.listener().isClosed()).isFalse();
        }
    }

    @Test
    void unlessToldOtherwiseOnlyDefectsAreLogged() throws Exception {
        try (var server = listener.serve(socket -> {
            if (socket.openReadChannel().readByte() == 'x') {
                throw new IllegalArgumentException("a defect of the handler");
            }
        })) {
            try (var cutOff = connect()) {
                cutOff.shutdownOutput(); // readByte meets the end: the network's everyday life
                assertThat(cutOff.getInputStream().read()).isEqualTo(-1);
            }
            try (var client = connect()) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            Eventually.until("both have ended", () -> server.connections() == 0);
        }
        assertThat(net.logged.lines(Level.INFO))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("handler of")
                        .contains("127.0.0.1")
                        .contains("a defect of the handler"));
        net.logged.forget();
    }

    @Test
    void anErrorOfAHandlerGoesToTheThreadsHandlerAndTheServerLives() throws Exception {
        var uncaught = new LinkedBlockingQueue<Throwable>();
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> uncaught.add(e));
        try (var server = listener.serve(socket -> {
            if (socket.openReadChannel().readByte() == 'x') {
                throw new StackOverflowError();
            }
            socket.openWriteChannel().writeString("fine");
        })) {
            try (var client = connect()) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(uncaught.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(StackOverflowError.class);
            try (var client = connect()) {
                client.getOutputStream().write('y');
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("fine");
            }
            assertThat(server.listener().isClosed()).isFalse();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void aSecondServerOnTheSameSocketIsRefused() throws Exception {
        try (var server = listener.serve(ServeTest::echo)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> listener.serve(ServeTest::echo))
                    .withMessageContaining("127.0.0.1:" + listener.port());
            assertEchoes();
            assertThat(server.listener().isClosed()).isFalse();
        }
    }

    @Test
    void aServerThatCannotAcceptEndsAndSaysWhy() throws Exception {
        var taken = net.listen();
        var acceptor = setup.async(taken::accept).awaitBlocked(); // and two cannot accept
        var server = taken.serve(ServeTest::echo);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(server::awaitClosed)
                .withMessageContaining(acceptor.thread().getName());
        assertThat(taken.isClosed()).isTrue();
        assertThat(acceptor.failure()).isInstanceOf(ClosedChannelException.class);
        server.close();
        assertThat(net.logged.lines(Level.SEVERE))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("has stopped accepting"));
        net.logged.forget();
    }

    @Test
    void anOptionThatTheTransportLacksIsToldAtTheCall() throws Exception {
        if (setup.isLinux()) {
            return; // has them all
        }
        var tcp = net.tcp();
        var limit = Duration.ofSeconds(30);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> tcp.bind("127.0.0.1", 0, o -> o.accepted(a -> a.deadPeerTimeout(limit))))
                .withMessageContainingAll("nio", "TCP_USER_TIMEOUT");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> tcp.connect("127.0.0.1", listener.port(), o -> o.deadPeerTimeout(limit)))
                .withMessageContainingAll("nio", "TCP_USER_TIMEOUT");
    }

    @Test
    void optionsThatMakeNoSenseAreRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listener.serve(ServeTest::echo, o -> o.maxConnections(0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listener.serve(ServeTest::echo, o -> o.grace(Duration.ofSeconds(-1))));
    }

    @Test
    void connectionsThatComeWhileTheServerClosesAreEitherHandledOrEnded() throws Exception {
        for (int i = 0; i < 20; i++) {
            var another = net.listen();
            var server = another.serve(socket -> socket.openWriteChannel().writeString("x"));
            var clients = new ArrayList<Async<Integer>>();
            for (int j = 0; j < 8; j++) {
                clients.add(setup.async(() -> outcome(another.port())));
            }
            server.close();
            for (var client : clients) {
                assertThat(List.of(0, 1)).contains(client.get());
            }
        }
    }

    /// How many bytes came before the connection ended in any way, or was none: Linux drops the last packet of a
    /// handshake that meets the close of the listener, and tells nobody, so that the client has no other end.
    private static int outcome(int port) {
        int bytes = 0;
        try (var client = new java.net.Socket(Net.LOOPBACK, port)) {
            if (client.getLocalPort() == port) {
                return bytes; // nobody listens there any more, and the system chose the same port: it met itself
            }
            client.setSoTimeout(A_WHILE_MILLIS);
            long end = System.nanoTime() + Eventually.PATIENCE.toNanos();
            for (boolean alone = false; ; ) {
                try {
                    if (client.getInputStream().read() < 0) {
                        return bytes;
                    }
                    bytes++;
                } catch (java.net.SocketTimeoutException e) {
                    if (alone) {
                        return bytes;
                    }
                    alone = !TcpTable.has(client.getRemoteSocketAddress(), client.getLocalSocketAddress());
                    if (System.nanoTime() > end) {
                        throw new AssertionError("the connection was left alone", e);
                    }
                }
            }
        } catch (IOException _) {
            return bytes; // refused or reset
        }
    }
}
