package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Between.Call;
import dev.sluice.testing.Eventually;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections that always have more to read, or take all that is written: the others on their loop have their turn
/// all the same. What is counted is how much happens between two polls of the one loop; no clock is asked.
@Timeout(60)
class FairnessTest {
    /// A connection that reads this always has more to read from then on, and takes all that is written.
    private static final byte ENDLESS = '!';

    private static final int TURN_BYTES = 4 * 1024;
    private static final int WRITE_TURN_BYTES = 1024 * 1024;

    private final Set<Object> endless = ConcurrentHashMap.newKeySet();
    private final AtomicInteger polls = new AtomicInteger();
    private final Most read = new Most();
    private final Most written = new Most();
    private final Most accepted = new Most();

    /// When the endless connection was given back to the system, in polls; 0 while it was not.
    private final AtomicInteger closedAt = new AtomicInteger();

    private final ActorSystem system;
    private final Net net;

    /// How much at most there was of something between two polls. On the loop's thread, but for what tests look at.
    private static final class Most {
        private long sincePoll;
        private final AtomicLong most = new AtomicLong();

        void add(long some) {
            sincePoll += some;
            most.accumulateAndGet(sincePoll, Math::max);
        }

        void polled() {
            sincePoll = 0;
        }

        long get() {
            return most.get();
        }
    }

    FairnessTest() throws Exception {
        system = Setup.NIO.start(
                "sluice.io { loops = 1, tcp.batch-accept-limit = 2 }",
                new TransportSetup(ScriptedTransport.of("nio", this::answer)));
        net = new Net(Setup.NIO, system);
    }

    private @Nullable Object answer(Call call) throws Throwable {
        switch (call.name()) {
            case "select" -> {
                polls.incrementAndGet();
                read.polled();
                written.polled();
                accepted.polled();
            }
            case "read" -> {
                return read(call);
            }
            case "write" -> {
                if (endless.contains(call.on())) {
                    return taken(bufferOf(call));
                }
            }
            case "accept" -> {
                var connection = call.real();
                accepted.add(connection == null ? 0 : 1);
                return connection;
            }
            case "close" -> {
                if (endless.contains(call.on())) {
                    closedAt.set(polls.get());
                }
            }
            default -> {}
        }
        return call.real();
    }

    private static ByteBuffer bufferOf(Call call) {
        return (ByteBuffer) Objects.requireNonNull(call.arguments().getFirst());
    }

    private @Nullable Object read(Call call) throws Throwable {
        var into = bufferOf(call);
        if (endless.contains(call.on())) {
            int n = into.remaining();
            into.position(into.limit());
            read.add(n);
            return n;
        }
        var n = call.real();
        if (into.position() > 0 && into.get(0) == ENDLESS) {
            endless.add(call.on());
        }
        return n;
    }

    private Object taken(ByteBuffer bytes) {
        int n = bytes.remaining();
        bytes.position(bytes.limit());
        written.add(n);
        return n;
    }

    @AfterEach
    void close() throws Exception {
        net.close();
        var _ = system.terminate();
    }

    /// On the loop of a connection: answers what comes, and does what it is told, saying how many polls there had been.
    private final class Near extends UntypedAbstractActor {
        private final ActorRef connection;

        Near(ActorRef connection) {
            this.connection = connection;
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var from) -> from.tell(new Write(data), getSelf());
                case Tcp.Command command -> {
                    getSender().tell(polls.get(), getSelf());
                    connection.tell(command, getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    private static final class Deaf extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            unhandled(message);
        }
    }

    private ActorRef near(ActorRef connection) {
        return system.actorOf(Tcp.sameLoop(connection, Props.create(Near.class, () -> new Near(connection))));
    }

    /// A connection whose socket is endless.
    private ActorRef endless() throws Exception {
        var link = net.unregistered(it -> it.withReceiveBytes(1024).withTurnBytes(TURN_BYTES), it -> it);
        var deaf = system.actorOf(Props.create(Deaf.class, Deaf::new));
        link.handler().send(link.connection(), new Register(deaf));
        link.peer().write("!");
        Eventually.until("it is endless", () -> !endless.isEmpty());
        link.peer().write("!"); // so that it is looked at again
        return link.connection();
    }

    /// B119, B120, D18.
    @Test
    void aConnectionThatAlwaysHasMoreReadsSoMuchAndThenOthersAreLookedAfter() throws Exception {
        var connection = endless();
        Eventually.until("it reads on and on", () -> read.get() > 0 && polls.get() > 1_000);
        var other = net.unregistered();
        other.handler().send(other.connection(), new Register(near(other.connection())));
        for (int i = 0; i < 20; i++) {
            other.peer().write("ping");
            assertThat(other.peer().readText(4)).isEqualTo("ping");
        }
        assertThat(read.get()).isEqualTo(TURN_BYTES);

        var probe = net.probe();
        probe.send(near(connection), new Abort());
        int asked = probe.expect(Integer.class);
        Eventually.until("it is closed", () -> closedAt.get() > 0);
        assertThat(closedAt.get() - asked).isBetween(0, 1);
    }

    /// B120, D18.
    @Test
    void aConnectionThatTakesAllWritesSoMuchAndThenOthersAreLookedAfter() throws Exception {
        var connection = endless();
        var writer = net.probe();
        writer.send(connection, new Write(ByteString.zeros(64 * WRITE_TURN_BYTES), "all"));
        writer.expectThis("all");
        assertThat(written.get()).isEqualTo(WRITE_TURN_BYTES);
        writer.send(connection, new Abort());
        writer.expect(Tcp.Aborted.class);
    }

    /// B040.
    @Test
    void aListenerAcceptsSoManyAndThenOthersAreLookedAfter() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler).withPullMode());
        for (int i = 0; i < 15; i++) {
            var _ = net.peer(bound.localAddress());
        }
        handler.send(bound.listener(), new Tcp.ResumeAccepting(15));
        for (int i = 0; i < 15; i++) {
            handler.expect(Connected.class);
        }
        assertThat(accepted.get()).isEqualTo(2);
    }
}
