package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A listener, a connection and a handler on its loop, with a plain socket at the other end.
class EchoTest {
    /// The handler of the listener: has each connection handled on its own loop.
    private static final class Server extends UntypedAbstractActor {
        private final CompletableFuture<InetSocketAddress> bound;

        Server(CompletableFuture<InetSocketAddress> bound) {
            this.bound = bound;
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
                    var echo = Props.create(Echo.class, Echo::new);
                    var handler = getContext().actorOf(Tcp.sameLoop(connected.connection(), echo));
                    connected.connection().tell(new Register(handler), getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    private static final class Echo extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var connection) -> connection.tell(new Write(data), getSelf());
                case PeerClosed closed -> {
                    assertThat(closed.open()).isFalse();
                    getContext().stop(getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void whatIsSentComesBack(String transport) throws Exception {
        var system = ActorSystem.create(
                "echo",
                ConfigFactory.parseString("sluice.io.transport = " + transport).withFallback(ConfigFactory.load()));
        try {
            var bound = new CompletableFuture<InetSocketAddress>();
            var _ = system.actorOf(Props.create(Server.class, () -> new Server(bound)));
            var address = bound.get(20, TimeUnit.SECONDS);
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                        .isEqualTo("hello");
                socket.shutdownOutput();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            var _ = system.terminate();
            var _ = system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }
}
