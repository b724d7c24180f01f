package dev.sluice.actors.typed;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.sluice.bytes.ByteString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A typed actor system on one transport.
final class TypedWorld implements AutoCloseable {
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    static final ByteString HELLO = ByteString.fromUtf8("hello");

    private static final int PATIENCE_SECONDS = 20;

    final ActorSystem<Void> system;
    private int spawned;

    TypedWorld(String transport) {
        system = ActorSystem.create(
                Behaviors.empty(),
                "typed",
                ConfigFactory.parseString("""
                                pekko.loglevel = WARNING
                                sluice.io.tcp.drain-timeout = 0s
                                sluice.io.transport = %s
                                """.formatted(transport)).withFallback(ConfigFactory.load()));
    }

    /// A typed actor whose messages a test takes one by one.
    final class Witness<E> {
        private final LinkedBlockingQueue<E> heard = new LinkedBlockingQueue<>();
        final ActorRef<E> ref = spawn(Behaviors.receiveMessage(event -> {
            heard.add(event);
            return Behaviors.same();
        }));

        <T extends E> T expect(Class<T> type) throws InterruptedException {
            var next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).isInstanceOf(type);
            return type.cast(next);
        }

        void assertNothing() {
            assertThat(heard).isEmpty();
        }
    }

    <E> Witness<E> witness() {
        return new Witness<>();
    }

    <T> ActorRef<T> spawn(Behavior<T> behavior) {
        return spawn(behavior, Props.empty());
    }

    <T> ActorRef<T> spawn(Behavior<T> behavior, Props props) {
        return system.systemActorOf(behavior, "actor-" + ++spawned, props);
    }

    @Override
    public void close() {
        system.terminate();
        var _ = system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
