package dev.sluice.actors.typed;

import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.CloseCommand;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Event;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// A connection, for typed actors. Commands may come from any of them.
///
/// @param classic its actor, which can be watched
public record Connection(org.apache.pekko.actor.ActorRef classic) {
    /// The connection of an event.
    public static Connection of(Connected event) {
        return new Connection(event.connection());
    }

    /// The connection of an event.
    public static Connection of(Received event) {
        return new Connection(event.connection());
    }

    /// The connection of an event.
    public static Connection of(ConnectionClosed event) {
        return new Connection(event.connection());
    }

    /// Spawns actors on the event loop of this connection: a message between the two crosses no thread. They
    /// must not block.
    public DispatcherSelector sameLoop() {
        return DispatcherSelector.fromConfig(
                Tcp.sameLoop(classic, Props.empty()).dispatcher());
    }

    /// Names the handler, which gets what is received, and the end. Connections are read from only then.
    public void register(ActorRef<? super Event> handler) {
        register(new Register(Adapter.toClassic(handler)), handler);
    }

    /// Names the handler.
    ///
    /// @param keepOpenOnPeerClosed whether this side can still write after the peer has ended its side
    /// @param useResumeWriting whether a refused write suspends writing until [#resumeWriting]
    public void register(ActorRef<? super Event> handler, boolean keepOpenOnPeerClosed, boolean useResumeWriting) {
        register(new Register(Adapter.toClassic(handler), keepOpenOnPeerClosed, useResumeWriting), handler);
    }

    /// Names the handler.
    ///
    /// @param flushOnHandlerDeath whether the connection is flushed and closed, not reset, when the handler
    ///     terminates
    public void register(
            ActorRef<? super Event> handler,
            boolean keepOpenOnPeerClosed,
            boolean useResumeWriting,
            boolean flushOnHandlerDeath) {
        var classicHandler = Adapter.toClassic(handler);
        register(new Register(classicHandler, keepOpenOnPeerClosed, useResumeWriting, flushOnHandlerDeath), handler);
    }

    private void register(Register command, ActorRef<? super Event> handler) {
        classic.tell(command, Adapter.toClassic(handler));
    }

    /// Writes bytes, without an ack.
    ///
    /// @param replyTo is told when the write is refused, or the connection ends before it is done
    public void write(ByteString data, ActorRef<? super Event> replyTo) {
        write(new Write(data), replyTo);
    }

    /// Writes bytes.
    ///
    /// @param ack what `replyTo` gets when the system has all of it
    /// @param replyTo is also told when the write is refused, or the connection ends before it is done
    public void write(ByteString data, Event ack, ActorRef<? super Event> replyTo) {
        write(new Write(data, ack), replyTo);
    }

    /// Writes files, or several things as one. Acks must be of the type that `replyTo` understands.
    public void write(WriteCommand command, ActorRef<? super Event> replyTo) {
        classic.tell(command, Adapter.toClassic(replyTo));
    }

    /// Asks to be told when writing is worth while again; the answer is [dev.sluice.actors.Tcp.WritingResumed].
    public void resumeWriting(ActorRef<? super Event> replyTo) {
        classic.tell(TcpMessage.resumeWriting(), Adapter.toClassic(replyTo));
    }

    /// Stops reading.
    public void suspendReading() {
        tell(TcpMessage.suspendReading());
    }

    /// Goes on reading; in pull mode, for one [Received].
    public void resumeReading() {
        tell(TcpMessage.resumeReading());
    }

    /// Flushes, then closes; the answer is [dev.sluice.actors.Tcp.Closed].
    public void close(ActorRef<? super Event> replyTo) {
        close(new Tcp.Close(), replyTo);
    }

    /// Flushes, and waits for the peer's end; the answer is [dev.sluice.actors.Tcp.ConfirmedClosed].
    public void confirmedClose(ActorRef<? super Event> replyTo) {
        close(new Tcp.ConfirmedClose(), replyTo);
    }

    /// Resets the connection; the answer is [dev.sluice.actors.Tcp.Aborted].
    public void abort(ActorRef<? super Event> replyTo) {
        close(new Tcp.Abort(), replyTo);
    }

    private void close(CloseCommand command, ActorRef<? super Event> replyTo) {
        classic.tell(command, Adapter.toClassic(replyTo));
    }

    private void tell(Tcp.Command command) {
        classic.tell(command, org.apache.pekko.actor.ActorRef.noSender());
    }
}
