package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where actors run that are told to.
@Timeout(60)
class PlacementTest {
    /// Has each connection handled by an actor that it begins.
    private static final class Acceptor extends UntypedAbstractActor {
        private final CompletableFuture<InetSocketAddress> bound;
        private final Function<Connected, Props> handling;

        Acceptor(CompletableFuture<InetSocketAddress> bound, Function<Connected, Props> handling) {
            this.bound = bound;
            this.handling = handling;
        }

        static Props props(CompletableFuture<InetSocketAddress> bound, Function<Connected, Props> handling) {
            return Props.create(Acceptor.class, () -> new Acceptor(bound, handling));
        }

        @Override
        public void preStart() {
            var bind = new Tcp.Bind(getSelf(), new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            Tcp.get(getContext().getSystem()).manager().tell(bind, getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Bound now -> bound.complete(now.localAddress());
                case Connected connected -> {
                    var handler = getContext().actorOf(handling.apply(connected));
                    handler.tell(connected, getSelf());
                    connected.connection().tell(new Register(handler), getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    private static final class Handler extends UntypedAbstractActor {
        private final BlockingQueue<Optional<EventLoop>> loops;

        Handler(BlockingQueue<Optional<EventLoop>> loops) {
            this.loops = loops;
        }

        @Override
        public void onReceive(Object message) {
            if (message instanceof Received) {
                loops.add(Optional.ofNullable(EventLoop.current()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void fromAcceptingToHandlingNoThreadIsCrossed(String transport) throws Exception {
        var system = system(transport, 1);
        try {
            var tcp = Tcp.get(system);
            var bound = new CompletableFuture<InetSocketAddress>();
            var loops = new LinkedBlockingQueue<Optional<EventLoop>>();
            var acceptor = Acceptor.props(bound, connected -> {
                loops.add(Optional.ofNullable(EventLoop.current()));
                return Tcp.sameLoop(connected.connection(), Props.create(Handler.class, () -> new Handler(loops)));
            });
            var _ = system.actorOf(tcp.onLoop(0, acceptor));
            var address = bound.get(20, TimeUnit.SECONDS);
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write('x');
                var loop = Optional.of(tcp.reactor().loops().getFirst());
                assertThat(List.of(next(loops), next(loops))).containsExactly(loop, loop);
            }
        } finally {
            end(system);
        }
    }

    /// Three tasks for a pool within one turn of a loop, and one in another turn.
    @Test
    void aLoopHandsItsWorkToThePoolOnceATurn() throws Exception {
        var callers = new LinkedBlockingQueue<Optional<EventLoop>>();
        try (var pool = Executors.newSingleThreadExecutor();
                var reactor = Reactor.builder().transport("nio").loops(1).open()) {
            var counted = Between.put(
                    pool,
                    call -> {
                        if (call.name().equals("execute")) {
                            callers.add(Optional.ofNullable(EventLoop.current()));
                        }
                        return call.real();
                    },
                    ExecutorService.class);
            var executor = new HandlerExecutor.OncePerTurn(counted);
            var loop = reactor.loops().getFirst();
            var onLoop = Optional.of(loop);
            var elsewhere = Optional.<EventLoop>empty();

            var three = new CountDownLatch(3);
            loop.execute(() -> {
                for (int i = 0; i < 3; i++) {
                    executor.execute(three::countDown);
                }
            });
            Eventually.happens(three);
            assertThat(callers).containsExactly(onLoop, elsewhere, elsewhere, elsewhere);
            callers.clear();

            var one = new CountDownLatch(1);
            loop.execute(() -> executor.execute(one::countDown));
            Eventually.happens(one);
            assertThat(callers).containsExactly(onLoop);
            callers.clear();

            var straight = new CountDownLatch(1);
            executor.execute(straight::countDown);
            assertThat(callers).containsExactly(elsewhere);
            Eventually.happens(straight);
        }
    }

    /// Sends back what it gets, and stops when its connection has: by then it has heard of the end.
    private static final class Echo extends UntypedAbstractActor {
        private final BlockingQueue<Object> heard;

        Echo(BlockingQueue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Connected connected -> getContext().watch(connected.connection());
                case Received(var data, var connection) -> {
                    heard.add(String.valueOf(EventLoop.current()));
                    connection.tell(new Tcp.Write(data), getSelf());
                }
                default -> heard.add(message.getClass());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void handlersOnTheirDispatcherHearAllInOrder(String transport) throws Exception {
        var system = system(transport, 1);
        try {
            var bound = new CompletableFuture<InetSocketAddress>();
            var heard = new LinkedBlockingQueue<Object>();
            var handler =
                    Props.create(Echo.class, () -> new Echo(heard)).withDispatcher("sluice.io.handler-dispatcher");
            var _ = system.actorOf(Acceptor.props(bound, _ -> handler));
            var address = bound.get(20, TimeUnit.SECONDS);
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(20_000);
                for (int i = 0; i < 100; i++) {
                    socket.getOutputStream().write(i);
                    assertThat(socket.getInputStream().read()).isEqualTo(i);
                    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("null");
                }
            }
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(Tcp.PeerClosed.class);
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(Terminated.class);
            assertThat(heard).isEmpty();
        } finally {
            end(system);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2})
    void aLoopThatIsNotThereIsRefused(int loop) throws Exception {
        var system = system("auto", 2);
        try {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> Tcp.get(system).onLoop(loop, Props.empty()));
        } finally {
            end(system);
        }
    }

    private static ActorSystem system(String transport, int loops) {
        return ActorSystem.create(
                "placement",
                ConfigFactory.parseString("sluice.io.transport = " + transport + "\nsluice.io.loops = " + loops)
                        .withFallback(ConfigFactory.load()));
    }

    private static Optional<EventLoop> next(BlockingQueue<Optional<EventLoop>> loops) throws InterruptedException {
        var next = loops.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static void end(ActorSystem system) throws Exception {
        var _ = system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
