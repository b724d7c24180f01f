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
import org.jspecify.annotations.Nullable;

/// UDP by messages, to and from one peer: the commands that actors send, and the events that they get.
///
/// [Connect] goes to the manager, which [#get] finds. Each connection is an actor of its own, which is the
/// sender of [Connected]. Connecting asks nobody: it fixes the peer, and so spares the system looking for a way
/// with each datagram. That the peer has no such port is no end; when somebody listens there, datagrams flow.
public final class UdpConnected {
    private UdpConnected() {}

    /// Connected UDP of this actor system: its manager, and what it runs on. Starts at the first call.
    public static UdpConnectedExt get(ClassicActorSystemProvider system) {
        return UdpConnectedExt.ID.get(system);
    }

    /// Connected UDP of this actor system: its manager, and what it runs on. Starts at the first call.
    public static UdpConnectedExt get(ActorSystem system) {
        return UdpConnectedExt.ID.get(system);
    }

    /// What actors and the actors of connected UDP say to each other.
    public sealed interface Message extends NoSerializationVerificationNeeded permits Command, Event {}

    /// What an actor asks for.
    public sealed interface Command extends Message permits Connect, Send, Disconnect, SuspendReading, ResumeReading {}

    // To the manager.

    /// Asks for a socket that exchanges datagrams with one peer; the answer is [Connected], or [CommandFailed]
    /// with the cause.
    ///
    /// @param handler who gets what is received; if it terminates, the socket is closed
    /// @param remoteAddress the peer; a name that is not resolved is resolved in the background
    /// @param localAddress where from; null lets the system choose
    /// @param options of the socket: see [UdpSO]
    public record Connect(
            ActorRef handler,
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            List<Inet.SocketOption> options)
            implements Command {
        /// Checks what can be checked without the network.
        public Connect {
            Objects.requireNonNull(handler);
            Objects.requireNonNull(remoteAddress);
            options = List.copyOf(options);
        }

        /// A socket with nothing special.
        public Connect(ActorRef handler, InetSocketAddress remoteAddress) {
            this(handler, remoteAddress, null, List.of());
        }
    }

    // To a connection.

    /// Sends a datagram to the peer; the answer is the ack when the system has it, or [CommandFailed] with the
    /// cause.
    ///
    /// @param payload may be empty, except on the transport `nio`, where the JDK cannot send that
    /// @param ack any object; an instance of [NoAck] for none
    public record Send(ByteString payload, Object ack) implements Command {
        /// Checks that all is there.
        public Send {
            Objects.requireNonNull(payload);
            Udp.requireAck(ack);
        }

        /// Sends a datagram, without an ack.
        public Send(ByteString payload) {
            this(payload, NoAck.INSTANCE);
        }

        /// Whether the sender is told at all.
        public boolean wantsAck() {
            return !(ack instanceof NoAck);
        }
    }

    /// Closes the socket; the answer is [Disconnected], when the port is free again.
    public record Disconnect() implements Command {
        static final Disconnect INSTANCE = new Disconnect();
    }

    /// Stops reading: nothing more is received until [ResumeReading]. What the system has no room for is lost.
    public record SuspendReading() implements Command {
        static final SuspendReading INSTANCE = new SuspendReading();
    }

    /// Goes on reading.
    public record ResumeReading() implements Command, DeadLetterSuppression {
        static final ResumeReading INSTANCE = new ResumeReading();
    }

    /// What an actor is told. Open, because an ack may be an event of the user's.
    public non-sealed interface Event extends Message {}

    /// A socket has its peer.
    ///
    /// @param remoteAddress the peer's
    /// @param localAddress this side's
    /// @param connection its actor, which is also the sender
    public record Connected(InetSocketAddress remoteAddress, InetSocketAddress localAddress, ActorRef connection)
            implements Event {}

    /// A socket has ended, and its port is free.
    ///
    /// @param connection its actor, which is also the sender
    public record Disconnected(ActorRef connection) implements Event {}

    /// A datagram from the peer.
    ///
    /// @param data its bytes, as far as `direct-buffer-size` has room; may be empty
    /// @param length how long it was; longer than the data if a part was cut off
    /// @param connection the connection's actor, which is also the sender of this event
    public record Received(ByteString data, int length, ActorRef connection) implements Event {
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
