package dev.sluice.actors;

import dev.sluice.actors.Tcp.Command;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// Makes the commands of [Tcp], with the method names and defaults of Akka and Pekko.
public final class TcpMessage {
    static final int BACKLOG = 100;

    private TcpMessage() {}

    /// A connection, with nothing special.
    public static Command connect(InetSocketAddress remoteAddress) {
        return new Tcp.Connect(remoteAddress);
    }

    /// A connection.
    ///
    /// @param localAddress null lets the system choose
    /// @param timeout null for as long as the system tries
    /// @param pullMode whether nothing is read but what [#resumeReading] asks for
    public static Command connect(
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            Iterable<Inet.SocketOption> options,
            @Nullable Duration timeout,
            boolean pullMode) {
        return new Tcp.Connect(remoteAddress, localAddress, Inet.list(options), timeout, pullMode, null, null);
    }

    /// A listener.
    public static Command bind(ActorRef handler, InetSocketAddress endpoint, int backlog) {
        return new Tcp.Bind(handler, endpoint, backlog, List.of(), false, null, null);
    }

    /// A listener.
    ///
    /// @param pullMode whether nothing is accepted but what [#resumeAccepting] asks for
    public static Command bind(
            ActorRef handler,
            InetSocketAddress endpoint,
            int backlog,
            Iterable<Inet.SocketOption> options,
            boolean pullMode) {
        return new Tcp.Bind(handler, endpoint, backlog, Inet.list(options), pullMode, null, null);
    }

    /// Names the handler: not kept open when the peer closes, and a refused write suspends writing.
    public static Command register(ActorRef handler) {
        return new Tcp.Register(handler);
    }

    /// Names the handler.
    public static Command register(ActorRef handler, boolean keepOpenOnPeerClosed, boolean useResumeWriting) {
        return new Tcp.Register(handler, keepOpenOnPeerClosed, useResumeWriting);
    }

    /// Ends a listener.
    public static Command unbind() {
        return Tcp.Unbind.INSTANCE;
    }

    /// Flushes and closes.
    public static Command close() {
        return Tcp.Close.INSTANCE;
    }

    /// Flushes, ends this side, and waits for the peer's end.
    public static Command confirmedClose() {
        return Tcp.ConfirmedClose.INSTANCE;
    }

    /// Resets the connection.
    public static Command abort() {
        return Tcp.Abort.INSTANCE;
    }

    /// As an ack: none is wanted.
    public static Tcp.NoAck noAck() {
        return Tcp.NoAck.INSTANCE;
    }

    /// As an ack: none is wanted; the token tells which write has failed.
    public static Tcp.NoAck noAck(@Nullable Object token) {
        return new Tcp.NoAck(token);
    }

    /// Writes bytes, without an ack.
    public static Command write(ByteString data) {
        return new Tcp.Write(data);
    }

    /// Writes bytes.
    public static Command write(ByteString data, Object ack) {
        return new Tcp.Write(data, ack);
    }

    /// Writes a range of a file.
    public static Command writeFile(String filePath, long position, long count, Object ack) {
        return new Tcp.WriteFile(filePath, position, count, ack);
    }

    /// Writes a range of a file.
    public static Command writePath(Path filePath, long position, long count, Object ack) {
        return new Tcp.WritePath(filePath, position, count, ack);
    }

    /// Asks to be told when writing is worth while again.
    public static Command resumeWriting() {
        return Tcp.ResumeWriting.INSTANCE;
    }

    /// Stops reading.
    public static Command suspendReading() {
        return Tcp.SuspendReading.INSTANCE;
    }

    /// Goes on reading.
    public static Command resumeReading() {
        return Tcp.ResumeReading.INSTANCE;
    }

    /// Lets a listener in pull mode accept so many more.
    public static Command resumeAccepting(int batchSize) {
        return new Tcp.ResumeAccepting(batchSize);
    }
}
