package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;

/// An actor system on one transport, and plain sockets that know nothing of it.
final class UdpWorld implements AutoCloseable {
    static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOCALHOST, 0);
    static final ByteString HELLO = ByteString.fromUtf8("hello");
    static final int PATIENCE_MILLIS = 20_000;

    final ActorSystem system;

    /// @param settings beyond those of reference.conf
    UdpWorld(String transport, String... settings) {
        system = ActorSystem.create(
                "udp",
                ConfigFactory.parseString(String.join("\n", settings))
                        .withFallback(ConfigFactory.parseString(
                                "pekko.loglevel = WARNING\nsluice.io.transport = " + transport))
                        .withFallback(ConfigFactory.load()));
    }

    Witness witness() {
        return new Witness(system);
    }

    ActorRef udp() {
        return Udp.get(system).manager();
    }

    ActorRef udpConnected() {
        return UdpConnected.get(system).manager();
    }

    /// A socket on a port of the system's choice, for which `handler` has asked.
    Udp.Bound bind(Witness handler, Inet.SocketOption... options) {
        handler.tell(udp(), UdpMessage.bind(handler.ref(), ANY_PORT, Arrays.asList(options)));
        return handler.expect(Udp.Bound.class);
    }

    /// A socket that only sends.
    ActorRef simpleSender(Witness asking) {
        asking.tell(udp(), UdpMessage.simpleSender());
        return asking.expect(Udp.SimpleSenderReady.class).socket();
    }

    /// A socket with a peer, for which `handler` has asked.
    UdpConnected.Connected connect(Witness handler, InetSocketAddress remote) {
        handler.tell(udpConnected(), UdpConnectedMessage.connect(handler.ref(), remote));
        return handler.expect(UdpConnected.Connected.class);
    }

    static DatagramSocket plain() throws IOException {
        var socket = new DatagramSocket(ANY_PORT);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static InetSocketAddress addressOf(DatagramSocket plain) {
        return new InetSocketAddress(LOCALHOST, plain.getLocalPort());
    }

    static void send(DatagramSocket from, byte[] bytes, InetSocketAddress to) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    static void send(DatagramSocket from, String text, InetSocketAddress to) throws IOException {
        send(from, ByteString.fromUtf8(text).toByteArray(), to);
    }

    /// The next datagram of a plain socket, which has this text.
    ///
    /// @return where it came from
    static InetSocketAddress receive(DatagramSocket at, String text) throws IOException {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        at.receive(packet);
        assertThat(ByteString.copyOf(packet.getData(), 0, packet.getLength())).isEqualTo(ByteString.fromUtf8(text));
        return (InetSocketAddress) packet.getSocketAddress();
    }

    /// A port that nobody has, on an address of this host that the system gives to nobody by itself: so nobody gets
    /// the port by chance, either.
    static InetSocketAddress closedPort() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @Override
    public void close() {
        var _ = system.terminate();
        var _ = system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }
}
