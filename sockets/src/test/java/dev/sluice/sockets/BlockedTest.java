package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import dev.sluice.testing.BlackHole;
import dev.sluice.testing.Eventually;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of a thread that waits in an operation when something else happens, and of the socket: the table
/// of the page on sockets, line by line, for reading, writing, accepting and connecting.
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.sockets.Setup#onBothKindsOfThreads")
class BlockedTest {
    private static final int TOO_MUCH = 32 << 20;

    private final Net net;
    private final Setup setup;

    BlockedTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private Async<Byte> reader(Net.Outside outside) {
        return setup.async(() -> outside.near().in().readByte()).awaitBlocked();
    }

    private Async<Void> writer(Net.Outside outside) {
        return setup.run(() -> outside.near().out().writeFully(new byte[TOO_MUCH]))
                .awaitBlocked();
    }

    // Another thread closes the socket

    // 17
    @Test
    void aReaderLearnsThatAnotherThreadClosedTheSocket() throws Exception {
        try (var outside = net.outside()) {
            var reader = reader(outside);
            outside.near().socket().close();
            assertThat(reader.failure()).isInstanceOf(AsynchronousCloseException.class);
            assertThat(outside.near().in().isClosedForRead()).isTrue();
        }
    }

    // 17
    @Test
    void aWriterLearnsThatAnotherThreadClosedTheSocket() throws Exception {
        try (var outside = net.outside()) {
            var writer = writer(outside);
            outside.near().socket().close();
            assertThat(writer.failure()).isInstanceOf(AsynchronousCloseException.class);
            assertThat(outside.near().out().isClosedForWrite()).isTrue();
        }
    }

    // 7
    @Test
    void anAcceptorLearnsThatAnotherThreadClosedTheSocket() throws Exception {
        var server = net.listen();
        var acceptor = setup.async(server::accept).awaitBlocked();
        server.close();
        var told = acceptor.failure();
        assertThat(told).isInstanceOf(AsynchronousCloseException.class);
        assertNoBadDescriptor(told);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(server::accept);
    }

    // 8
    @Test
    void aCloseThatRacesWithAcceptIsToldInTheSameWay() throws Exception {
        for (int i = 0; i < 100; i++) {
            var server = net.listen();
            var acceptor = setup.async(server::accept);
            server.close();
            var told = acceptor.failure();
            assertThat(told).isInstanceOf(ClosedChannelException.class);
            assertNoBadDescriptor(told);
        }
    }

    private static void assertNoBadDescriptor(Throwable told) {
        for (Throwable t = told; t != null; t = t.getCause()) {
            assertThat(String.valueOf(t.getMessage())).doesNotContainIgnoringCase("descriptor");
        }
    }

    // 4
    @Test
    void whoeverWaitsIsToldTheCauseOfACancel() throws Exception {
        try (var outside = net.outside()) {
            var why = new IOException("the peer broke the protocol");
            var reader = reader(outside);
            var writer = writer(outside);
            outside.near().socket().cancel(why);
            for (var waited : List.of(reader, writer)) {
                assertThat(waited.failure())
                        .isInstanceOf(AsynchronousCloseException.class)
                        .hasCause(why);
            }
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> outside.near().in().readByte())
                    .withCause(why);
            assertThat(outside.near().in().closedCause()).isSameAs(why);
            assertThat(outside.near().out().closedCause()).isSameAs(why);
        }
    }

    @Test
    void awaitClosedEndsWithTheSocketAndWithTheSelector() throws Exception {
        var closed = net.outside();
        var waitsForClose = setup.run(() -> closed.near().socket().awaitClosed());
        closed.near().socket().close();
        waitsForClose.get();
        var left = net.outside();
        var server = net.listen();
        var waits = new ArrayList<Async<Void>>();
        for (int i = 0; i < 2; i++) {
            waits.add(setup.run(() -> left.near().socket().awaitClosed()));
            waits.add(setup.run(server::awaitClosed));
        }
        net.selector.close();
        for (var one : waits) {
            one.get();
        }
        closed.close();
        left.close();
    }

    // An interrupt

    @Test
    void anInterruptedReaderLeavesTheSocketOpenAndLosesNothing() throws Exception {
        try (var outside = net.outside()) {
            var flag = new AtomicBoolean();
            var reader = setup.run(() -> readFully(outside, flag));
            outside.send("12345");
            reader.awaitBlocked();
            var e = (InterruptedIOException) reader.interrupt().failure();
            assertThat(flag).isTrue();
            outside.send("67890");
            int left = 10 - e.bytesTransferred;
            assertThat(outside.near().in().readByteArray(left))
                    .asString()
                    .isEqualTo("1234567890".substring(e.bytesTransferred));
            assertThat(e).hasMessageContaining("read").hasMessageContaining("interrupted");
        }
    }

    private static void readFully(Net.Outside outside, AtomicBoolean flag) throws IOException {
        try {
            outside.near().in().readFully(new byte[10]);
        } finally {
            flag.set(Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void anInterruptedReaderOfAValueHasConsumedNothing() throws Exception {
        try (var outside = net.outside()) {
            var reader = setup.async(() -> outside.near().in().readLong());
            outside.send(new byte[] {1, 2, 3});
            reader.awaitBlocked().interrupt().failure();
            outside.send(new byte[] {4, 5, 6, 7, 8});
            assertThat(outside.near().in().readLong()).isEqualTo(0x0102030405060708L);
        }
    }

    @Test
    void anInterruptedWriterLeavesTheSocketOpen() throws Exception {
        try (var outside = net.outside()) {
            var writer = writer(outside);
            var e = (InterruptedIOException) writer.interrupt().failure();
            assertThat(e.bytesTransferred).isPositive();
            assertThat(outside.near().socket().isClosed()).isFalse();
            outside.peer().getInputStream().readNBytes(e.bytesTransferred);
            outside.near().out().writeString("go on");
            outside.near().out().flush();
            assertThat(outside.receive(5)).isEqualTo("go on");
        }
    }

    // 20
    @Test
    void anInterruptedAcceptorLeavesTheSocketOpenAndLosesNoConnection() throws Exception {
        try (var server = net.listen()) {
            var acceptor = setup.async(server::accept).awaitBlocked();
            assertThat(acceptor.interrupt().failure()).isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(server.isClosed()).isFalse();
            try (var socket = net.connect(server);
                    var accepted = server.accept()) {
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
            }
            var again = setup.async(server::accept).awaitBlocked();
            try (var socket = net.connect(server);
                    var accepted = again.get()) {
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
            }
        }
    }

    // 21
    @Test
    void anInterruptedConnectIsReallyAbandoned() throws Exception {
        try (var hole = new BlackHole()) {
            var connecting = setup.async(() -> net.tcp().connect(hole.address()));
            connecting.awaitBlocked();
            Eventually.until(
                    "the attempt is under way", () -> net.selector.reactor().openSockets() == 1);
            assertThat(connecting.interrupt().failure()).isExactlyInstanceOf(InterruptedIOException.class);
            Eventually.until(
                    "the attempt is abandoned", () -> net.selector.reactor().openSockets() == 0);
        }
    }

    @Test
    void theFlagStaysSetAfterEachInterruption() throws Exception {
        try (var outside = net.outside();
                var server = net.listen();
                var hole = new BlackHole()) {
            var near = outside.near();
            for (Setup.Action operation : List.<Setup.Action>of(
                    near.in()::readByte,
                    () -> near.out().writeFully(new byte[TOO_MUCH]),
                    server::accept,
                    () -> net.tcp().connect(hole.address()),
                    near.socket()::awaitPeerClosed)) {
                var waiting = setup.async(() -> flagAfter(operation)).awaitBlocked();
                assertThat(waiting.interrupt().get()).isTrue();
            }
        }
    }

    private static boolean flagAfter(Setup.Action operation) throws Exception {
        try {
            operation.run();
            return false;
        } catch (InterruptedIOException _) {
            return Thread.currentThread().isInterrupted();
        }
    }

    @Test
    void anInterruptClosesTheSocketIfThatIsWanted() throws Exception {
        try (var outside = net.outside(o -> o.closeOnInterrupt(true))) {
            var reader = reader(outside);
            var writer = writer(outside);
            assertThat(reader.interrupt().failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(writer.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(outside.near().socket().isClosed()).isTrue();
            assertThat(outside.near().socket().closedCause()).isInstanceOf(InterruptedIOException.class);
        }
    }

    // The flag is set before the operation begins

    @Test
    void whoIsInterruptedAlreadyReadsNothing() throws Exception {
        try (var outside = net.outside()) {
            outside.send("x");
            assertThat(outside.near().in().awaitContent(1)).isTrue();
            assertThat(interrupted(() -> outside.near().in().readByte()))
                    .isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(interrupted(() -> outside.near().in().readLine()))
                    .isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(outside.near().in().readByte()).isEqualTo((byte) 'x');
        }
    }

    @Test
    void whoIsInterruptedAlreadyWritesNothing() throws Exception {
        try (var outside = net.outside()) {
            var out = outside.near().out();
            assertThat(interrupted(() -> out.writeByte('x'))).isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(interrupted(() -> out.writeFully(new byte[TOO_MUCH])))
                    .isExactlyInstanceOf(InterruptedIOException.class);
            out.writeString("y");
            assertThat(interrupted(out::flush)).isExactlyInstanceOf(InterruptedIOException.class);
            assertThat(interrupted(out::close)).isExactlyInstanceOf(InterruptedIOException.class);
            out.close();
            assertThat(outside.peer().getInputStream().readAllBytes()).containsExactly('y');
        }
    }

    @Test
    void whoIsInterruptedAlreadyAcceptsNothing() throws Exception {
        try (var server = net.listen();
                var socket = net.connect(server)) {
            assertThat(interrupted(server::accept)).isExactlyInstanceOf(InterruptedIOException.class);
            try (var accepted = server.accept()) {
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
            }
        }
    }

    @Test
    void whoIsInterruptedAlreadyDoesNotConnect() throws Exception {
        try (var server = ServerSocketChannel.open()) {
            server.bind(Net.loopback());
            var address = (InetSocketAddress) server.getLocalAddress();
            assertThat(interrupted(() -> net.tcp().connect(address))).isExactlyInstanceOf(InterruptedIOException.class);
            try (var later = net.tcp().connect(address);
                    var accepted = server.accept()) {
                assertThat(accepted.getRemoteAddress()).as("the first one").isEqualTo(later.localAddress());
            }
        }
    }

    @Test
    void whoIsInterruptedAlreadyClosesTheSocketIfThatIsWanted() throws Exception {
        try (var outside = net.outside(o -> o.closeOnInterrupt(true))) {
            assertThat(interrupted(() -> outside.near().in().readByte()))
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(outside.near().socket().isClosed()).isTrue();
        }
    }

    /// What an operation throws on a thread whose flag is set.
    private Throwable interrupted(Setup.Action operation) throws Exception {
        return setup.run(() -> {
                    Thread.currentThread().interrupt();
                    operation.run();
                })
                .failure();
    }

    // One's own side is ended by another thread

    // 33
    @Test
    void aReaderLearnsThatAnotherThreadClosedItsChannel() throws Exception {
        try (var outside = net.outside()) {
            var reader = reader(outside);
            outside.near().in().close();
            assertThat(reader.failure()).isInstanceOf(ClosedReadChannelException.class);
            assertThat(outside.near().in().isClosedForRead()).isTrue();
            outside.near().out().writeString("still there");
            outside.near().out().flush();
            assertThat(outside.receive(11)).isEqualTo("still there");
        }
    }

    // 33
    @Test
    void aReaderIsToldTheCauseOfACancel() throws Exception {
        try (var outside = net.outside()) {
            var why = new IOException("not interested");
            var reader = reader(outside);
            outside.near().in().cancel(why);
            assertThat(reader.failure())
                    .isInstanceOf(ClosedReadChannelException.class)
                    .hasCause(why);
            assertThat(outside.near().in().closedCause()).isSameAs(why);
        }
    }

    // The selector is closed

    // 27
    @Test
    void whoeverWaitsLearnsThatTheSelectorIsClosed() throws Exception {
        try (var reading = net.outside();
                var writing = net.outside();
                var watching = net.outside();
                var hole = new BlackHole()) {
            var server = net.listen();
            var waiting = List.<Async<?>>of(
                    reader(reading),
                    writer(writing),
                    setup.run(watching.near().socket()::awaitPeerClosed).awaitBlocked(),
                    setup.async(server::accept).awaitBlocked(),
                    setup.async(() -> net.tcp().connect(hole.address())).awaitBlocked());
            net.selector.close();
            for (var one : waiting) {
                assertThat(one.failure())
                        .isInstanceOf(AsynchronousCloseException.class)
                        .hasMessageContaining(net.selector.toString())
                        .hasMessageContaining("is closed");
            }
            assertThat(reading.near().socket().isClosed()).isTrue();
            assertThat(server.isClosed()).isTrue();
        }
    }

    // 27
    @Test
    void nothingBeginsOnAClosedSelector() throws Exception {
        var server = net.listen();
        var outside = net.outside();
        net.selector.close();
        for (Setup.Action operation : List.<Setup.Action>of(
                server::accept,
                () -> net.tcp().bind("127.0.0.1", 0),
                () -> net.tcp().connect("127.0.0.1", 1),
                () -> net.tcp().connect("localhost", 1),
                () -> outside.near().in().readByte(),
                () -> outside.near().out().writeByte(1))) {
            assertThatExceptionOfType(AsynchronousCloseException.class)
                    .isThrownBy(operation::run)
                    .withMessageContaining("is closed");
        }
        outside.close();
    }

    // The peer ends

    @Test
    void aReaderLearnsThatThePeerHasEnded() throws Exception {
        try (var outside = net.outside()) {
            var reader = reader(outside);
            outside.peer().close();
            assertThat(reader.failure()).isInstanceOf(EOFException.class);
            assertThat(outside.near().in().readAvailable(ByteBuffer.allocate(1)))
                    .isEqualTo(-1);
        }
    }

    // 22
    @Test
    void aReaderAndAWriterLearnThatThePeerHasReset() throws Exception {
        try (var outside = net.outside()) {
            var reader = reader(outside);
            var writer = writer(outside);
            outside.reset();
            assertThat(reader.failure()).isInstanceOf(SocketException.class).hasMessageContainingAll("read", "reset");
            assertThat(writer.failure())
                    .isInstanceOf(IOException.class)
                    .message()
                    .containsPattern("[Rr]eset|[Bb]roken pipe"); // the latter if the reader was told first
        }
    }

    @Test
    void whoWaitsForThePeerToCloseIsToldWhileNobodyReads() throws Exception {
        if (!setup.isLinux()) {
            return; // java.nio has no such notice
        }
        try (var outside = net.outside()) {
            var watcher = setup.run(outside.near().socket()::awaitPeerClosed).awaitBlocked();
            outside.peer().close();
            watcher.get();
        }
    }

    @Test
    void whoWaitsForThePeerToCloseIsToldThatThisSideWasClosed() throws Exception {
        try (var outside = net.outside()) {
            var watcher = setup.run(outside.near().socket()::awaitPeerClosed).awaitBlocked();
            outside.near().socket().close();
            assertThat(watcher.failure()).isInstanceOf(AsynchronousCloseException.class);
        }
    }

    // One thread at a time

    // 37
    @Test
    void aSecondReaderIsRefusedWithTheNameOfTheFirst() throws Exception {
        try (var outside = net.outside()) {
            var reader = reader(outside);
            for (Setup.Action operation : List.<Setup.Action>of(
                    () -> outside.near().in().readLine(),
                    () -> outside.near().in().readAvailable(new byte[1]),
                    () -> outside.near().in().copyTo(outside.near().out()))) {
                assertRefused(operation, "read channel", reader.thread());
            }
            outside.send("x");
            assertThat(reader.get()).isEqualTo((byte) 'x');
        }
    }

    // 37
    @Test
    void aSecondWriterIsRefusedWithTheNameOfTheFirst() throws Exception {
        try (var outside = net.outside()) {
            var writer = writer(outside);
            for (Setup.Action operation : List.<Setup.Action>of(
                    () -> outside.near().out().writeByte(1),
                    () -> outside.near().out().flush(),
                    () -> outside.near().out().close(),
                    () -> outside.near().in().copyTo(outside.near().out()))) {
                assertRefused(operation, "write channel", writer.thread());
            }
            outside.peer().getInputStream().readNBytes(TOO_MUCH);
            writer.get();
        }
    }

    @Test
    void aSecondAcceptorIsRefusedWithTheNameOfTheFirst() throws Exception {
        try (var server = net.listen()) {
            var acceptor = setup.async(server::accept).awaitBlocked();
            assertRefused(server::accept, "listener", acceptor.thread());
            try (var socket = net.connect(server);
                    var accepted = acceptor.get()) {
                assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
            }
        }
    }

    private static void assertRefused(Setup.Action operation, String what, Thread first) {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(operation::run)
                .withMessageContaining(what)
                .withMessageContaining("#" + first.threadId());
    }

    @Test
    void anyNumberMayWaitForThePeerToClose() throws Exception {
        try (var outside = net.outside()) {
            var first = setup.run(outside.near().socket()::awaitPeerClosed).awaitBlocked();
            var second = setup.run(outside.near().socket()::awaitPeerClosed).awaitBlocked();
            assertThat(second.interrupt().failure()).isExactlyInstanceOf(InterruptedIOException.class);
            var third = setup.run(outside.near().socket()::awaitPeerClosed).awaitBlocked();
            outside.peer().close();
            outside.near().in().awaitContent(1);
            first.get();
            third.get();
        }
    }

    @Test
    void whoWaitsForThePeerToCloseKeepsTheRuleOfInterrupts() throws Exception {
        try (var outside = net.outside(o -> o.closeOnInterrupt(true))) {
            var watcher = setup.run(outside.near().socket()::awaitPeerClosed).awaitBlocked();
            assertThat(watcher.interrupt().failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(outside.near().socket().isClosed()).isTrue();
        }
    }

    // A loop's own thread

    @Test
    void aLoopsThreadIsRefusedBeforeItBlocks() throws Exception {
        assertRefusedOn(net.selector.reactor().loops().getFirst());
    }

    @Test
    void theLoopOfAnotherReactorIsRefusedToo() throws Exception {
        try (var other =
                Reactor.builder().transport(net.setup.transport()).loops(1).open()) {
            assertRefusedOn(other.nextLoop());
        }
    }

    private void assertRefusedOn(EventLoop loop) throws Exception {
        try (var outside = net.outside();
                var server = net.listen();
                var hole = new BlackHole()) {
            for (Setup.Action operation : List.<Setup.Action>of(
                    () -> outside.near().in().readByte(),
                    () -> outside.near().out().writeFully(new byte[TOO_MUCH]),
                    server::accept,
                    () -> net.tcp().connect(hole.address()),
                    () -> net.tcp().bind("localhost", 0),
                    () -> net.udp().connect("localhost", 1),
                    outside.near().socket()::awaitPeerClosed,
                    outside.near().socket()::awaitClosed,
                    server::awaitClosed)) {
                assertThat(on(loop, operation).failure())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("would block " + loop)
                        .hasMessageContaining("virtual thread");
            }
        }
    }

    @Test
    void aLoopsThreadMayDoWhatDoesNotBlock() throws Exception {
        try (var outside = net.outside()) {
            on(net.selector.reactor().nextLoop(), () -> {
                        outside.near().out().writeString("x");
                        outside.near().out().flush();
                    })
                    .get();
            assertThat(outside.receive(1)).isEqualTo("x");
        }
    }

    private static Async<Void> on(EventLoop loop, Setup.Action operation) {
        var task = new java.util.concurrent.FutureTask<Void>(() -> {
            operation.run();
            return null;
        });
        loop.execute(task);
        return new Async<>(Thread.currentThread(), task);
    }
}
