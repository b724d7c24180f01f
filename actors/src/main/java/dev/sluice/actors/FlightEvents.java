package dev.sluice.actors;

import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.ErrorClosed;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// What Java Flight Recorder is told. Costs next to nothing unless somebody records: until then the events are not even
/// loaded, for the first one would start the recorder, which takes a loop some hundred milliseconds.
final class FlightEvents {
    private FlightEvents() {}

    @Name("dev.sluice.ConnectionOpened")
    @Label("Connection Opened")
    @Category("Sluice")
    @StackTrace(false)
    static final class ConnectionOpened extends Event {
        @Label("Connection")
        @Nullable
        String connection;

        @Label("Local Address")
        @Nullable
        String local;

        @Label("Remote Address")
        @Nullable
        String remote;

        @Label("Accepted")
        @Description("Whether a listener has accepted it")
        boolean accepted;
    }

    @Name("dev.sluice.ConnectionClosed")
    @Label("Connection Closed")
    @Category("Sluice")
    @StackTrace(false)
    static final class ConnectionEnded extends Event {
        @Label("Connection")
        @Nullable
        String connection;

        @Label("Remote Address")
        @Nullable
        String remote;

        @Label("Received")
        @DataAmount
        long received;

        @Label("Written")
        @Description("What the system has taken; of a file, once it has all of the range")
        @DataAmount
        long written;

        @Label("Reason")
        @Description("The closing event, or why the connection was lost")
        @Nullable
        String reason;
    }

    @Name("dev.sluice.ListenerBound")
    @Label("Listener Bound")
    @Category("Sluice")
    @StackTrace(false)
    static final class ListenerBound extends Event {
        @Label("Listener")
        @Nullable
        String listener;

        @Label("Local Address")
        @Nullable
        String local;
    }

    @Name("dev.sluice.ListenerUnbound")
    @Label("Listener Unbound")
    @Category("Sluice")
    @StackTrace(false)
    static final class ListenerUnbound extends Event {
        @Label("Listener")
        @Nullable
        String listener;
    }

    @Name("dev.sluice.WriteRefused")
    @Label("Write Refused")
    @Category("Sluice")
    @StackTrace(false)
    static final class WriteRefused extends Event {
        @Label("Connection")
        @Nullable
        String connection;

        @Label("Reason")
        @Nullable
        String reason;
    }

    static void opened(ActorRef connection, InetSocketAddress local, InetSocketAddress remote, boolean accepted) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        var event = new ConnectionOpened();
        if (event.shouldCommit()) {
            event.connection = text(connection);
            event.local = text(local);
            event.remote = text(remote);
            event.accepted = accepted;
            event.commit();
        }
    }

    static void closed(ConnectionClosed end, @Nullable SocketAddress remote, long received, long written) {
        String reason =
                end instanceof ErrorClosed lost ? lost.cause() : end.getClass().getSimpleName();
        closed(end.connection(), remote, received, written, reason);
    }

    static void closed(
            ActorRef connection, @Nullable SocketAddress remote, long received, long written, String reason) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        var event = new ConnectionEnded();
        if (event.shouldCommit()) {
            event.connection = text(connection);
            event.remote = remote instanceof InetSocketAddress inet ? text(inet) : null;
            event.received = received;
            event.written = written;
            event.reason = reason;
            event.commit();
        }
    }

    static void bound(ActorRef listener, InetSocketAddress local) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        var event = new ListenerBound();
        if (event.shouldCommit()) {
            event.listener = text(listener);
            event.local = text(local);
            event.commit();
        }
    }

    static void unbound(ActorRef listener) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        var event = new ListenerUnbound();
        if (event.shouldCommit()) {
            event.listener = text(listener);
            event.commit();
        }
    }

    /// A write on a connection, or a datagram on a socket.
    static void refused(ActorRef worker, String reason) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        var event = new WriteRefused();
        if (event.shouldCommit()) {
            event.connection = text(worker);
            event.reason = reason;
            event.commit();
        }
    }

    private static String text(ActorRef actor) {
        return actor.path().toStringWithoutAddress();
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
