package dev.sluice.sockets;

import static dev.sluice.sockets.Sockets.aSocket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import dev.sluice.testing.TcpTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.logging.Level;

/// A selector for one test, and ways to get connections on it. Closing it asserts that nothing was logged as an
/// error and that no socket is left.
final class Net implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    static {
        // With its first channel the JDK opens a socket of its own, which it keeps: not one that somebody forgot.
        try {
            SocketChannel.open().close();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Setup setup;
    final SelectorManager selector;
    final Logged logged = new Logged();

    Net(Setup setup) {
        this.setup = setup;
        this.selector = setup.selector();
        assertThat(selector.reactor().transport().name()).isEqualTo(setup.transport());
    }

    /// Two ends of one connection, with their channels. `near` has connected, `far` was accepted.
    record Pair(End near, End far) {}

    /// One end, with its channels.
    record End(Socket socket, ByteReadChannel in, ByteWriteChannel out) {
        static End of(Socket socket) throws IOException {
            return new End(socket, socket.openReadChannel(), socket.openWriteChannel());
        }
    }

    /// One end here; the other is a blocking socket of the JDK.
    record Outside(End near, java.net.Socket peer) implements AutoCloseable {
        void send(byte... bytes) throws IOException {
            peer.getOutputStream().write(bytes);
        }

        void send(String text) throws IOException {
            send(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        /// Waits until the peer, which does not read, takes no more, and the loop has told of all that it took.
        void awaitHeldBack() throws Exception {
            TcpTable.awaitHeldBack(near.socket().localAddress(), near.socket().remoteAddress());
            var loop = near.socket().stream().loop();
            var told = new CountDownLatch(1);
            loop.execute(() -> loop.executeNextTurn(told::countDown)); // a turn that begins from now on
            Eventually.happens(told);
        }

        String receive(int bytes) throws IOException {
            return new String(peer.getInputStream().readNBytes(bytes), java.nio.charset.StandardCharsets.UTF_8);
        }

        /// When this returns, the near end's system knows of it.
        void reset() throws IOException {
            var remote = peer.getLocalSocketAddress();
            var near = peer.getRemoteSocketAddress();
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
            TcpTable.awaitLost(near, remote);
        }

        @Override
        public void close() throws IOException {
            near.socket().abort();
            peer.close();
        }
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(LOOPBACK, 0);
    }

    TcpSocketBuilder tcp() {
        return aSocket(selector).tcp();
    }

    UdpSocketBuilder udp() {
        return aSocket(selector).udp();
    }

    UdpSocket datagrams() throws IOException {
        return udp().bind("127.0.0.1", 0);
    }

    ServerSocket listen() throws IOException {
        return tcp().bind("127.0.0.1", 0);
    }

    Socket connect(ServerSocket server) throws IOException {
        return tcp().connect("127.0.0.1", server.port());
    }

    Pair pair() throws IOException {
        return pair(o -> o);
    }

    /// A pair with options of the near end.
    Pair pair(UnaryOperator<TcpOptions> options) throws IOException {
        try (var server = listen()) {
            var near = tcp().connect("127.0.0.1", server.port(), options);
            return new Pair(End.of(near), End.of(server.accept()));
        }
    }

    Outside outside() throws IOException {
        return outside(o -> o);
    }

    Outside outside(UnaryOperator<TcpOptions> options) throws IOException {
        try (var server = new java.net.ServerSocket()) {
            server.bind(loopback());
            var near = tcp().connect(server.getLocalSocketAddress(), options);
            var peer = server.accept();
            peer.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            return new Outside(End.of(near), peer);
        }
    }

    /// Bytes that look like no pattern, the same each time.
    static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /// The sockets that this process has open, by their inodes.
    static Set<String> openSockets() {
        var sockets = new HashSet<String>();
        try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var one : all) {
                targetOf(one).filter(it -> it.startsWith("socket:")).ifPresent(sockets::add);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return sockets;
    }

    private static Optional<String> targetOf(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException _) {
            return Optional.empty(); // closed just now, such as the one that reads this directory
        }
    }

    @Override
    public void close() {
        selector.close();
        logged.close();
        assertThat(logged.lines(Level.SEVERE)).as("logged as errors").isEmpty();
        assertThat(selector.reactor().openSockets())
                .as("sockets that outlive their selector")
                .isZero();
    }
}
