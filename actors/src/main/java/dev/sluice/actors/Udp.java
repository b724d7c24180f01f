package dev.sluice.actors;

import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.DeadLetterSuppression;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.Props;
import org.jspecify.annotations.Nullable;

/// UDP by messages, to and from anybody: the commands that actors send, and the events that they get.
///
/// [Bind] and [SimpleSender] go to the manager, which [#get] finds. Each socket is an actor of its own, which
/// is the sender of the first answer: of [Bound], of [SimpleSenderReady]. A bound socket sends, too.
///
/// A datagram that cannot be sent comes back as [CommandFailed]; no failure ends a socket. Nothing says whether
/// a datagram has arrived.
public final class Udp {
    private Udp() {}

    /// UDP of this actor system: its manager, and what it runs on. Starts at the first call.
    public static UdpExt get(ClassicActorSystemProvider system) {
        return UdpExt.ID.get(system);
    }

    /// UDP of this actor system: its manager, and what it runs on. Starts at the first call.
    public static UdpExt get(ActorSystem system) {
        return UdpExt.ID.get(system);
    }

    /// Has actors made of `props` run on the event loop of `socket`: a message between the two crosses no
    /// thread. They must not block.
    ///
    /// @param socket a socket or connection of this library
    /// @throws IllegalArgumentException if it is none
    public static Props sameLoop(ActorRef socket, Props props) {
        return Tcp.sameLoop(socket, props);
    }

    /// What actors and the actors of UDP say to each other.
    public sealed interface Message extends NoSerializationVerificationNeeded permits Command, Event {}

    /// What an actor asks for.
    public sealed interface Command extends Message
            permits Bind, SimpleSender, Send, Unbind, SuspendReading, ResumeReading {}

    // To the manager.

    /// Asks for a socket with an address; the answer is [Bound], or [CommandFailed] with the cause.
    ///
    /// @param handler who gets what is received; if it terminates, the socket is closed
    /// @param localAddress where; port 0 lets the system choose one
    /// @param options of the socket, groups to join among them: see [UdpSO]
    public record Bind(ActorRef handler, InetSocketAddress localAddress, List<Inet.SocketOption> options)
            implements Command {
        /// Checks what can be checked without the network.
        public Bind {
            Objects.requireNonNull(handler);
            Objects.requireNonNull(localAddress);
            options = List.copyOf(options);
        }

        /// A socket at this address, with nothing special.
        public Bind(ActorRef handler, InetSocketAddress localAddress) {
            this(handler, localAddress, List.of());
        }
    }

    /// Asks for a socket that only sends, from a port that the system chooses; the answer is
    /// [SimpleSenderReady], or [CommandFailed] with the cause.
    ///
    /// @param options of the socket
    /// @param endsWithRequester whether the socket is closed when who asks for it terminates; if not, it lives
    ///     until it gets [Unbind] or is stopped
    public record SimpleSender(List<Inet.SocketOption> options, boolean endsWithRequester) implements Command {
        /// Copies the options.
        public SimpleSender {
            options = List.copyOf(options);
        }

        /// A socket that lives until it is told otherwise.
        public SimpleSender(List<Inet.SocketOption> options) {
            this(options, false);
        }

        /// A socket with nothing special, that lives until it is told otherwise.
        public SimpleSender() {
            this(List.of(), false);
        }
    }

    // To a socket.

    /// Sends a datagram; the answer is the ack when the system has it, or [CommandFailed] with the cause.
    ///
    /// @param payload may be empty
    /// @param target where to; a name that is not resolved is resolved in the background
    /// @param ack any object; an instance of [NoAck] for none
    public record Send(ByteString payload, InetSocketAddress target, Object ack) implements Command {
        /// Checks that all is there.
        public Send {
            Objects.requireNonNull(payload);
            Objects.requireNonNull(target);
            requireAck(ack);
        }

        /// Sends a datagram, without an ack.
        public Send(ByteString payload, InetSocketAddress target) {
            this(payload, target, NoAck.INSTANCE);
        }

        /// Whether the sender is told at all.
        public boolean wantsAck() {
            return !(ack instanceof NoAck);
        }
    }

    /// Closes the socket; the answer is [Unbound], when the port is free again.
    public record Unbind() implements Command {
        static final Unbind INSTANCE = new Unbind();
    }

    /// Stops reading: nothing more is received until [ResumeReading]. What the system has no room for is lost.
    public record SuspendReading() implements Command {
        static final SuspendReading INSTANCE = new SuspendReading();
    }

    /// Goes on reading.
    public record ResumeReading() implements Command, DeadLetterSuppression {
        static final ResumeReading INSTANCE = new ResumeReading();
    }

    static void requireAck(@Nullable Object ack) {
        if (ack == null) {
            throw new IllegalArgumentException("ack must not be null; use NoAck if no ack is wanted");
        }
    }

    /// What an actor is told. Open, because an ack may be an event of the user's.
    public non-sealed interface Event extends Message {}

    /// A socket has its address.
    ///
    /// @param localAddress where, port included
    /// @param socket its actor, which is also the sender
    public record Bound(InetSocketAddress localAddress, ActorRef socket) implements Event {}

    /// A socket can send.
    ///
    /// @param socket its actor, which is also the sender
    public record SimpleSenderReady(ActorRef socket) implements Event {}

    /// A socket has ended, and its port is free.
    ///
    /// @param socket its actor, which is also the sender
    public record Unbound(ActorRef socket) implements Event {}

    /// A datagram.
    ///
    /// @param data its bytes, as far as `direct-buffer-size` has room; may be empty
    /// @param sender where it came from
    /// @param length how long it was; longer than the data if a part was cut off
    /// @param socket the socket's actor, which is also the sender of this event
    public record Received(ByteString data, InetSocketAddress sender, int length, ActorRef socket) implements Event {
        /// Whether a part was cut off for want of room.
        public boolean isTruncated() {
            return length > data.size();
        }
    }

    /// A command was not carried out.
    ///
    /// @param cmd the very object that was sent
    /// @param exception why
    /// @param worker the actor that refused, which is also the sender
    public record CommandFailed(Command cmd, Throwable exception, ActorRef worker) implements Event {
        /// Why.
        public Optional<Throwable> cause() {
            return Optional.of(exception);
        }

        /// Two are equal if the commands are; why they failed does not matter.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof CommandFailed failed && failed.cmd.equals(cmd);
        }

        @Override
        public int hashCode() {
            return cmd.hashCode();
        }
    }

    /// As an ack: none is wanted.
    ///
    /// @param token tells the sender which datagram has failed
    public record NoAck(@Nullable Object token) implements Event {
        static final NoAck INSTANCE = new NoAck(null);
    }
}
