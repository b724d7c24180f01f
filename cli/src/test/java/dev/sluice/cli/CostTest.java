package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.TcpMessage;
import dev.sluice.actors.TransportSetup;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.TcpSocket;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Sockets;
import dev.sluice.testing.Between;
import dev.sluice.testing.Between.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a message costs in each face, counted where the faces meet the transport, without a clock: calls, changes of
/// thread, and copies. One class for all faces, as the measure is the same.
@Timeout(60)
class CostTest {
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 5;
    private static final int LARGE = 64 * 1024;

    /// A call that moves bytes.
    ///
    /// @param memory what it moves them from or to
    private record Move(Object stream, String call, Thread thread, ByteBuffer memory, long address) {
        static Move of(Call call) {
            var memory = (ByteBuffer) Objects.requireNonNull(call.arguments().getFirst());
            long address = memory.isDirect() ? MemorySegment.ofBuffer(memory).address() : 0;
            return new Move(call.on(), call.name(), Thread.currentThread(), memory, address);
        }
    }

    private final Queue<Move> moves = new ConcurrentLinkedQueue<>();
    private final Queue<String> turns = new ConcurrentLinkedQueue<>();

    /// Of what handlers have received, whether it lies in direct memory, as all does that the calls move.
    private final Queue<Boolean> receivedDirect = new ConcurrentLinkedQueue<>();

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Transport transport;

    CostTest() throws IOException {
        assumeTrue(Transports.available().anyMatch("linux"::equals));
        try (var reactor = Reactor.builder().transport("linux").loops(1).open()) {
            transport = Between.put(
                    reactor.transport(),
                    this::note,
                    Transport.class,
                    Poller.class,
                    StreamHandle.class,
                    ListenHandle.class);
        }
    }

    private @Nullable Object note(Call call) throws Throwable {
        switch (call.name()) {
            case "read", "write" -> moves.add(Move.of(call));
            case "select", "wakeup" -> turns.add(call.name());
            default -> {}
        }
        return call.real();
    }

    @AfterEach
    void close() throws Exception {
        for (var one : open.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    /// @param loop runs tasks on the only loop
    private record Server(int port, Executor loop) {}

    private Server serve(Face face) throws Exception {
        return switch (face) {
            case SOCKETS -> sockets();
            case FUTURES -> futures();
            case ACTORS -> actors();
        };
    }

    private SelectorManager selector() {
        return keep(SelectorManager.create(r -> r.transport(transport).loops(1)));
    }

    private Reactor reactor() throws IOException {
        return keep(Reactor.builder().transport(transport).loops(1).open());
    }

    private Server sockets() throws IOException {
        var selector = selector();
        var server = keep(Sockets.tcp(selector)
                .bind(ANYWHERE)
                .serve(socket -> socket.openReadChannel().copyAndClose(socket.openWriteChannel())));
        return new Server(server.listener().port(), selector.reactor().loops().getFirst());
    }

    private Server futures() throws IOException {
        var reactor = reactor();
        var listener = keep(TcpSocket.create().on(reactor).bind(ANYWHERE).listen());
        var _ = listener.incoming()
                .forEach(stream -> {
                    var _ = AsyncIo.copy(stream, stream).closing(stream).spawnOn(stream.loop());
                })
                .spawnOn(listener.loop());
        return new Server(listener.localAddress().getPort(), reactor.loops().getFirst());
    }

    private Server actors() throws Exception {
        var config = ConfigFactory.parseString("sluice.io.loops = 1, pekko.loglevel = WARNING")
                .withFallback(ConfigFactory.load(Tcp.class.getClassLoader()));
        var setup = ActorSystemSetup.create(
                BootstrapSetup.create(config).withClassloader(Tcp.class.getClassLoader()),
                new TransportSetup(transport));
        var system = ActorSystem.create("cost", setup);
        keep(() -> system.terminate());
        var port = new CompletableFuture<Integer>();
        var handlers = Tcp.get(system);
        system.actorOf(Props.create(Acceptor.class, () -> new Acceptor(port)));
        var loop = system.actorOf(handlers.onLoop(0, Props.create(Worker.class, Worker::new)));
        return new Server(port.get(30, TimeUnit.SECONDS), task -> loop.tell(task, loop));
    }

    /// Runs what it is sent.
    private static final class Worker extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            ((Runnable) message).run();
        }
    }

    private final class Acceptor extends UntypedAbstractActor {
        private final CompletableFuture<Integer> port;

        Acceptor(CompletableFuture<Integer> port) {
            this.port = port;
        }

        @Override
        public void preStart() {
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.bind(getSelf(), ANYWHERE, 128), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Bound bound -> port.complete(bound.localAddress().getPort());
                case Connected connected -> {
                    var connection = connected.connection();
                    var echo = Tcp.sameLoop(connection, Props.create(Echo.class, Echo::new));
                    connection.tell(TcpMessage.register(getContext().actorOf(echo)), getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    private final class Echo extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            if (message instanceof Received(var data, var connection)) {
                receivedDirect.add(data.asByteBuffer().isDirect());
                connection.tell(TcpMessage.write(data), getSelf());
            } else {
                unhandled(message);
            }
        }
    }

    private List<Socket> connect(Server server) throws IOException {
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(keep(new Socket(ANYWHERE.getAddress(), server.port)));
        }
        return clients;
    }

    /// A message on each connection; all are there before the loop asks for the first.
    private static void round(Server server, List<Socket> clients) throws Exception {
        var held = new CountDownLatch(1);
        var sent = new CountDownLatch(1);
        server.loop.execute(() -> {
            held.countDown();
            awaitQuietly(sent);
        });
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        for (var client : clients) {
            client.getOutputStream().write("message".getBytes(UTF_8));
        }
        sent.countDown();
        for (var client : clients) {
            assertThat(client.getInputStream().readNBytes(7)).asString().isEqualTo("message");
        }
    }

    private static void awaitQuietly(CountDownLatch event) {
        try {
            event.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The calls of some rounds, after one.
    private List<Move> rounds(Face face) throws Exception {
        var server = serve(face);
        var clients = connect(server);
        round(server, clients);
        moves.clear();
        for (int i = 0; i < ROUNDS; i++) {
            round(server, clients);
        }
        return List.copyOf(moves);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageIsOneReadAndOneWrite(Face face) throws Exception {
        assertThat(rounds(face).stream().collect(Collectors.groupingBy(Move::call, Collectors.counting())))
                .containsEntry("read", (long) ROUNDS * CONNECTIONS)
                .containsEntry("write", (long) ROUNDS * CONNECTIONS);
    }

    /// All turns, and the wake-up that holds the loop: a tenth of a call for each message; for a hosted loop, which
    /// asks again before it sleeps, at most a quarter.
    @ParameterizedTest
    @EnumSource
    void turnsOfTheLoopAddNextToNothing(Face face) throws Exception {
        var server = serve(face);
        var clients = connect(server);
        round(server, clients);
        turns.clear();
        round(server, clients);
        assertThat(turns).hasSizeLessThanOrEqualTo(face == Face.SOCKETS ? CONNECTIONS / 4 : CONNECTIONS / 10);
    }

    @ParameterizedTest
    @EnumSource(names = {"FUTURES", "ACTORS"})
    void onTheLoopAMessageCrossesNoThread(Face face) throws Exception {
        assertThat(rounds(face).stream().map(Move::thread).distinct()).hasSize(1);
    }

    @Test
    void inSocketsAConnectionIsServedOnOneThreadOfItsOwn() throws Exception {
        var threads = rounds(Face.SOCKETS).stream()
                .collect(Collectors.groupingBy(Move::stream, Collectors.mapping(Move::thread, Collectors.toSet())));
        assertThat(threads).hasSize(CONNECTIONS);
        assertThat(threads.values()).allMatch(each -> each.size() == 1).doesNotHaveDuplicates();
    }

    /// What was read leaves from the memory that it came to.
    @ParameterizedTest
    @EnumSource(names = {"SOCKETS", "FUTURES"})
    void aCopyToTheOtherSideCopiesNothingOnItsWay(Face face) throws Exception {
        var byStream = rounds(face).stream().collect(Collectors.groupingBy(Move::stream));
        assertThat(byStream.values()).allSatisfy(calls -> {
            for (int i = 0; i < calls.size(); i += 2) {
                assertThat(calls.get(i).address())
                        .isNotZero()
                        .isEqualTo(calls.get(i + 1).address());
            }
        });
    }

    /// Once into the ByteString that the handler gets, and once out of it.
    @Test
    void anActorsSmallMessageIsCopiedOnceEachWay() throws Exception {
        assertThat(rounds(Face.ACTORS)).allMatch(move -> move.address() != 0);
        assertThat(receivedDirect).hasSize((ROUNDS + 1) * CONNECTIONS).containsOnly(false);
    }

    private Stream<Move> movesOf(String call) {
        return moves.stream().filter(move -> move.call.equals(call));
    }

    /// The port of somebody who sends so many bytes back to whoever connects.
    private int echoOnce(int bytes) throws IOException {
        var listener = keep(new ServerSocket(0, 1, ANYWHERE.getAddress()));
        var _ = CompletableFuture.runAsync(() -> {
            try (var socket = listener.accept()) {
                socket.getOutputStream().write(socket.getInputStream().readNBytes(bytes));
                socket.shutdownOutput();
                var _ = socket.getInputStream().read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return listener.getLocalPort();
    }

    private static void assertMoved(Stream<Move> moves, ByteBuffer memory) {
        assertThat(moves).isNotEmpty().allSatisfy(move -> {
            if (memory.isDirect()) {
                long start = MemorySegment.ofBuffer(memory.duplicate().clear()).address();
                assertThat(move.address()).isBetween(start, start + memory.capacity());
            } else {
                assertThat(arrayOf(move.memory())).isSameAs(arrayOf(memory));
            }
        });
    }

    private static Object arrayOf(ByteBuffer heap) {
        return MemorySegment.ofBuffer(heap).heapBase().orElseThrow();
    }

    private static Stream<ByteBuffer> memories() {
        return Stream.of(ByteBuffer.allocate(LARGE), ByteBuffer.allocateDirect(LARGE));
    }

    @ParameterizedTest
    @MethodSource("memories")
    void socketsHandTheCallersOwnMemoryToTheSystem(ByteBuffer memory) throws Exception {
        var socket = keep(Sockets.tcp(selector()).connect("127.0.0.1", echoOnce(LARGE)));
        var out = socket.openWriteChannel();
        var in = socket.openReadChannel();
        out.writeFully(memory);
        out.flush();
        assertMoved(movesOf("write"), memory);
        moves.clear();
        in.readFully(memory.clear());
        assertMoved(movesOf("read"), memory);
    }

    @Test
    void smallWritesOfSocketsAreCopiedOnceAndLeaveTogether() throws Exception {
        var socket = keep(Sockets.tcp(selector()).connect("127.0.0.1", echoOnce(100)));
        var out = socket.openWriteChannel();
        for (int i = 0; i < 100; i++) {
            out.writeByte((byte) i);
        }
        out.flush();
        assertThat(movesOf("write")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("memories")
    void futuresHandTheCallersOwnMemoryToTheSystem(ByteBuffer memory) throws Exception {
        var stream = TcpSocket.create()
                .on(reactor())
                .connect(new InetSocketAddress(ANYWHERE.getAddress(), echoOnce(LARGE)))
                .await();
        all(memory, stream::pollWrite).await();
        assertMoved(movesOf("write"), memory);
        moves.clear();
        all(memory.clear(), stream::pollRead).await();
        assertMoved(movesOf("read"), memory);
    }

    private interface Operation {
        int poll(Context cx, ByteBuffer memory) throws IOException;
    }

    private static PollFuture<Void> all(ByteBuffer memory, Operation operation) {
        return cx -> {
            while (memory.hasRemaining()) {
                if (operation.poll(cx, memory) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
            }
            return Poll.done();
        };
    }
}
