package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;

/// An actor whose messages a test takes one by one.
final class Witness {
    private static final int PATIENCE_SECONDS = 20;

    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final ActorSystem system;
    private final ActorRef ref;

    private record Heard(Object message, ActorRef sender) {}

    private record Watch(ActorRef other) {}

    private static final class Listening extends UntypedAbstractActor {
        private final LinkedBlockingQueue<Heard> heard;

        Listening(LinkedBlockingQueue<Heard> heard) {
            this.heard = heard;
        }

        @Override
        public void onReceive(Object message) {
            if (message instanceof Watch(var other)) {
                getContext().watch(other);
            }
            heard.add(new Heard(message, getSender()));
        }
    }

    Witness(ActorSystem system) {
        this.system = system;
        ref = system.actorOf(Props.create(Listening.class, () -> new Listening(heard)));
    }

    ActorRef ref() {
        return ref;
    }

    /// Sends in the name of this actor.
    void tell(ActorRef to, Object message) {
        to.tell(message, ref);
    }

    /// Is told when `other` terminates.
    void watch(ActorRef other) {
        ref.tell(new Watch(other), ActorRef.noSender());
        expect(Watch.class);
    }

    /// Terminates this actor.
    void stop() {
        system.stop(ref);
    }

    /// The next message, which is of this type.
    <T> T expect(Class<T> type) {
        return type.cast(expectFrom(type).message());
    }

    /// The sender of the next message, which is of this type.
    <T> ActorRef senderOf(Class<T> type) {
        return expectFrom(type).sender();
    }

    private Heard expectFrom(Class<?> type) {
        try {
            var next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("no %s came", type.getSimpleName()).isNotNull();
            assertThat(next.message()).isInstanceOf(type);
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The next message is this very object.
    void expectSame(Object message) {
        assertThat(expect(Object.class)).isSameAs(message);
    }

    /// Nothing has come by now.
    void assertNothing() {
        assertThat(heard).isEmpty();
    }
}
