package dev.sluice.futures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.logging.Level;

/// A reactor for one test, ways to get sockets on it, and what is done with them. Closing it asserts that nothing
/// was logged as an error and that no socket is left.
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
    final Reactor reactor;
    final Logged logged = new Logged();

    Net(Setup setup) {
        this(setup, setup.reactor());
        assertThat(reactor.transport().name()).isEqualTo(setup.transport());
    }

    /// On a transport with a script.
    Net(Setup setup, Transport transport) throws IOException {
        this(setup, Reactor.builder().transport(transport).loops(2).open());
    }

    private Net(Setup setup, Reactor reactor) {
        this.setup = setup;
        this.reactor = reactor;
    }

    /// Two ends of one connection. `near` has connected, `far` was accepted.
    record Pair(TcpStream near, TcpStream far) {}

    /// One end here; the other is a blocking socket of the JDK.
    record Outside(TcpStream near, Socket peer) implements AutoCloseable {
        void send(String text) throws IOException {
            peer.getOutputStream().write(text.getBytes(UTF_8));
        }

        void reset() throws IOException {
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
        }

        @Override
        public void close() throws IOException {
            near.abort();
            peer.close();
        }
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(LOOPBACK, 0);
    }

    TcpSocket tcp() {
        return TcpSocket.create().on(reactor);
    }

    TcpListener listen() throws IOException {
        return tcp().bind(loopback()).listen();
    }

    TcpStream connect(TcpListener listener) throws Exception {
        return get(tcp().connect(listener.localAddress()));
    }

    Pair pair() throws Exception {
        return pair(tcp());
    }

    /// A pair whose near end has options.
    Pair pair(TcpSocket near) throws Exception {
        try (var listener = listen()) {
            return new Pair(get(near.connect(listener.localAddress())), get(listener.accept()));
        }
    }

    Outside outside() throws Exception {
        try (var server = new java.net.ServerSocket()) {
            server.bind(loopback());
            var near = get(tcp().connect(server.getLocalSocketAddress()));
            var peer = server.accept();
            peer.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            return new Outside(near, peer);
        }
    }

    UdpSocket udp() throws IOException {
        return UdpSocket.bind(reactor, loopback(), Options.none());
    }

    /// Where others send to reach this socket.
    static Peer peer(UdpSocket socket) throws IOException {
        return Peer.of(socket.localAddress());
    }

    /// What a future comes to, polled on the calling thread.
    static <T> T get(PollFuture<T> future) throws Exception {
        return future.within(Eventually.PATIENCE).await();
    }

    /// Starts a task on one of the loops.
    <T> JoinHandle<T> start(PollFuture<T> future) {
        return future.spawnOn(reactor.nextLoop());
    }

    // Whole operations, written with polls alone.

    static PollFuture<String> read(AsyncRead in, int bytes) {
        var room = ByteBuffer.allocate(bytes);
        return cx -> {
            while (room.hasRemaining()) {
                int n = in.pollRead(cx, room);
                if (n == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (n == AsyncIo.EOF) {
                    throw new EOFException(room.remaining() + " bytes are missing");
                }
            }
            return Poll.ready(new String(room.array(), UTF_8));
        };
    }

    static PollFuture<byte[]> readToEnd(AsyncRead in) {
        var all = new ByteArrayOutputStream();
        var room = ByteBuffer.allocate(8192);
        return cx -> {
            while (true) {
                int n = in.pollRead(cx, room.clear());
                if (n == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (n == AsyncIo.EOF) {
                    return Poll.ready(all.toByteArray());
                }
                all.write(room.array(), 0, n);
            }
        };
    }

    static PollFuture<Void> write(AsyncWrite out, String text) {
        return write(out, text.getBytes(UTF_8));
    }

    static PollFuture<Void> write(AsyncWrite out, byte[] bytes) {
        var left = ByteBuffer.wrap(bytes);
        return cx -> {
            while (left.hasRemaining()) {
                if (out.pollWrite(cx, left) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
            }
            return Poll.done();
        };
    }

    static String text(ByteBuffer filled) {
        return UTF_8.decode(filled.duplicate().flip()).toString();
    }

    static ByteBuffer bytes(String text) {
        return UTF_8.encode(text);
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
        reactor.close();
        logged.close();
        assertThat(logged.lines(Level.SEVERE)).as("logged as errors").isEmpty();
        assertThat(reactor.openSockets())
                .as("sockets that outlive their reactor")
                .isZero();
    }
}
