package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.testing.BlackHole;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Closing the reactor races each operation: everything that waits is told, and so is everything that comes
/// later.
@EveryTransport
class ReactorCloseTest {
    private static final int ROUNDS = 50;

    private final Setup setup;
    private Net net;

    ReactorCloseTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private void again() {
        net.close();
        net = new Net(setup);
    }

    @Test
    void whatWaitsIsToldOfTheClose() throws Exception {
        var outside = net.outside(); // an end of the same reactor would be told of its peer's close
        var near = outside.near();
        var listener = net.listen();
        Blocking.fill(near);
        var work = new ArrayList<Future<?>>();
        var waiting = new CountDownLatch(3);
        work.add(Eventually.async(() -> {
            assertThat(near.read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
            waiting.countDown();
            return Blocking.read(near, ByteBuffer.allocate(1));
        }));
        work.add(Eventually.async(() -> {
            assertThat(near.write(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
            waiting.countDown();
            Blocking.write(near, new byte[1]);
            return null;
        }));
        work.add(Eventually.async(() -> {
            assertThat(listener.accept()).isNull();
            waiting.countDown();
            return Blocking.accept(listener);
        }));
        Eventually.happens(waiting);
        net.reactor.close();
        for (var one : work) {
            assertToldOfTheClose(one);
        }
        assertClosed(() -> near.read(ByteBuffer.allocate(1)));
        assertClosed(() -> near.write(ByteBuffer.allocate(1)));
        assertClosed(listener::accept);
        assertClosed(near::localAddress);
        outside.peer().close();
    }

    @Test
    void whatComesAfterTheCloseIsTold() {
        net.reactor.close();
        net.reactor.close();
        assertClosed(net::listen);
        assertClosed(() -> Blocking.result(net.connect(new InetSocketAddress(Net.ip("127.0.0.1"), 9))));
        assertClosed(() -> Blocking.result(net.connect(InetSocketAddress.createUnresolved("localhost", 9))));
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> net.reactor.nextLoop().execute(() -> {}))
                .withCauseInstanceOf(ReactorClosedException.class);
    }

    /// Black hole: a listener whose queue is full answers no SYN.
    @Test
    void aConnectUnderWayIsToldOfTheClose() throws Exception {
        try (var hole = new BlackHole()) {
            var connect = net.connect(hole.address());
            assertThat(connect.result()).isNull();
            var waiting = Eventually.async(() -> Blocking.result(connect));
            net.reactor.close();
            assertToldOfTheClose(waiting);
        }
    }

    @Test
    void aConnectWhoseNameIsBeingResolvedIsToldOfTheClose() {
        for (int i = 0; i < ROUNDS; i++) {
            var connect = net.connect(InetSocketAddress.createUnresolved("localhost", 9));
            var result = Eventually.async(() -> Blocking.result(connect));
            net.reactor.close();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> Eventually.get(result))
                    .withCauseInstanceOf(IOException.class); // or refused, if that was faster
            again();
        }
    }

    @Test
    void closeRacesConnectAndAccept() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            var listener = net.listen();
            var work = new ArrayList<Future<?>>();
            var started = new CountDownLatch(2);
            work.add(Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.accept(listener);
                }
            }));
            work.add(Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.result(net.connect(listener.localAddress()));
                }
            }));
            Eventually.happens(started);
            net.reactor.close();
            for (var one : work) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> Eventually.get(one))
                        .withCauseInstanceOf(IOException.class);
            }
            assertThat(net.reactor.openSockets()).isZero();
            again();
        }
    }

    @Test
    void closeRacesReadAndWrite() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            var pair = net.pair();
            var work = new ArrayList<Future<?>>();
            var started = new CountDownLatch(2);
            work.add(Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.write(pair.near(), Blocking.readExactly(pair.near(), 8));
                }
            }));
            work.add(Eventually.async(() -> {
                started.countDown();
                while (true) {
                    Blocking.write(pair.far(), new byte[8]);
                    Blocking.readExactly(pair.far(), 8);
                }
            }));
            Eventually.happens(started);
            net.reactor.close();
            for (var one : work) {
                // The end or a reset, when the other side was closed first.
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> Eventually.get(one))
                        .withCauseInstanceOf(IOException.class);
            }
            again();
        }
    }

    private static final ByteBuffer[] DIRECT = {ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(8)};

    /// What is done over and over until it fails.
    enum Operation {
        SCATTERED_READ(it -> it.pair.near().read(cleared(), 0, 2)),
        GATHERED_WRITE(it -> it.pair.near().write(cleared(), 0, 2)),
        PEEK(it -> it.pair.near().peek(ByteBuffer.allocate(8))),
        SEND_FILE(it -> it.pair.near().transferFrom(it.file, 0, 8)),
        SHUTDOWN_INPUT(it -> {
            it.pair.near().shutdownInput();
            return 0;
        }),
        SHUTDOWN_OUTPUT(it -> {
            it.pair.near().shutdownOutput();
            return 0;
        }),
        GET_OPTION(it -> it.pair.near().getOption(StandardSocketOptions.SO_SNDBUF)),
        SET_OPTION(it -> {
            it.pair.near().setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            return 0;
        }),
        CONNECT_AND_ABORT(it -> {
            Blocking.result(it.net.connect(it.listener.localAddress())).abort();
            return 0;
        }),
        TIMER(it -> {
            it.pair.near().loop().timer(() -> {}).set(it.pair.near().loop().nanoTime());
            return 0;
        });

        interface Once {
            Object on(Subject it) throws Exception;
        }

        @SuppressWarnings("ImmutableEnumChecker") // none of them keeps anything
        private final Once once;

        Operation(Once once) {
            this.once = once;
        }

        private static ByteBuffer[] cleared() {
            return new ByteBuffer[] {DIRECT[0].duplicate(), DIRECT[1].duplicate()};
        }
    }

    record Subject(Net net, Net.Pair pair, ListenSocket listener, FileChannel file) {}

    @ParameterizedTest
    @EnumSource
    void closeRacesEveryOtherOperation(Operation operation, @TempDir Path directory) throws Exception {
        try (var file = FileChannel.open(Files.write(directory.resolve("file"), new byte[8]))) {
            for (int i = 0; i < ROUNDS / 5; i++) {
                var subject = new Subject(net, net.pair(), net.listen(), file);
                var started = new CountDownLatch(1);
                var work = Eventually.async(() -> {
                    while (true) {
                        operation.once.on(subject);
                        started.countDown();
                    }
                });
                Eventually.happens(started);
                net.reactor.close();
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> Eventually.get(work))
                        .havingCause()
                        .isInstanceOfAny(IOException.class, RejectedExecutionException.class);
                assertThat(net.reactor.openSockets()).isZero();
                again();
            }
        }
    }

    @Test
    void closeRacesListen() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            var started = new CountDownLatch(1);
            var listening = Eventually.async(() -> {
                while (true) {
                    net.listen().close();
                    started.countDown();
                }
            });
            Eventually.happens(started);
            net.reactor.close();
            assertToldOfTheClose(listening);
            again();
        }
    }

    @Test
    void closeFromALoopOfItsOwnDoesNotWaitForItself() throws Exception {
        var pair = net.pair();
        var closed = new CountDownLatch(1);
        pair.near().loop().execute(() -> {
            net.reactor.close();
            closed.countDown();
        });
        Eventually.happens(closed);
        Eventually.until("all sockets are closed", () -> net.reactor.openSockets() == 0);
        assertClosed(() -> pair.near().read(ByteBuffer.allocate(1)));
    }

    @Test
    void tasksThatWereTakenAreRun() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            var loop = net.reactor.nextLoop();
            var runs = new AtomicInteger();
            var started = new CountDownLatch(1);
            var handing = Eventually.async(() -> {
                int taken = 0;
                while (true) {
                    try {
                        loop.execute(() -> {
                            runs.incrementAndGet();
                            started.countDown();
                        });
                    } catch (RejectedExecutionException _) {
                        return taken;
                    }
                    taken++;
                }
            });
            Eventually.happens(started);
            net.reactor.close();
            int taken = Eventually.get(handing);
            Eventually.until("all that was taken has run", () -> runs.get() == taken);
            again();
        }
    }

    @Test
    void timeoutAsLongAsThereIsDoesNotEndAtOnce() throws Exception {
        try (var server = new ServerSocket()) {
            server.bind(Net.loopback());
            var forever = Duration.ofSeconds(Long.MAX_VALUE);
            var connect = net.reactor.connect(server.getLocalSocketAddress(), null, Options.none(), forever);
            var connected = Eventually.get(Eventually.async(() -> Blocking.result(connect)));
            assertThat(connected.isOpen()).isTrue();
        }
    }

    private static void assertClosed(Callable<?> operation) {
        assertThatExceptionOfType(ReactorClosedException.class)
                .isThrownBy(operation::call)
                .withMessageContaining("is closed");
    }

    private static void assertToldOfTheClose(Future<?> work) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> Eventually.get(work))
                .withCauseInstanceOf(ReactorClosedException.class);
    }
}
