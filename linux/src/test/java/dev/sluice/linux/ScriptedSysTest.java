package dev.sluice.linux;

import static dev.sluice.linux.Constants.EPOLLERR;
import static dev.sluice.linux.Constants.EPOLLHUP;
import static dev.sluice.linux.Constants.EPOLLIN;
import static dev.sluice.linux.Constants.EPOLLOUT;
import static dev.sluice.linux.Constants.EPOLLRDHUP;
import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sluice.reactor.Connect;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the kernel does rarely: interruptions, shortages, spurious events, each made to happen.
class ScriptedSysTest {
    private static final Duration SHORTAGE = Duration.ofMillis(300);

    private final ScriptedSys sys = new ScriptedSys();
    private final Reactor reactor;

    ScriptedSysTest() throws IOException {
        reactor = Reactor.builder()
                .transport(sys.transport())
                .loops(1)
                .blockedAfter(Duration.ZERO) // a slow machine is not what is looked for in the log
                .open();
    }

    private ListenSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = reactor.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64, Options.none(), Options.none());
    }

    @AfterEach
    void close() {
        sys.script = (_, _) -> ScriptedSys.REAL;
        reactor.close();
    }

    private record Pair(StreamSocket near, StreamSocket far) {}

    private StreamSocket connect() throws IOException {
        return Parked.result(reactor.connect(listener.localAddress(), null, Options.none(), Duration.ZERO));
    }

    private Pair pair() throws IOException {
        var near = connect();
        return new Pair(near, accept(near));
    }

    /// The other end. One that is not may have been on its way when it was given up.
    private StreamSocket accept(StreamSocket near) throws IOException {
        while (true) {
            var far = Parked.accept(listener);
            if (far.remoteAddress().equals(near.localAddress())) {
                return far;
            }
            far.close();
        }
    }

    private static void assertEchoes(Pair pair) throws IOException {
        Parked.write(pair.near(), ByteBuffer.wrap("there".getBytes(UTF_8)));
        assertThat(Parked.readExactly(pair.far(), 5)).asString().isEqualTo("there");
        Parked.write(pair.far(), ByteBuffer.wrap("back".getBytes(UTF_8)));
        assertThat(Parked.readExactly(pair.near(), 4)).asString().isEqualTo("back");
    }

    /// F13.
    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void interruptedCallsAreMadeAgain(int times, @TempDir Path directory) throws Exception {
        sys.script = ScriptedSys.first(
                times,
                Errno.EINTR,
                "accept4",
                "connect",
                "recv",
                "send",
                "readv",
                "writev",
                "sendfile",
                "open",
                "epoll_wait");
        var pair = pair();
        assertEchoes(pair);
        var direct = ByteBuffer.allocateDirect(4).put("gath".getBytes(UTF_8)).flip();
        assertThat(pair.near().write(new ByteBuffer[] {direct, direct.duplicate()}, 0, 2))
                .isEqualTo(8);
        var first = ByteBuffer.allocateDirect(4);
        var second = ByteBuffer.allocateDirect(8);
        Parked.until(pair.far().input());
        assertThat(pair.far().read(new ByteBuffer[] {first, second}, 0, 2)).isEqualTo(8);
        assertThat(first.hasRemaining()).isFalse();
        var file = Files.writeString(directory.resolve("file"), "from a file");
        try (var channel = FileChannel.open(file)) {
            assertThat(pair.near().transferFrom(channel, 5, 6)).isEqualTo(6);
        }
        assertThat(Parked.readExactly(pair.far(), 6)).asString().isEqualTo("a file");
    }

    @Test
    void anIpv6SocketHasIpv4PeersAlsoWhereTheHostSaysOtherwise() throws Exception {
        sys.bindV6Only = true;
        try (var both = reactor.listen(new InetSocketAddress("::", 0), 64, Options.none(), Options.none())) {
            assertThat(both.getOption(MoreSocketOptions.IPV6_V6ONLY)).isFalse();
            int port = ((InetSocketAddress) both.localAddress()).getPort();
            var ipv4 = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            var near = Parked.result(reactor.connect(ipv4, null, Options.none(), Duration.ZERO));
            assertEchoes(new Pair(near, Parked.accept(both)));
        }
    }

    @Test
    void anIpv6SocketThatCannotHaveIpv4PeersIsNotLeftOpen() {
        int closed = sys.calls("close");
        sys.script = ScriptedSys.first(1, Errno.EPERM, "setsockopt");
        assertThatIOException()
                .isThrownBy(() -> reactor.listen(new InetSocketAddress("::", 0), 64, Options.none(), Options.none()))
                .withMessageContaining("EPERM");
        assertThat(sys.calls("close")).isEqualTo(closed + 1);
    }

    /// Nobody waits for a close; so the log says what failed, and of which socket.
    @Test
    void aCloseThatFailsIsLoggedInItsOwnWords() throws Exception {
        var pair = pair();
        try (var logged = new Logged()) {
            sys.script = ScriptedSys.first(1, Errno.EIO, "close");
            pair.near().close();
            assertThat(pair.near().released().isReady()).isTrue();
            assertThat(logged.lines(Level.WARNING))
                    .singleElement(as(STRING))
                    .contains(reactor.toString(), "closing the " + pair.near() + " failed", "(EIO)");
        }
    }

    @Test
    void aResetThatFailsIsLoggedInItsOwnWordsAndIsAClose() throws Exception {
        var pair = pair();
        try (var logged = new Logged()) {
            sys.script = ScriptedSys.first(1, Errno.ENOMEM, "setsockopt");
            pair.near().abort();
            assertThat(pair.near().isOpen()).isFalse();
            assertThat(Parked.read(pair.far(), ByteBuffer.allocate(1))).isEqualTo(END);
            assertThat(logged.lines(Level.WARNING))
                    .singleElement(as(STRING))
                    .contains("resetting the " + pair.near() + " failed", "(ENOMEM)");
        }
    }

    /// F13: the number may be somebody else's by the second time.
    @Test
    void closeIsNeverMadeAgain() throws Exception {
        var closes = new ConcurrentHashMap<Integer, AtomicInteger>();
        var pair = pair();
        sys.script = (name, fd) -> {
            if (!name.equals("close")) {
                return ScriptedSys.REAL;
            }
            closes.computeIfAbsent(fd, _ -> new AtomicInteger()).incrementAndGet();
            return -Errno.EINTR.number;
        };
        pair.near().close();
        pair.far().close();
        listener.close();
        assertThat(closes).hasSize(3);
        assertThat(closes.values()).allSatisfy(times -> assertThat(times).hasValue(1));
    }

    /// F14.
    @Test
    void spuriousEventsCostOneTryEach() throws Exception {
        var pair = pair();
        var dst = ByteBuffer.allocate(100);
        assertThat(pair.far().read(dst)).isEqualTo(WOULD_BLOCK);
        var left = new AtomicInteger(100);
        var tokens = Set.copyOf(sys.tokens.values());
        sys.events = (events, n) -> {
            if (n <= 0 || left.getAndDecrement() <= 0) {
                return n;
            }
            int i = 0;
            for (long token : tokens) {
                if (token >= 0) {
                    EpollEvent.set(events.asSlice((long) i * EpollEvent.SIZE), EPOLLIN | EPOLLOUT, token);
                    i++;
                }
            }
            return i;
        };
        int before = sys.calls("recv");
        var reading = new CompletableFuture<Integer>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                reading.complete(Parked.read(pair.far(), dst));
            } catch (IOException | RuntimeException | Error e) {
                reading.completeExceptionally(e);
            }
        });
        while (left.get() > 0) { // one at a time: a loop with a queue does not sleep, and is not woken
            var turn = new CountDownLatch(1);
            pair.far().loop().execute(turn::countDown);
            awaited(turn);
        }
        Parked.write(pair.near(), ByteBuffer.allocate(7));
        assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(sys.calls("recv") - before).isLessThanOrEqualTo(102);
    }

    /// F16: what was sent comes first, then the end; the waiter is told.
    @ParameterizedTest
    @ValueSource(
            ints = {
                EPOLLRDHUP,
                EPOLLHUP,
                EPOLLERR,
                EPOLLRDHUP | EPOLLHUP,
                EPOLLRDHUP | EPOLLERR,
                EPOLLHUP | EPOLLERR,
                EPOLLRDHUP | EPOLLHUP | EPOLLERR
            })
    void hangUpsTellDataFirstAndThenTheEnd(int hangUp) throws Exception {
        for (int more : new int[] {0, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT}) {
            var pair = pair();
            assertThat(pair.far().read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
            sys.events = (events, n) -> {
                for (int i = 0; i < n; i++) {
                    if ((EpollEvent.events(events, i) & EPOLLRDHUP) != 0) {
                        EpollEvent.set(
                                events.asSlice((long) i * EpollEvent.SIZE), hangUp | more, EpollEvent.data(events, i));
                    }
                }
                return n;
            };
            Parked.write(pair.near(), ByteBuffer.allocate(100));
            pair.near().shutdownOutput();
            assertThat(Parked.readExactly(pair.far(), 100)).hasSize(100);
            for (int i = 0; i < 3; i++) {
                assertThat(Parked.read(pair.far(), ByteBuffer.allocate(1))).isEqualTo(END);
            }
            assertThat(pair.far().peerClosed().isReady()).isTrue();
            assertThat(pair.far().output().isReady()).isTrue();
            pair.far().close();
            pair.near().close();
            sys.events = (_, n) -> n;
        }
    }

    /// F17.
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ECONNABORTED", "EPROTO", "ENETDOWN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "EOPNOTSUPP"})
    void failuresOfOneConnectionDoNotEndTheListener(Errno errno) throws Exception {
        sys.script = ScriptedSys.first(3, errno, "accept4");
        assertEchoes(pair());
    }

    /// F18 as far as one process can show; see the contract for a real shortage.
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EMFILE", "ENFILE"})
    void acceptRestsWhileThereAreNoDescriptors(Errno errno) throws Exception {
        var others = pair();
        var end = new AtomicLong(Long.MAX_VALUE); // until the first try
        sys.script = (name, _) -> {
            if (!name.equals("accept4")) {
                return ScriptedSys.REAL;
            }
            end.compareAndSet(Long.MAX_VALUE, System.nanoTime() + SHORTAGE.toNanos());
            return System.nanoTime() - end.get() < 0 ? -errno.number : ScriptedSys.REAL;
        };
        int before = sys.calls("accept4");
        var near = connect();
        Parked.until(listener.input());
        assertThat(listener.accept()).isNull();
        assertEchoes(others);
        assertEchoes(new Pair(near, Parked.accept(listener)));
        assertThat(sys.calls("accept4") - before)
                .as("tries, with ever longer rests")
                .isBetween(2, 8);
    }

    /// F25.
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOBUFS", "ENOMEM"})
    void aWriteThatMeetsAShortageCanBeMadeAgain(Errno errno) throws Exception {
        var pair = pair();
        sys.script = ScriptedSys.first(1, errno, "send");
        var src = ByteBuffer.allocate(10);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> pair.near().write(src))
                .withMessageContainingAll("write on 127.0.0.1:", "(" + errno + ")");
        assertThat(src.position()).isZero();
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        sys.script = ScriptedSys.first(1, errno, "recv");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> pair.near().read(src))
                .withMessageContainingAll("read on 127.0.0.1:", "(" + errno + ")");
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        assertEchoes(pair);
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"})
    void aWriteThatMeetsTheEndOfTheConnectionTellsThatThePeerHasGone(Errno errno) throws Exception {
        var pair = pair();
        sys.script = ScriptedSys.first(1, errno, "send");
        assertThatIOException().isThrownBy(() -> pair.near().write(ByteBuffer.allocate(10)));
        assertThat(pair.near().peerClosed().isReady()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EIO", "EINVAL", "ENOMEM"})
    void aFileThatFailsSaysNothingOfThePeer(Errno errno, @TempDir Path directory) throws Exception {
        var pair = pair();
        var file = Files.writeString(directory.resolve("file"), "from a file");
        sys.script = ScriptedSys.first(1, errno, "sendfile");
        try (var channel = FileChannel.open(file)) {
            assertThatIOException()
                    .isThrownBy(() -> pair.near().transferFrom(channel, 0, 5))
                    .withMessageContainingAll("send file on 127.0.0.1:", "(" + errno + ")");
        }
        assertThat(pair.near().peerClosed().isReady()).isFalse();
        assertEchoes(pair);
    }

    /// What cannot be watched or set up is closed; accepting goes on after a rest, and does not turn in place.
    @ParameterizedTest
    @CsvSource({"epoll_ctl, ENOSPC", "epoll_ctl, ENOMEM", "setsockopt, ENOBUFS"})
    void acceptRestsWhileConnectionsCannotBeSetUp(String call, Errno errno) throws Exception {
        listener.close();
        listener = reactor.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                64,
                Options.none(),
                Options.none().with(StandardSocketOptions.SO_KEEPALIVE, true));
        try (var peer = new Socket();
                var logged = new Logged()) {
            peer.connect(listener.localAddress());
            Parked.until(listener.input());
            sys.script = ScriptedSys.first(1, errno, call);
            int open = reactor.openSockets();
            var resting = new FutureTask<>(
                    () -> { // on the loop, where the rest cannot end meanwhile
                        assertThat(listener.accept()).isNull();
                        assertThat(listener.input().isReady()).as("rests").isFalse();
                        return reactor.openSockets();
                    });
            listener.loop().execute(resting);
            assertThat(Eventually.get(resting)).isEqualTo(open);
            assertThat(peer.getInputStream().read()).isEqualTo(END);
            assertThat(logged.lines(Level.WARNING)).singleElement(as(STRING)).contains("[X-206]", "(" + errno + ")");
        }
        assertEchoes(pair());
    }

    @Test
    void aConnectionThatIsResetBeforeItIsSetUpIsPassedOver() throws Exception {
        var peer = new Socket();
        peer.connect(listener.localAddress());
        Parked.until(listener.input());
        sys.script = (name, _) -> switch (name) {
            case "epoll_ctl" -> -Errno.EINVAL.number;
            case "recv" -> -Errno.ECONNRESET.number;
            default -> ScriptedSys.REAL;
        };
        try (peer;
                var logged = new Logged()) {
            assertThat(listener.accept()).isNull();
            assertThat(logged.lines(Level.WARNING)).isEmpty();
        }
        sys.script = (_, _) -> ScriptedSys.REAL;
        assertEchoes(pair());
    }

    @Test
    void anOptionThatMeetsAShortageSaysSo() throws Exception {
        var pair = pair();
        sys.script = ScriptedSys.first(1, Errno.ENOMEM, "setsockopt");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> pair.near().setOption(StandardSocketOptions.SO_RCVBUF, 4096))
                .withMessageContainingAll("set SO_RCVBUF to 4096", "127.0.0.1:", "(ENOMEM)");
        assertEchoes(pair);
    }

    /// F25: who cannot be watched is not there, and takes nothing with it.
    @ParameterizedTest
    @ValueSource(strings = {"epoll_ctl", "setsockopt"})
    void aConnectThatMeetsAShortageFailsAndGivesItsDescriptorBack(String call) throws Exception {
        int open = reactor.openSockets();
        int before = sys.calls("close");
        sys.script = ScriptedSys.first(1, Errno.ENOMEM, call);
        assertThatIOException().isThrownBy(this::connect).withMessageContainingAll("connect to 127.0.0.1:", "(ENOMEM)");
        assertThat(sys.calls("close")).isEqualTo(before + 1);
        assertThat(reactor.openSockets()).isEqualTo(open);
        sys.script = (_, _) -> ScriptedSys.REAL;
        assertEchoes(pair());
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "setsockopt", "bind", "listen", "getsockname", "epoll_ctl"})
    void aListenThatMeetsAShortageFailsAndGivesItsDescriptorBack(String call) {
        int open = reactor.openSockets();
        int before = sys.calls("close");
        sys.script = ScriptedSys.first(1, Errno.ENOMEM, call);
        assertThatIOException().isThrownBy(this::listen).withMessageContainingAll("listen on 127.0.0.1:", "(ENOMEM)");
        assertThat(sys.calls("close")).isEqualTo(before + (call.equals("socket") ? 0 : 1));
        assertThat(reactor.openSockets()).isEqualTo(open);
    }

    /// F25: the slot of the one that could not be watched is free once, not twice.
    @Test
    void connectionsAfterAShortageAreKeptApart() throws Exception {
        for (int i = 0; i < 3; i++) {
            sys.script = ScriptedSys.first(1, Errno.ENOMEM, "epoll_ctl");
            assertThatIOException().isThrownBy(this::connect);
        }
        var pairs = new ConcurrentLinkedQueue<Pair>();
        for (int i = 0; i < 10; i++) {
            pairs.add(pair());
        }
        for (var pair : pairs) {
            assertThat(pair.near().read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
            assertThat(pair.far().read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
        }
        for (var pair : pairs) {
            assertEchoes(pair);
        }
    }

    @Test
    void aPollerThatMeetsAShortageGivesItsDescriptorsBack() {
        for (var call : new String[] {"epoll_create1", "eventfd", "epoll_ctl"}) {
            int before = sys.calls("close");
            sys.script = ScriptedSys.first(1, Errno.EMFILE, call);
            assertThatIOException()
                    .isThrownBy(() -> sys.transport().openPoller())
                    .withMessageContaining("(EMFILE)");
            int opened = call.equals("epoll_create1") ? 0 : call.equals("eventfd") ? 1 : 2;
            assertThat(sys.calls("close") - before).as(call).isEqualTo(opened);
        }
    }

    /// A call that is held up inside the kernel, as far as anybody else can see.
    private final class Held implements AutoCloseable {
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final CompletableFuture<Integer> result = new CompletableFuture<>();

        Held(String call, Callable<Integer> operation) throws InterruptedException {
            sys.script = (name, _) -> {
                if (name.equals(call) && inside.getCount() > 0) {
                    inside.countDown();
                    awaited(release);
                }
                return ScriptedSys.REAL;
            };
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    result.complete(operation.call());
                } catch (Throwable t) {
                    result.completeExceptionally(t);
                }
            });
            awaited(inside);
        }

        int letGo() throws Exception {
            release.countDown();
            return result.get(10, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            release.countDown();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// F56.
    @Test
    void twoThatReadOrWriteAtOnceAreAnErrorOfTheirs() throws Exception {
        var pair = pair();
        assertEchoes(pair);
        Parked.write(pair.near(), ByteBuffer.allocate(5));
        Parked.until(pair.far().input());
        try (var held = new Held("recv", () -> pair.far().read(ByteBuffer.allocate(5)))) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> pair.far().read(ByteBuffer.allocate(5)))
                    .withMessageContainingAll("read", pair.far().toString());
            assertThat(pair.far().write(ByteBuffer.allocate(3)))
                    .as("the other way")
                    .isEqualTo(3);
            assertThat(held.letGo()).isEqualTo(5);
        }
        try (var held = new Held("send", () -> pair.far().write(ByteBuffer.allocate(2)))) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> pair.far().write(ByteBuffer.allocate(5)))
                    .withMessageContainingAll("write", pair.far().toString());
            assertThat(held.letGo()).isEqualTo(2);
        }
        assertThat(Parked.readExactly(pair.near(), 5)).hasSize(5);
        assertEchoes(pair);
    }

    /// The kernel tells a reset once: here to a writer that has not left its call when the reader finds the end.
    @Test
    void aReaderIsToldOfTheResetThatAWriterIsBeingTold() throws Exception {
        var pair = pair();
        var writing = new CountDownLatch(1);
        var readersFind = new CountDownLatch(1);
        sys.script = (name, _) -> switch (name) {
            case "send" -> {
                writing.countDown();
                awaited(readersFind);
                yield -Errno.ECONNRESET.number;
            }
            case "recv" -> {
                readersFind.countDown();
                yield 0;
            }
            default -> ScriptedSys.REAL;
        };
        var written = new CompletableFuture<Throwable>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                pair.near().write(ByteBuffer.allocate(1));
            } catch (Throwable t) {
                written.complete(t);
            }
        });
        awaited(writing);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> pair.near().read(ByteBuffer.allocate(1)))
                    .withMessageContainingAll("read on 127.0.0.1:", "(ECONNRESET)");
        }
        assertThat(written.get(10, TimeUnit.SECONDS)).hasMessageContaining("(ECONNRESET)");
    }

    /// A number goes back to the kernel only when the last call in flight has left it.
    @ParameterizedTest
    @ValueSource(strings = {"recv", "readv", "send", "writev", "sendfile"})
    void closeWaitsForTheCallInFlight(String call, @TempDir Path directory) throws Exception {
        var pair = pair();
        assertEchoes(pair);
        boolean reads = call.startsWith("re");
        if (reads) {
            Parked.write(pair.near(), ByteBuffer.allocate(5));
            Parked.until(pair.far().input());
        }
        var direct = new ByteBuffer[] {ByteBuffer.allocateDirect(3), ByteBuffer.allocateDirect(2)};
        int before = sys.calls("close");
        try (var file = FileChannel.open(Files.write(directory.resolve("file"), new byte[5]));
                var held = new Held(call, () -> (int)
                        switch (call) {
                            case "recv" -> pair.far().read(ByteBuffer.allocate(5));
                            case "readv" -> pair.far().read(direct, 0, 2);
                            case "send" -> pair.far().write(ByteBuffer.allocate(5));
                            case "writev" -> pair.far().write(direct, 0, 2);
                            default -> pair.far().transferFrom(file, 0, 5);
                        })) {
            pair.far().close();
            assertThat(pair.far().isOpen()).isFalse();
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> pair.far().write(ByteBuffer.allocate(1)));
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> pair.far().read(ByteBuffer.allocate(1)));
            pair.far().abort();
            assertThat(sys.calls("close")).isEqualTo(before);
            assertThat(held.letGo()).isEqualTo(5);
        }
        assertThat(sys.calls("close"))
                .as("the socket, and the file that was opened to send it")
                .isEqualTo(before + (call.equals("sendfile") ? 2 : 1));
        assertThat(Parked.readExactly(pair.near(), reads ? 0 : 5)).hasSize(reads ? 0 : 5);
        assertThat(Parked.read(pair.near(), ByteBuffer.allocate(1))).isEqualTo(END);
    }

    @Test
    void closeWaitsForTheAcceptInFlight() throws Exception {
        var near = connect();
        Parked.until(listener.input());
        int before = sys.calls("close");
        var accepted = new CompletableFuture<StreamSocket>();
        try (var held = new Held("accept4", () -> {
            accepted.complete(listener.accept());
            return 0;
        })) {
            listener.close();
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
            assertThat(sys.calls("close")).isEqualTo(before);
            held.letGo();
        }
        assertThat(sys.calls("close")).isEqualTo(before + 1);
        assertEchoes(new Pair(near, accepted.get())); // what it took it gives
    }

    @Test
    void anAbandonedConnectWaitsForTheCallInFlight() throws Exception {
        int open = reactor.openSockets();
        int before = sys.calls("close");
        var begun = new CompletableFuture<Connect>();
        try (var held = new Held("connect", () -> {
            begun.complete(reactor.connect(listener.localAddress(), null, Options.none(), Duration.ZERO));
            return 0;
        })) {
            begun.get().abandon();
            assertThat(sys.calls("close")).isEqualTo(before);
            held.letGo();
        }
        Eventually.until("the descriptor is back", () -> reactor.openSockets() == open);
        Eventually.until("closed", () -> sys.calls("close") == before + 1);
    }

    /// The reactor closes its poller while an accepted connection is being put under its watch.
    @Test
    void aReactorThatClosesUnderAnAcceptTouchesNoNumberTwice() throws Exception {
        var near = connect();
        Parked.until(listener.input());
        var loop = reactor.nextLoop();
        var busy = new CountDownLatch(1);
        loop.execute(
                () -> { // or it would sleep, and its wake-up would wait for the call that is held up
                    busy.countDown();
                    Eventually.until("the reactor closes", loop::isClosing);
                });
        awaited(busy);
        var closes = new ConcurrentHashMap<Integer, AtomicInteger>();
        var accepting = new Held("epoll_ctl", () -> {
            listener.accept();
            return 0;
        });
        var held = sys.script;
        sys.script = (name, fd) -> {
            if (name.equals("close")) {
                closes.computeIfAbsent(fd, _ -> new AtomicInteger()).incrementAndGet();
            }
            return held.instead(name, fd);
        };
        var closing = new CompletableFuture<Integer>();
        Thread.ofPlatform().daemon().start(() -> {
            reactor.close();
            closing.complete(0);
        });
        Eventually.until("the client's end is closed", () -> !near.isOpen());
        accepting.letGo();
        assertThat(closing.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(reactor.openSockets()).isZero();
        assertThatExceptionOfType(ReactorClosedException.class).isThrownBy(listener::accept);
        assertThat(closes)
                .as("both ends, the listener, and the poller's own two")
                .hasSize(5);
        assertThat(closes.values()).allSatisfy(times -> assertThat(times).hasValue(1));
    }

    /// Whether the calling thread polls for this loop: the loop's own, or its sentinel.
    private static boolean isOf(EventLoop loop) {
        return Thread.currentThread().getName().startsWith(loop.toString());
    }

    /// One loop's poller breaks: its sockets say why, and the others go on.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoopThatFailsIsPassedOver(boolean hosted) throws Exception {
        var builder = Reactor.builder()
                .transport(sys.transport())
                .name("three")
                .loops(3)
                .blockedAfter(Duration.ZERO);
        try (var logged = new Logged();
                var three = (hosted ? builder.hosted() : builder).open()) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var first = three.listen(address, 64, Options.none(), Options.none());
            var second = three.listen(address, 64, Options.none(), Options.none());
            var broken = first.loop();
            sys.script =
                    (name, _) -> name.equals("epoll_wait") && isOf(broken) ? -Errno.EINVAL.number : ScriptedSys.REAL;
            try {
                broken.execute(() -> {});
            } catch (RejectedExecutionException e) {
                assertThat(first.isOpen()).as("without being woken").isFalse();
            }
            Eventually.until("the loop has ended", () -> !first.isOpen());

            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(first::accept)
                    .isNotInstanceOf(ReactorClosedException.class)
                    .havingCause()
                    .withMessageContaining(first.loop() + " has failed");
            assertThat(three.isClosed()).isFalse();
            for (int i = 0; i < 6; i++) {
                assertThat(three.nextLoop()).isNotSameAs(broken);
                var client = Parked.result(three.connect(second.localAddress(), null, Options.none(), Duration.ZERO));
                var accepted = Parked.accept(second);
                assertThat(client.loop()).isNotSameAs(first.loop());
                assertThat(accepted.loop()).isNotSameAs(first.loop());
                assertEchoes(new Pair(client, accepted));
            }
            var late = Parked.result(three.connect(second.localAddress(), null, Options.none(), Duration.ZERO));
            Parked.until(second.input());
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> second.accept(first.loop()))
                    .isNotInstanceOf(ReactorClosedException.class)
                    .havingCause()
                    .withMessageContaining(first.loop() + " has failed");
            assertThat(second.isOpen()).isTrue();
            late.close();
            assertThat(logged.lines(Level.SEVERE)).singleElement(as(STRING)).contains(first.loop() + " has failed");
        }
    }

    /// A short read says that the socket is drained, so nobody asks a second time.
    @Test
    void aMessageCostsOneReadAndOneWrite() throws Exception {
        var pair = pair();
        assertEchoes(pair);
        int before = sys.calls("recv") + sys.calls("send");
        int messages = 2000;
        for (int i = 0; i < messages / 2; i++) {
            assertEchoes(pair);
        }
        double each = (double) (sys.calls("recv") + sys.calls("send") - before) / messages;
        assertThat(each).isBetween(2.0, 2.1);
    }

    /// Echoes on the loop, as a server that is called back does.
    private record Echo(StreamSocket socket, ByteBuffer buffer) implements Waiter {
        @Override
        public void wake() {
            socket.loop().execute(this::run);
        }

        void run() {
            try {
                int n;
                do {
                    while ((n = socket.read(buffer.clear())) > 0) {
                        socket.write(buffer.flip());
                    }
                } while (n != END && !socket.input().await(this));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// What a loop with many connections asks of the system in all: for each message a read and a write, and for many
    /// messages one look at the poller.
    @Test
    void manyConnectionsShareTheCallsOfTheLoop() throws Exception {
        int connections = 100;
        int rounds = 20;
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < connections; i++) {
                var client = new Socket();
                client.connect(listener.localAddress());
                clients.add(client);
                new Echo(Parked.accept(listener), ByteBuffer.allocate(100)).wake();
            }
            echoAtOnce(clients);
            var counted = List.of("recv", "send", "epoll_wait", "epoll_ctl", "write");
            int before = counted.stream().mapToInt(sys::calls).sum();
            int changes = sys.calls("epoll_ctl");
            for (int i = 0; i < rounds; i++) {
                echoAtOnce(clients);
            }
            assertThat(sys.calls("epoll_ctl")).isEqualTo(changes);
            double each = (double) (counted.stream().mapToInt(sys::calls).sum() - before) / (rounds * connections);
            assertThat(each).isBetween(2.0, 2.1);
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    /// Sends a message on every connection while the loop is held up, so that it finds all of them at once.
    private void echoAtOnce(List<Socket> clients) throws Exception {
        var sent = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        listener.loop().execute(() -> {
            held.countDown();
            awaited(sent);
        });
        awaited(held);
        for (var client : clients) {
            client.getOutputStream().write(7);
        }
        sent.countDown();
        for (var client : clients) {
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }
}
