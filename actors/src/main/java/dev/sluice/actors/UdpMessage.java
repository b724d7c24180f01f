package dev.sluice.actors;

import dev.sluice.actors.Inet.SocketOption;
import dev.sluice.actors.Udp.Command;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// Makes the commands of [Udp], with the method names and defaults of Akka and Pekko.
public final class UdpMessage {
    private UdpMessage() {}

    /// A socket with an address.
    public static Command bind(ActorRef handler, InetSocketAddress endpoint) {
        return new Udp.Bind(handler, endpoint);
    }

    /// A socket with an address.
    public static Command bind(ActorRef handler, InetSocketAddress endpoint, Iterable<SocketOption> options) {
        return new Udp.Bind(handler, endpoint, Inet.list(options));
    }

    /// A socket that only sends.
    public static Command simpleSender() {
        return new Udp.SimpleSender();
    }

    /// A socket that only sends.
    public static Command simpleSender(Iterable<SocketOption> options) {
        return new Udp.SimpleSender(Inet.list(options));
    }

    /// Sends a datagram, without an ack.
    public static Command send(ByteString payload, InetSocketAddress target) {
        return new Udp.Send(payload, target);
    }

    /// Sends a datagram.
    public static Command send(ByteString payload, InetSocketAddress target, Object ack) {
        return new Udp.Send(payload, target, ack);
    }

    /// Closes a socket.
    public static Command unbind() {
        return Udp.Unbind.INSTANCE;
    }

    /// As an ack: none is wanted.
    public static Udp.NoAck noAck() {
        return Udp.NoAck.INSTANCE;
    }

    /// As an ack: none is wanted; the token tells which datagram has failed.
    public static Udp.NoAck noAck(@Nullable Object token) {
        return new Udp.NoAck(token);
    }

    /// Stops reading.
    public static Command suspendReading() {
        return Udp.SuspendReading.INSTANCE;
    }

    /// Goes on reading.
    public static Command resumeReading() {
        return Udp.ResumeReading.INSTANCE;
    }
}
