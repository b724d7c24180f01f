package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.Connect;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Logged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.logging.Level;

/// A reactor for one test, and ways to get connections on it. Closing it asserts that no loop has caught
/// anything.
final class Net implements AutoCloseable {
    static final int BACKLOG = 128;

    final Setup setup;
    final Reactor reactor;
    final Logged logged = new Logged();

    Net(Setup setup) {
        this(setup, setup.builder());
    }

    Net(Setup setup, Reactor.Builder builder) {
        this.setup = setup;
        try {
            this.reactor = builder.open();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Two ends of one connection, both on the reactor.
    record Pair(StreamSocket near, StreamSocket far) {}

    /// A connection with one end on the reactor and the other a blocking socket of the JDK.
    record Outside(StreamSocket near, Socket peer) {}

    static InetSocketAddress loopback() {
        return new InetSocketAddress(ip("127.0.0.1"), 0);
    }

    static InetSocketAddress at(String literal, int port) {
        return new InetSocketAddress(ip(literal), port);
    }

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    ListenSocket listen() throws IOException {
        return listen(loopback());
    }

    ListenSocket listen(SocketAddress address) throws IOException {
        return reactor.listen(address, BACKLOG, Options.none(), Options.none());
    }

    DatagramSocket datagram() throws IOException {
        return datagram(loopback());
    }

    DatagramSocket datagram(InetSocketAddress address) throws IOException {
        return reactor.datagram(address, Options.none());
    }

    /// Where others send to reach this socket.
    static Peer peer(DatagramSocket socket) throws IOException {
        return Peer.of((InetSocketAddress) socket.localAddress());
    }

    Connect connect(SocketAddress remote) {
        return reactor.connect(remote, null, Options.none(), Duration.ZERO);
    }

    Pair pair() throws IOException {
        return pair(loopback());
    }

    Pair pair(SocketAddress address) throws IOException {
        var listener = listen(address);
        try {
            var near = Blocking.result(connect(listener.localAddress()));
            return new Pair(near, Blocking.accept(listener));
        } finally {
            listener.close();
        }
    }

    Outside outside() throws IOException {
        try (var server = new ServerSocket()) {
            server.bind(loopback());
            var connect = connect(server.getLocalSocketAddress());
            var peer = server.accept();
            return new Outside(Blocking.result(connect), peer);
        }
    }

    /// Bytes that look like no pattern, the same each time.
    static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        reactor.close();
        logged.close();
        assertThat(logged.lines(Level.SEVERE)).as("what the loops caught").isEmpty();
        assertThat(reactor.openSockets())
                .as("sockets that outlive their reactor")
                .isZero();
    }
}
