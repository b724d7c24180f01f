package dev.sluice.actors;

import dev.sluice.actors.Inet.SocketOption;
import dev.sluice.actors.UdpConnected.Command;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// Makes the commands of [UdpConnected], with the method names and defaults of Akka and Pekko.
public final class UdpConnectedMessage {
    private UdpConnectedMessage() {}

    /// A socket with a peer.
    public static Command connect(ActorRef handler, InetSocketAddress remoteAddress) {
        return new UdpConnected.Connect(handler, remoteAddress);
    }

    /// A socket with a peer.
    public static Command connect(ActorRef handler, InetSocketAddress remoteAddress, Iterable<SocketOption> options) {
        return new UdpConnected.Connect(handler, remoteAddress, null, Inet.list(options));
    }

    /// A socket with a peer.
    ///
    /// @param localAddress null lets the system choose
    public static Command connect(
            ActorRef handler,
            InetSocketAddress remoteAddress,
            @Nullable InetSocketAddress localAddress,
            Iterable<SocketOption> options) {
        return new UdpConnected.Connect(handler, remoteAddress, localAddress, Inet.list(options));
    }

    /// Sends a datagram, without an ack.
    public static Command send(ByteString data) {
        return new UdpConnected.Send(data);
    }

    /// Sends a datagram.
    public static Command send(ByteString data, Object ack) {
        return new UdpConnected.Send(data, ack);
    }

    /// Closes a socket.
    public static Command disconnect() {
        return UdpConnected.Disconnect.INSTANCE;
    }

    /// As an ack: none is wanted.
    public static UdpConnected.NoAck noAck() {
        return UdpConnected.NoAck.INSTANCE;
    }

    /// As an ack: none is wanted; the token tells which datagram has failed.
    public static UdpConnected.NoAck noAck(@Nullable Object token) {
        return new UdpConnected.NoAck(token);
    }

    /// Stops reading.
    public static Command suspendReading() {
        return UdpConnected.SuspendReading.INSTANCE;
    }

    /// Goes on reading.
    public static Command resumeReading() {
        return UdpConnected.ResumeReading.INSTANCE;
    }
}
