package dev.sluice.futures;

import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.futures.codec.FramedRead;
import dev.sluice.futures.codec.FramedWrite;
import dev.sluice.futures.codec.LineCodec;
import dev.sluice.futures.codec.UdpFramed;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.ReactorClosedException;
import dev.sluice.reactor.Readiness;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Every operation that waits is told when its socket or its reactor is closed; checklist items 87-89.
@EveryTransport
@Timeout(120)
class SocketCloseTest {
    private static final int ROUNDS = 10;

    private final Setup setup;

    SocketCloseTest(Setup setup) {
        this.setup = setup;
    }

    /// A connection whose peer sends nothing and that takes nothing, a listener without connections, and a socket
    /// without datagrams, on a reactor of their own.
    private static final class Silent implements AutoCloseable {
        private final FullTransport system;
        private final Reactor reactor;
        private final Socket peer;
        private final TcpStream stream;
        private final TcpListener listener;
        private final UdpSocket udp;

        Silent(Setup setup) throws Exception {
            system = new FullTransport(setup);
            reactor = Reactor.builder().transport(system.transport()).loops(2).open();
            try (var server = new ServerSocket(0, 1, Net.LOOPBACK)) {
                var connect = TcpSocket.create().on(reactor).connect(server.getLocalSocketAddress());
                stream = get(connect);
                peer = server.accept();
            }
            listener = TcpSocket.create().on(reactor).bind(Net.loopback()).listen();
            udp = UdpSocket.bind(reactor, new InetSocketAddress(Net.LOOPBACK, 0), Options.none());
            get(stream.writable());
            system.fill(stream.loop());
            assertThat(stream.tryWrite(ByteBuffer.allocate(1))).isEqualTo(AsyncIo.PENDING);
        }

        /// One future of each operation, by name.
        Map<String, PollFuture<?>> operations() throws IOException {
            var room = ByteBuffer.allocate(10);
            var all = new TreeMap<String, PollFuture<?>>();
            all.put("read", Net.read(stream, 1));
            all.put("scattering read", future(cx -> stream.pollRead(cx, new ByteBuffer[] {room}, 0, 1)));
            all.put("peek", stream.peek(room));
            all.put("write", Net.write(stream, "x"));
            all.put("gathering write", future(cx -> stream.pollWrite(cx, new ByteBuffer[] {Net.bytes("x")}, 0, 1)));
            all.put("readable", stream.readable());
            all.put("writable", stream.writable());
            all.put("ready", stream.ready(Interest.READABLE | Interest.WRITABLE));
            all.put("accept", listener.accept());
            all.put("incoming", listener.incoming().next());
            all.put("recvDgram", udp.recvDgram(room));
            all.put("peekDgram", udp.peekDgram(room));
            all.put("recvFrom", future(cx -> udp.pollRecvFrom(cx, room, new Peer())));
            all.put("udp readable", udp.readable());
            all.put("framed read", new FramedRead<>(stream, new LineCodec(100)).next());
            all.put("framed send", new FramedWrite<>(stream, new LineCodec(100)).send("x"));
            all.put("framed feed", fed().feed("x"));
            all.put("udp framed", UdpFramed.of(udp, new LineCodec(100)).next());
            return all;
        }

        /// Has so much unsent that it takes no more.
        private FramedWrite<String> fed() throws IOException {
            var framed = new FramedWrite<>(stream, new LineCodec(100)).backPressureAt(1);
            framed.put("fed before");
            return framed;
        }

        /// From now on every operation has what it waits for.
        Speaking speak() throws IOException {
            stream.loop().execute(system::drain);
            return new Speaking(this);
        }

        boolean isAwaited() {
            return Stream.of(
                            stream.socket().input(),
                            stream.socket().output(),
                            listener.socket.input(),
                            udp.socket().input(),
                            udp.socket().output())
                    .anyMatch(Readiness::isAwaited);
        }

        private interface Operation {
            long poll(Context cx) throws IOException;
        }

        private static PollFuture<Long> future(Operation operation) {
            return cx -> {
                long n = operation.poll(cx);
                return n == AsyncIo.PENDING ? Poll.pending() : Poll.ready(n);
            };
        }

        void closeSockets() {
            stream.close();
            listener.close();
            udp.close();
        }

        @Override
        public void close() throws IOException {
            reactor.close();
            peer.close();
            assertThat(reactor.openSockets()).isZero();
        }
    }

    /// The peer writes and reads without end, and there are datagrams and connections.
    private static final class Speaking implements AutoCloseable {
        private final Silent silent;
        private final DatagramSocket datagrams = new DatagramSocket(0, Net.LOOPBACK);
        private final List<Socket> connections = new ArrayList<>();

        Speaking(Silent silent) throws IOException {
            this.silent = silent;
            var reading = async(() -> silent.peer.getInputStream().transferTo(OutputStream.nullOutputStream()));
            var writing = async(() -> {
                while (!reading.isDone()) { // until the connection is closed
                    silent.peer.getOutputStream().write("line\n".getBytes(StandardCharsets.UTF_8));
                }
                return null;
            });
            assertThat(writing.isDone()).isFalse();
        }

        void again() throws IOException {
            datagrams.send(new DatagramPacket(new byte[] {'x'}, 1, silent.udp.localAddress()));
            connections.add(
                    new Socket(Net.LOOPBACK, silent.listener.localAddress().getPort()));
        }

        @Override
        public void close() throws IOException {
            silent.stream.close();
            datagrams.close();
            for (var one : connections) {
                one.close();
            }
        }
    }

    private Iterable<String> names() throws Exception {
        try (var silent = new Silent(setup)) {
            return silent.operations().keySet();
        }
    }

    private static PollFuture<?> operation(Silent silent, String name) throws IOException {
        return Objects.requireNonNull(silent.operations().get(name));
    }

    private static <T> FutureTask<T> async(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static void assertFails(String what, FutureTask<?> task, Class<? extends IOException> why) {
        assertThatExceptionOfType(ExecutionException.class)
                .as(what)
                .isThrownBy(() -> task.get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(why);
    }

    @Test
    void aCloseEndsEveryOperationThatIsPolled() throws Exception {
        for (var name : names()) {
            try (var silent = new Silent(setup)) {
                var operation = operation(silent, name);
                var polling = new Polling(name);
                assertThat(polling.cx.poll(operation).isReady()).as(name).isFalse();
                Thread.ofVirtual().start(silent::closeSockets);
                polling.awaitWake();
                assertThatExceptionOfType(ClosedChannelException.class)
                        .as(name)
                        .isThrownBy(() -> polling.cx.poll(operation));
            }
        }
    }

    @Test
    void everyOperationCanBeCancelledWhileItWaitsAndTheNextOneSucceeds() throws Exception {
        try (var silent = new Silent(setup)) {
            for (var name : names()) {
                var operation = operation(silent, name);
                var polling = new Polling(name);
                assertThat(polling.cx.poll(operation).isReady()).as(name).isFalse();
                assertThat(silent.isAwaited()).as(name).isTrue();
                operation.abandon();
                polling.cx.release();
                assertThat(silent.isAwaited()).as(name).isFalse();
                var task = operation(silent, name).spawnOn(silent.reactor.nextLoop());
                Eventually.until("it waits", silent::isAwaited);
                assertThat(task.cancel()).isTrue();
                Eventually.until("it does not", () -> !silent.isAwaited());
            }
            try (var speaking = silent.speak()) {
                for (var name : names()) {
                    speaking.again();
                    assertThatCode(() -> get(operation(silent, name))).as(name).doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    void aCloseEndsEveryOperationThatIsAwaited() throws Exception {
        for (var name : names()) {
            try (var silent = new Silent(setup)) {
                var waiting = async(() -> get(operation(silent, name)));
                var task = operation(silent, name.startsWith("udp") ? "accept" : "udp readable")
                        .spawnOn(silent.reactor.nextLoop());
                silent.closeSockets();
                assertFails(name, waiting, ClosedChannelException.class);
                assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> get(task));
            }
        }
    }

    /// Item 88.
    @Test
    void everyOperationIsToldThatTheReactorWasClosedBefore() throws Exception {
        try (var silent = new Silent(setup)) {
            silent.reactor.close();
            for (var one : silent.operations().entrySet()) {
                var polling = new Polling();
                assertThatExceptionOfType(ReactorClosedException.class)
                        .as(one.getKey())
                        .isThrownBy(() -> polling.cx.poll(one.getValue()));
            }
            for (var one : silent.operations().entrySet()) {
                assertThatExceptionOfType(ReactorClosedException.class)
                        .as(one.getKey())
                        .isThrownBy(() -> get(one.getValue()));
            }
        }
    }

    /// Items 88 and 89.
    @Test
    void everyOperationIsToldThatTheReactorIsClosedWhileItWaits() throws Exception {
        for (var name : names()) {
            try (var silent = new Silent(setup)) {
                var operation = operation(silent, name);
                var polling = new Polling(name);
                assertThat(polling.cx.poll(operation).isReady()).as(name).isFalse();
                silent.reactor.close();
                polling.awaitWake();
                assertThatExceptionOfType(ReactorClosedException.class)
                        .as(name)
                        .isThrownBy(() -> polling.cx.poll(operation));
            }
            try (var silent = new Silent(setup)) {
                var task = operation(silent, name).spawnOn(silent.reactor.nextLoop());
                silent.reactor.close();
                assertThatExceptionOfType(ReactorClosedException.class).as(name).isThrownBy(() -> get(task));
            }
        }
    }

    /// Item 88.
    @Test
    void everyOperationIsToldOfACloseOfTheReactorThatRacesWithIt() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (var name : names()) {
                try (var silent = new Silent(setup)) {
                    var waiting = async(() -> get(operation(silent, name)));
                    if (i % 2 == 0) {
                        Thread.yield();
                    }
                    silent.reactor.close();
                    assertFails(name, waiting, ReactorClosedException.class);
                }
            }
        }
    }

    /// Item 87.
    @Test
    void aClosedSocketIsGoneAndItsNumberCanBeUsedAgain() throws Exception {
        try (var silent = new Silent(setup)) {
            var before = Net.openSockets();
            for (int i = 0; i < 20; i++) {
                var udp = UdpSocket.bind(silent.reactor, Net.loopback(), Options.none());
                var polling = new Polling();
                assertThat(udp.pollReady(polling.cx, Interest.READABLE)).isZero();
                udp.close();
                polling.awaitWake();
                polling.cx.release();
            }
            Eventually.until("all are back with the system", () -> before.containsAll(Net.openSockets()));
            assertThat(silent.reactor.openSockets()).isEqualTo(3);
        }
    }
}
