package dev.sluice.actors;

import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.DeadLetterSuppression;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.Props;
import org.jspecify.annotations.Nullable;

/// TCP by messages: the commands that actors send, and the events that they get.
///
/// [Connect] and [Bind] go to the manager, which [#get] finds. Each connection and each listener is an actor of its
/// own, which is the sender of the first answer: of [Connected], of [Bound]. [Register] names the handler of a
/// connection, which gets [Received] and the events of its end. Anybody may write.
///
/// Every command ends in one outcome, which its sender gets: what it asked for, [CommandFailed] with a cause, or
/// the end of the connection.
public final class Tcp {
    private Tcp() {}

    /// TCP of this actor system: its manager, and what it runs on. Starts at the first call.
    public static TcpExt get(ClassicActorSystemProvider system) {
        return TcpExt.ID.get(system);
    }

    /// TCP of this actor system: its manager, and what it runs on. Starts at the first call.
    public static TcpExt get(ActorSystem system) {
        return TcpExt.ID.get(system);
    }

    /// Has actors made of `props` run on the event loop of `connection`: a message between the two crosses no
    /// thread. They must not block.
    ///
    /// @param connection a connection or listener of this library
    /// @throws IllegalArgumentException if it is none
    public static Props sameLoop(ActorRef connection, Props props) {
        return props.withDispatcher(LoopDispatchers.idOf(connection));
    }

    /// What actors and the actors of TCP say to each other.
    public sealed interface Message extends NoSerializationVerificationNeeded permits Command, Event {}

    /// What an actor asks for.
    public sealed interface Command extends Message
            permits Connect,
                    Bind,
                    Register,
                    Unbind,
                    ResumeAccepting,
                    WriteCommand,
                    ResumeWriting,
                    SuspendReading,
                    ResumeReading,
                    CloseCommand {}

    // To the manager.

    /// Asks for a connection; the answer is [Connected], or [CommandFailed] with the cause. Without a handler the
    /// sender has to send [Register] to the connection.
    ///
    /// @param remoteAddress where to; a name that is not resolved is resolved in the background, and all its
    ///     addresses are tried (RFC 8305)
    /// @param localAddress where from; null lets the system choose
    /// @param options of the socket
    /// @param timeout for resolving and connecting in all; null for as long as the system tries
    /// @param pullMode whether nothing is read but what [ResumeReading] asks for
    /// @param handler who gets what is received; null to name it with [Register]
    /// @param settings limits of this connection; null for those of the configuration
    public record Connect(
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            List<Inet.SocketOption> options,
            @Nullable Duration timeout,
            boolean pullMode,
            @Nullable ActorRef handler,
            @Nullable ConnectionSettings settings)
            implements Command {
        /// Checks what can be checked without the network.
        public Connect {
            Objects.requireNonNull(remoteAddress);
            options = List.copyOf(options);
            if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
                throw new IllegalArgumentException("a connect timeout of " + timeout + " is none; null means no limit");
            }
        }

        /// A connection to this address, with nothing special.
        public Connect(InetSocketAddress remoteAddress) {
            this(remoteAddress, null, List.of(), null, false, null, null);
        }

        /// The same, from this address.
        public Connect withLocalAddress(InetSocketAddress localAddress) {
            return new Connect(remoteAddress, localAddress, options, timeout, pullMode, handler, settings);
        }

        /// The same, with these options of the socket.
        public Connect withOptions(Inet.SocketOption... options) {
            return new Connect(remoteAddress, localAddress, List.of(options), timeout, pullMode, handler, settings);
        }

        /// The same, with a handler: no [Register] is needed.
        public Connect withHandler(ActorRef handler) {
            return new Connect(
                    remoteAddress, localAddress, options, timeout, pullMode, Objects.requireNonNull(handler), settings);
        }

        /// The same, with limits of its own.
        public Connect withSettings(ConnectionSettings settings) {
            return new Connect(remoteAddress, localAddress, options, timeout, pullMode, handler, settings);
        }

        /// The same, with a time limit.
        public Connect withTimeout(Duration timeout) {
            return new Connect(remoteAddress, localAddress, options, timeout, pullMode, handler, settings);
        }

        /// The same, reading only what is asked for.
        public Connect withPullMode() {
            return new Connect(remoteAddress, localAddress, options, timeout, true, handler, settings);
        }
    }

    /// Asks for a listener; the answer is [Bound], or [CommandFailed] with the cause.
    ///
    /// @param handler who gets [Connected] for each connection
    /// @param localAddress where to listen; port 0 lets the system choose one
    /// @param backlog how many connections the system queues until they are accepted
    /// @param options of the listening socket and of the connections
    /// @param pullMode whether nothing is accepted but what [ResumeAccepting] asks for; the connections then are
    ///     in pull mode, too
    /// @param settings limits of the connections; null for those of the configuration
    /// @param handlers makes the handler of each connection, so that no [Register] is needed; null to be sent one
    public record Bind(
            ActorRef handler,
            InetSocketAddress localAddress,
            int backlog,
            List<Inet.SocketOption> options,
            boolean pullMode,
            @Nullable ConnectionSettings settings,
            @Nullable Function<Connected, ActorRef> handlers)
            implements Command {
        /// Checks what can be checked without the network.
        public Bind {
            Objects.requireNonNull(handler);
            Objects.requireNonNull(localAddress);
            options = List.copyOf(options);
            if (backlog < 1) {
                throw new IllegalArgumentException("backlog " + backlog + " is less than 1");
            }
        }

        /// A listener at this address, with nothing special.
        public Bind(ActorRef handler, InetSocketAddress localAddress) {
            this(handler, localAddress, TcpMessage.BACKLOG, List.of(), false, null, null);
        }

        /// The same, with another length of the system's queue.
        public Bind withBacklog(int backlog) {
            return new Bind(handler, localAddress, backlog, options, pullMode, settings, handlers);
        }

        /// The same, with these options of the listening socket and of the connections.
        public Bind withOptions(Inet.SocketOption... options) {
            return new Bind(handler, localAddress, backlog, List.of(options), pullMode, settings, handlers);
        }

        /// The same, with limits for its connections.
        public Bind withSettings(ConnectionSettings settings) {
            return new Bind(handler, localAddress, backlog, options, pullMode, settings, handlers);
        }

        /// The same, with a function that gives the handler of each connection: no [Register] is needed. It runs on
        /// the connection's loop, and must not block. What it throws ends the connection, and [ErrorClosed]
        /// tells it.
        public Bind withHandlers(Function<Connected, ActorRef> handlers) {
            return new Bind(handler, localAddress, backlog, options, pullMode, settings, handlers);
        }

        /// The same, accepting only what is asked for.
        public Bind withPullMode() {
            return new Bind(handler, localAddress, backlog, options, true, settings, handlers);
        }
    }

    // To a listener.

    /// Ends a listener; the answer is [Unbound], when the port is free again. Connections live on.
    public record Unbind() implements Command {
        static final Unbind INSTANCE = new Unbind();
    }

    /// Sets how many connections a listener in pull mode may accept from now on.
    ///
    /// @param batchSize at least 1; replaces what is left of an earlier one
    public record ResumeAccepting(int batchSize) implements Command {
        /// Checks that it asks for something.
        public ResumeAccepting {
            if (batchSize < 1) {
                throw new IllegalArgumentException("cannot accept " + batchSize + " connections");
            }
        }
    }

    // To a connection.

    /// Names the handler of a connection, which from now on is read from.
    ///
    /// @param handler who gets what is received, and the end; if it terminates, the connection is reset
    /// @param keepOpenOnPeerClosed whether this side can still write after the peer has ended its side
    /// @param useResumeWriting whether a refused write suspends writing until [ResumeWriting]
    /// @param flushOnHandlerDeath whether the connection is flushed and closed, not reset, when the handler
    ///     terminates
    public record Register(
            ActorRef handler, boolean keepOpenOnPeerClosed, boolean useResumeWriting, boolean flushOnHandlerDeath)
            implements Command {
        /// Checks that there is a handler.
        public Register {
            Objects.requireNonNull(handler);
        }

        /// With the flags that the protocol has as defaults: false, and true.
        public Register(ActorRef handler) {
            this(handler, false, true, false);
        }

        /// With the flags of the protocol.
        public Register(ActorRef handler, boolean keepOpenOnPeerClosed, boolean useResumeWriting) {
            this(handler, keepOpenOnPeerClosed, useResumeWriting, false);
        }
    }

    /// What can be written: [Write], [WriteFile], [WritePath], or several of them as a [CompoundWrite].
    public sealed interface WriteCommand extends Command permits SimpleWriteCommand, CompoundWrite {
        /// This after `other`, as one command.
        default CompoundWrite prepend(SimpleWriteCommand other) {
            return new CompoundWrite(other, this);
        }

        /// This after all of `others`, as one command.
        default WriteCommand prepend(Iterable<? extends WriteCommand> others) {
            var parts = new ArrayList<SimpleWriteCommand>();
            others.forEach(other -> parts.addAll(other.parts()));
            WriteCommand all = this;
            for (var part : parts.reversed()) {
                all = all.prepend(part);
            }
            return all;
        }

        /// `that` after this, as one command.
        default CompoundWrite append(WriteCommand that) {
            var parts = parts();
            WriteCommand all = that;
            for (var part : parts.reversed()) {
                all = all.prepend(part);
            }
            return (CompoundWrite) all;
        }

        /// The simple writes that this is made of, in order.
        List<SimpleWriteCommand> parts();

        /// Several writes as one command; none of them gives the empty write.
        static WriteCommand create(Iterable<? extends WriteCommand> writes) {
            var parts = new ArrayList<SimpleWriteCommand>();
            writes.forEach(write -> parts.addAll(write.parts()));
            if (parts.isEmpty()) {
                return Write.empty();
            }
            WriteCommand all = parts.removeLast();
            for (var part : parts.reversed()) {
                all = all.prepend(part);
            }
            return all;
        }
    }

    /// A write of one thing.
    public sealed interface SimpleWriteCommand extends WriteCommand permits Write, WriteFile, WritePath {
        /// What the writer is told when the system has taken all of it.
        Object ack();

        /// Whether the writer is told at all.
        default boolean wantsAck() {
            return !(ack() instanceof NoAck);
        }

        @Override
        default List<SimpleWriteCommand> parts() {
            return List.of(this);
        }
    }

    /// Writes bytes.
    ///
    /// @param data what to write; may be empty, then only the ack comes
    /// @param ack any object; an instance of [NoAck] for none
    public record Write(ByteString data, Object ack) implements SimpleWriteCommand {
        private static final Write EMPTY = new Write(ByteString.empty(), NoAck.INSTANCE);

        /// Checks that there is an ack.
        public Write {
            Objects.requireNonNull(data);
            requireAck(ack);
        }

        /// Writes bytes, without an ack.
        public Write(ByteString data) {
            this(data, NoAck.INSTANCE);
        }

        /// No bytes and no ack.
        public static Write empty() {
            return EMPTY;
        }
    }

    /// Writes a range of a file, without a copy through the program where the system can do that.
    ///
    /// @param path the file
    /// @param position of the first byte
    /// @param count how many bytes, at least 1
    /// @param ack any object; an instance of [NoAck] for none
    public record WritePath(Path path, long position, long count, Object ack) implements SimpleWriteCommand {
        /// Checks the range, as far as that does not need the file.
        public WritePath {
            Objects.requireNonNull(path);
            requireRange(position, count);
            requireAck(ack);
        }
    }

    /// Writes a range of a file; [WritePath] with the path as text.
    ///
    /// @param filePath the file
    /// @param position of the first byte
    /// @param count how many bytes, at least 1
    /// @param ack any object; an instance of [NoAck] for none
    public record WriteFile(String filePath, long position, long count, Object ack) implements SimpleWriteCommand {
        /// Checks the range, as far as that does not need the file.
        public WriteFile {
            Objects.requireNonNull(filePath);
            requireRange(position, count);
            requireAck(ack);
        }
    }

    /// Several writes, one after the other with nothing in between; all are refused or none.
    ///
    /// @param head the first
    /// @param tailCommand the rest
    public record CompoundWrite(SimpleWriteCommand head, WriteCommand tailCommand)
            implements WriteCommand, Iterable<SimpleWriteCommand> {
        /// Checks that both are there.
        public CompoundWrite {
            Objects.requireNonNull(head);
            Objects.requireNonNull(tailCommand);
        }

        @Override
        public List<SimpleWriteCommand> parts() {
            var parts = new ArrayList<SimpleWriteCommand>();
            WriteCommand rest = this;
            while (rest instanceof CompoundWrite(var first, var more)) { // a tail may be long: no recursion
                parts.add(first);
                rest = more;
            }
            parts.addAll(rest.parts());
            return parts;
        }

        @Override
        public Iterator<SimpleWriteCommand> iterator() {
            return parts().iterator();
        }
    }

    private static void requireAck(@Nullable Object ack) {
        if (ack == null) {
            throw new IllegalArgumentException("ack must not be null; use NoAck if no ack is wanted");
        }
    }

    private static void requireRange(long position, long count) {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + " is negative");
        }
        if (count <= 0) {
            throw new IllegalArgumentException("count " + count + " is not positive");
        }
    }

    /// As an ack: none is wanted.
    ///
    /// @param token tells the writer which write has failed
    public record NoAck(@Nullable Object token) implements Event {
        static final NoAck INSTANCE = new NoAck(null);
    }

    /// Asks to be told when writing is worth while again, after a write was refused; the answer is
    /// [WritingResumed], when the system has all that was taken. Until then writes are refused.
    public record ResumeWriting() implements Command {
        static final ResumeWriting INSTANCE = new ResumeWriting();
    }

    /// Stops reading: nothing more is received until [ResumeReading], and the peer is slowed down.
    public record SuspendReading() implements Command {
        static final SuspendReading INSTANCE = new SuspendReading();
    }

    /// Goes on reading; in pull mode, for one [Received].
    public record ResumeReading() implements Command, DeadLetterSuppression {
        static final ResumeReading INSTANCE = new ResumeReading();
    }

    /// Ends a connection in one of three ways; each has an event of its own.
    public sealed interface CloseCommand extends Command, DeadLetterSuppression permits Close, ConfirmedClose, Abort {}

    /// Flushes what was written, then closes: [Closed].
    ///
    /// If bytes have come that were not read, the system resets the connection, and the peer may lose what it has
    /// not read yet: [ConfirmedClose], with a close timeout in [ConnectionSettings], reads them first.
    public record Close() implements CloseCommand {
        static final Close INSTANCE = new Close();
    }

    /// Flushes what was written and ends this side; reads until the peer ends its side, too: [ConfirmedClosed].
    public record ConfirmedClose() implements CloseCommand {
        static final ConfirmedClose INSTANCE = new ConfirmedClose();
    }

    /// Resets the connection at once: [Aborted].
    public record Abort() implements CloseCommand {
        static final Abort INSTANCE = new Abort();
    }

    /// What an actor is told. Open, because an ack may be an event of the user's.
    public non-sealed interface Event extends Message {}

    /// A connection stands.
    ///
    /// @param remoteAddress the peer's
    /// @param localAddress this side's
    /// @param connection its actor, which is also the sender
    public record Connected(InetSocketAddress remoteAddress, InetSocketAddress localAddress, ActorRef connection)
            implements Event {}

    /// A listener listens.
    ///
    /// @param localAddress where, port included
    /// @param listener its actor, which is also the sender
    public record Bound(InetSocketAddress localAddress, ActorRef listener) implements Event {}

    /// A listener has ended, and its port is free.
    ///
    /// @param listener its actor, which is also the sender
    public record Unbound(ActorRef listener) implements Event {}

    /// Bytes from the peer.
    ///
    /// @param data as they came; how they are cut means nothing
    /// @param connection its actor, which is also the sender
    public record Received(ByteString data, ActorRef connection) implements Event {}

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

    /// At least one write will be accepted now.
    ///
    /// @param connection its actor, which is also the sender
    public record WritingResumed(ActorRef connection) implements Event {}

    /// The end of a connection, or in the case of [PeerClosed] maybe of one side only.
    public sealed interface ConnectionClosed extends Event, DeadLetterSuppression
            permits Closed, ConfirmedClosed, Aborted, PeerClosed, ErrorClosed {
        /// The connection's actor, which is also the sender.
        ActorRef connection();

        /// Whether this side has reset the connection.
        default boolean isAborted() {
            return this instanceof Aborted;
        }

        /// Whether both sides have ended it.
        default boolean isConfirmed() {
            return this instanceof ConfirmedClosed;
        }

        /// Whether the peer has ended its side first.
        default boolean isPeerClosed() {
            return this instanceof PeerClosed;
        }

        /// Whether it was lost.
        default boolean isErrorClosed() {
            return this instanceof ErrorClosed;
        }

        /// Why it was lost, in words; null if it was not.
        default @Nullable String getErrorCause() {
            return this instanceof ErrorClosed closed ? closed.cause() : null;
        }
    }

    /// Closed as [Close] has asked.
    public record Closed(ActorRef connection) implements ConnectionClosed {}

    /// Closed by both sides, as [ConfirmedClose] has asked.
    public record ConfirmedClosed(ActorRef connection) implements ConnectionClosed {}

    /// Reset by this side.
    public record Aborted(ActorRef connection) implements ConnectionClosed {}

    /// The peer has ended its side.
    ///
    /// @param open whether this side can still write, as [Register] has asked; if not, the connection has ended
    public record PeerClosed(ActorRef connection, boolean open) implements ConnectionClosed {}

    /// The connection was lost.
    ///
    /// @param exception why
    public record ErrorClosed(ActorRef connection, Throwable exception) implements ConnectionClosed {
        /// Why, in words.
        public String cause() {
            String why = exception.getMessage();
            return why == null || why.isEmpty() ? exception.getClass().getName() : why;
        }
    }
}
