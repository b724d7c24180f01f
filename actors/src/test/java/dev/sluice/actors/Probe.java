package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Unbind;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;

/// An actor that keeps what it gets, in order, for a test to look at.
final class Probe {
    static final int DEADLINE_SECONDS = 30;

    private final LinkedBlockingQueue<Object> messages = new LinkedBlockingQueue<>();
    private final ActorRef ref;

    /// The sender of the message that was expected last.
    private @Nullable ActorRef sender;

    private record Envelope(Object message, ActorRef sender) {}

    private record Watch(ActorRef actor, CountDownLatch done) {}

    private static final class Keeper extends UntypedAbstractActor {
        private final LinkedBlockingQueue<Object> messages;

        Keeper(LinkedBlockingQueue<Object> messages) {
            this.messages = messages;
        }

        @Override
        public void onReceive(Object message) {
            if (message instanceof Watch(var actor, var done)) {
                getContext().watch(actor);
                done.countDown();
            } else {
                messages.add(new Envelope(message, getSender()));
            }
        }
    }

    Probe(ActorSystem system) {
        this(system, null);
    }

    /// @param sameLoop the connection or listener on whose loop it lives; null for the default dispatcher
    Probe(ActorSystem system, @Nullable ActorRef sameLoop) {
        var props = Props.create(Keeper.class, () -> new Keeper(messages));
        ref = system.actorOf(sameLoop == null ? props : Tcp.sameLoop(sameLoop, props));
    }

    ActorRef ref() {
        return ref;
    }

    void send(ActorRef to, Object message) {
        to.tell(message, ref);
    }

    /// Returns when the watch is in place.
    void watch(ActorRef actor) {
        var done = new CountDownLatch(1);
        send(ref, new Watch(actor, done));
        try {
            assertThat(done.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Object next() {
        try {
            var envelope = (Envelope) messages.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(envelope).as("a message").isNotNull();
            sender = envelope.sender();
            return envelope.message();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    ActorRef sender() {
        return Objects.requireNonNull(sender);
    }

    <T> T expect(Class<T> type) {
        var message = next();
        assertThat(message).isInstanceOf(type);
        return type.cast(message);
    }

    void expectThis(Object message) {
        assertThat(next()).isSameAs(message);
    }

    void expectTerminated(ActorRef actor) {
        assertThat(expect(Terminated.class).getActor()).isEqualTo(actor);
    }

    /// What has been received, until so many bytes are there.
    ByteString receive(int bytes) {
        var all = ByteString.empty();
        while (all.size() < bytes) {
            all = all.append(expect(Received.class).data());
        }
        return all;
    }

    /// What has been received, until so many bytes and this ack are there, in whatever order.
    ByteString receiveAnd(int bytes, Object ack) {
        var all = ByteString.empty();
        for (boolean acked = false; !acked || all.size() < bytes; ) {
            var message = next();
            if (message instanceof Received(var data, var _)) {
                all = all.append(data);
            } else {
                assertThat(message).isEqualTo(ack);
                acked = true;
            }
        }
        return all;
    }

    /// Nothing has come, up to the ack of an empty write to an idle connection that is sent now.
    void expectNothingFrom(ActorRef connection) {
        var ack = new Object();
        send(connection, new Write(ByteString.empty(), ack));
        expectThis(ack);
    }

    /// Returns when all that was sent to the connection before has been handled, and nothing has been answered.
    void settle(ActorRef connection) {
        settle(connection, message -> {
            throw new AssertionError(message);
        });
    }

    /// Returns when all that was sent to the connection before has been handled.
    ///
    /// @param others gets what else has come
    void settle(ActorRef connection, Consumer<Object> others) {
        var noCommand = new Unbind();
        send(connection, noCommand);
        var message = next();
        while (!(message instanceof CommandFailed failed && failed.cmd() == noCommand)) {
            others.accept(message);
            message = next();
        }
    }

    /// Nothing has come that nobody has expected.
    void expectNothing() {
        assertThat(messages).isEmpty();
    }

    void stop() {
        ref.tell(PoisonPill.getInstance(), ActorRef.noSender());
    }
}
