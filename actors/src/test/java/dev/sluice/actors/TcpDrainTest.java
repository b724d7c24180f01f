package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The coordinated shutdown of an actor system that has listeners and connections.
@Timeout(60)
class TcpDrainTest {
    private final ActorSystem system;

    /// Not ended by the tests: an actor of the system that ends may be stopped before it handles what it was told.
    private final ActorSystem elsewhere = ActorSystem.create(
            "elsewhere", ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));

    private final Witness user = new Witness(elsewhere);
    private final InetSocketAddress address;

    TcpDrainTest() {
        system = ActorSystem.create("drain", ConfigFactory.parseString("""
                                pekko.loglevel = WARNING
                                sluice.io.tcp.drain-timeout = 60s
                                pekko.coordinated-shutdown.phases.service-requests-done.timeout = 60s
                                """).withFallback(ConfigFactory.load()));
        user.tell(Tcp.get(system).manager(), new Tcp.Bind(user.ref(), UdpWorld.ANY_PORT));
        address = user.expect(Bound.class).localAddress();
    }

    @AfterEach
    void close() {
        for (var one : List.of(system, elsewhere)) {
            var _ = one.terminate();
            var _ = one.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
        }
    }

    private Socket client() throws IOException {
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private CompletableFuture<Done> shutDown() {
        CompletionStage<Done> ended = CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.unknownReason());
        return ended.toCompletableFuture();
    }

    @Test
    void listenersAreUnboundWhileConnectionsGoOnUntilTheyEnd() throws Exception {
        try (var client = client()) {
            var connection = user.expect(Connected.class).connection();
            user.tell(connection, TcpMessage.register(user.ref()));
            var unbound = new CompletableFuture<Done>();
            CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "look", () -> {
                unbound.complete(Done.done());
                return CompletableFuture.completedFuture(Done.done());
            });
            var ended = shutDown();
            unbound.get(20, TimeUnit.SECONDS);
            assertThatIOException().isThrownBy(this::client).isInstanceOf(ConnectException.class);
            user.tell(connection, TcpMessage.write(ByteString.fromUtf8("x")));
            assertThat(client.getInputStream().read()).isEqualTo('x');
            assertThat(ended).isNotDone();
            client.shutdownOutput();
            user.expect(PeerClosed.class);
            ended.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatHasNotEndedInTimeIsReset() throws Exception {
        var hurried = ActorSystem.create(
                "hurried",
                ConfigFactory.parseString("pekko.loglevel = WARNING\nsluice.io.tcp.drain-timeout = 100ms")
                        .withFallback(ConfigFactory.load()));
        var handler = new Witness(elsewhere);
        handler.tell(Tcp.get(hurried).manager(), new Tcp.Connect(address).withHandler(handler.ref()));
        var outgoing = handler.expect(Connected.class);
        var connection = user.expect(Connected.class).connection();
        user.tell(connection, TcpMessage.register(user.ref()));
        var ended = CoordinatedShutdown.get(hurried).runAll(CoordinatedShutdown.unknownReason());
        assertThat(handler.expect(Tcp.Aborted.class).connection()).isEqualTo(outgoing.connection());
        assertThat(user.expect(Tcp.ErrorClosed.class).exception()).isInstanceOf(SocketException.class);
        ended.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void withoutConnectionsThereIsNothingToWaitFor() throws Exception {
        shutDown().get(20, TimeUnit.SECONDS);
        assertThatIOException().isThrownBy(this::client).isInstanceOf(ConnectException.class);
    }
}
