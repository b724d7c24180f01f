package dev.sluice.futures;

import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/// A connection over a Unix-domain socket.
public final class UnixStream extends SocketStream {
    UnixStream(StreamSocket socket) {
        super(socket);
    }

    /// Connects to a path, when polled, on the current reactor: that of the loop that polls, else the shared one.
    /// Cancel safe: yes.
    public static PollFuture<UnixStream> connect(Path path) {
        return connect(UnixDomainSocketAddress.of(path));
    }

    /// Connects, when polled, on the current reactor: that of the loop that polls, else the shared one. Cancel safe:
    /// yes.
    ///
    /// @param address a [UnixDomainSocketAddress], or a [UnixName] where the transport has them
    public static PollFuture<UnixStream> connect(SocketAddress address) {
        requireUnix(address, "connect", "TcpStream.connect");
        return connecting(null, address, Options.none());
    }

    /// Connects on a given reactor, when polled, with options that are set before. Cancel safe: yes.
    ///
    /// @param address a [UnixDomainSocketAddress], or a [UnixName] where the transport has them
    public static PollFuture<UnixStream> connect(Reactor reactor, SocketAddress address, Options options) {
        requireUnix(address, "connect", "TcpStream.connect");
        return connecting(Objects.requireNonNull(reactor), address, options);
    }

    private static PollFuture<UnixStream> connecting(
            @Nullable Reactor reactor, SocketAddress address, Options options) {
        return new Connecting<>(
                () -> TcpSocket.current(reactor).connect(address, null, options, Duration.ZERO), UnixStream::new);
    }

    static void requireUnix(SocketAddress address, String call, String instead) {
        if (Objects.requireNonNull(address) instanceof InetSocketAddress) {
            throw new IllegalArgumentException(call + " of a Unix socket cannot take " + address + ": use " + instead);
        }
    }

    /// Two ends of one connection, when polled. For a moment it has a path, in a directory that only its owner can
    /// enter. Cancel safe: yes, nothing is left behind.
    public static PollFuture<PollFuture.Both<UnixStream, UnixStream>> pair() {
        return PollFuture.lazy(() -> {
            var directory = Files.createTempDirectory("sluice");
            var path = directory.resolve("pair");
            try {
                var listener = UnixListener.bind(path);
                return PollFuture.<UnixStream, UnixStream>join(connect(path), listener.accept())
                        .closing(() -> {
                            listener.close();
                            delete(path, directory);
                        });
            } catch (IOException e) {
                delete(path, directory);
                throw e;
            }
        });
    }

    private static void delete(Path path, Path directory) throws IOException {
        Files.deleteIfExists(path);
        Files.delete(directory);
    }

    /// Who the peer was when the connection was made: user and group.
    public UnixDomainPrincipal peerCredentials() throws IOException {
        return getOption(ExtendedSocketOptions.SO_PEERCRED);
    }

    /// Which process the peer was when the connection was made; see [MoreSocketOptions#SO_PEERPID].
    ///
    /// @throws UnsupportedOperationException on `nio`, which cannot tell
    public int peerProcess() throws IOException {
        return getOption(MoreSocketOptions.SO_PEERPID);
    }

    /// The future that `work` makes of this connection, which is closed after that, however it ends. Cancel safe: no, a
    /// cancel closes the connection.
    public <R> PollFuture<R> use(IoFunction<? super UnixStream, ? extends PollFuture<R>> work) {
        return SocketStream.use(this, work);
    }

    /// Both directions as objects of their own, for two owners. This object is not used any more, unless the halves
    /// are [reunited][ReadHalf#reunite].
    public Halves<UnixStream> split() {
        return Halves.of(this);
    }
}
