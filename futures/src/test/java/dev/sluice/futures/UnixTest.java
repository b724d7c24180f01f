package dev.sluice.futures;

import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.UnixName;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sockets whose address is a path or a name; checklist items 77-82.
@EveryTransport
@Timeout(60)
class UnixTest {
    private final Net net;

    @TempDir
    Path directory = Path.of("");

    UnixTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private UnixDomainSocketAddress path(String name) {
        return UnixDomainSocketAddress.of(directory.resolve(name));
    }

    private UnixListener listen(SocketAddress address) throws IOException {
        return UnixListener.bind(net.reactor, address, 100, Options.none());
    }

    private PollFuture<UnixStream> connect(SocketAddress address) {
        return UnixStream.connect(net.reactor, address, Options.none());
    }

    /// Item 77.
    @Test
    void whatIsSentOverAPathIsEchoed() throws Exception {
        var path = path("echo");
        try (var listener = listen(path)) {
            assertThat(listener.localAddress()).isEqualTo(path);
            var serving = net.start(
                    listener.accept().andThen(it -> AsyncIo.copy(it, it).closing(it)));
            var near = get(connect(path));
            assertThat(near.remoteAddress()).isEqualTo(path);
            get(Net.write(near, "over a path"));
            assertThat(near.pollShutdown(new Polling().cx)).isTrue();
            assertThat(get(Net.readToEnd(near))).asString().isEqualTo("over a path");
            assertThat(get(serving).bytes()).isEqualTo(11);
        }
    }

    /// Item 77.
    @Test
    void aPairIsTwoEndsOfOneConnectionAndLeavesNoFile() throws Exception {
        var pair = get(net.start(UnixStream.pair()));
        assertThat(pair.first().loop().reactor()).isSameAs(net.reactor);
        get(Net.write(pair.first(), "there"));
        assertThat(get(Net.read(pair.second(), 5))).isEqualTo("there");
        get(Net.write(pair.second(), "and back"));
        assertThat(get(Net.read(pair.first(), 8))).isEqualTo("and back");
        var path = (UnixDomainSocketAddress) pair.first().remoteAddress();
        assertThat(path.getPath()).doesNotExist();
        assertThat(path.getPath().getParent()).doesNotExist();
        pair.first().close();
        assertThat(get(Net.readToEnd(pair.second()))).isEmpty();
    }

    /// Item 77.
    @Test
    void halvesOfAUnixStreamHaveTwoOwners() throws Exception {
        var pair = get(net.start(UnixStream.pair()));
        var first = pair.first().split();
        var sent = Net.noise(300_000);
        var writing = net.start(Net.write(first.writer(), sent).closing(first.writer()));
        assertThat(get(Net.readToEnd(pair.second()))).isEqualTo(sent);
        get(writing);
        get(Net.write(pair.second(), "answer"));
        assertThat(get(Net.read(first.reader(), 6))).isEqualTo("answer");
        assertThat(first.reader().reunite(first.writer())).isSameAs(pair.first());
    }

    /// Item 78. The name has the process's number in it, as all of the machine share the names.
    @Test
    void anAbstractNameIsAnAddressWithoutAFile() throws Exception {
        var name = UnixName.of("sluice-" + ProcessHandle.current().pid());
        if (!net.setup.isLinux()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> listen(name))
                    .withMessageContainingAll("nio", name.toString(), "use a path");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> get(connect(name)))
                    .withMessageContainingAll("nio", name.toString(), "use a path");
            return;
        }
        var listener = listen(name);
        assertThat(listener.localAddress()).isEqualTo(name);
        assertThat(listener.toString()).contains(name.toString());
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> listen(name))
                .withMessageContainingAll(name.toString(), "in use");
        var near = get(connect(name));
        var far = get(listener.accept());
        assertThat(near.remoteAddress()).isEqualTo(name);
        assertThat(far.localAddress()).isEqualTo(name);
        get(Net.write(near, "by name"));
        assertThat(get(Net.read(far, 7))).isEqualTo("by name");
        assertThat(Path.of(name.toString())).doesNotExist();
        far.close();
        listener.close();
        Eventually.until(
                "its descriptor is back", () -> listener.socket.released().isReady());
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> get(connect(name)))
                .withMessageContaining(name.toString());
        listen(name).close();
        try (var unnamed = listen(UnixDomainSocketAddress.of(""))) {
            assertThat(unnamed.localAddress()).as("chosen by the system").isInstanceOf(UnixName.class);
            get(connect(unnamed.localAddress()));
        }
    }

    /// Item 79.
    @Test
    void theFileStaysAndTheSecondBindSaysSo() throws Exception {
        var path = path("stale");
        var listener = listen(path);
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> listen(path))
                .withMessageContainingAll("stale", "in use");
        listener.close();
        assertThat(path.getPath()).exists();
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> listen(path))
                .withMessageContainingAll("stale", "in use");
        Files.delete(path.getPath());
        listen(path).close();
    }

    /// Item 80.
    @Test
    void aConnectAfterTheListenerHasGoneIsRefused() throws Exception {
        var path = path("gone");
        var listener = listen(path);
        listener.close();
        Eventually.until(
                "its descriptor is back", () -> listener.socket.released().isReady());
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> get(connect(path)))
                .withMessageContaining("gone");
        assertThatIOException().isThrownBy(() -> get(connect(path("missing")))).withMessageContaining("missing");
    }

    /// Item 80.
    @Test
    void aListenerThatGoesResetsWhoWasNotAccepted() throws Exception {
        var path = path("going");
        var listener = listen(path);
        var near = get(connect(path));
        var reading = net.start(Net.readToEnd(near));
        listener.close();
        try {
            assertThat(get(reading)).isEmpty();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /// Item 82.
    @Test
    void thePeersCredentialsAreTheOwn() throws Exception {
        var pair = get(net.start(UnixStream.pair()));
        var self = Files.readAttributes(Path.of("/proc/self"), PosixFileAttributes.class);
        var own = new UnixDomainPrincipal(self.owner(), self.group());
        assertThat(pair.first().peerCredentials()).isEqualTo(own);
        assertThat(pair.second().getOption(ExtendedSocketOptions.SO_PEERCRED)).isEqualTo(own);
        var users = FileSystems.getDefault().getUserPrincipalLookupService();
        assertThat(pair.first().peerCredentials().user())
                .isEqualTo(users.lookupPrincipalByName(System.getProperty("user.name")));
        if (net.setup.isLinux()) {
            assertThat(pair.first().peerProcess())
                    .isEqualTo((int) ProcessHandle.current().pid());
            assertThatIOException()
                    .isThrownBy(() -> pair.first().setOption(MoreSocketOptions.SO_PEERPID, 1))
                    .withMessageContaining("cannot be set");
        } else {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(pair.first()::peerProcess)
                    .withMessageContainingAll("nio", "SO_PEERPID");
        }
    }

    @Test
    void aPathThatIsTooLongIsToldByName() {
        assertThatIOException().isThrownBy(() -> listen(path("x".repeat(200)))).withMessageContaining("xxx");
    }

    @Test
    void readinessIsThatOfAnyStream() throws Exception {
        var pair = get(net.start(UnixStream.pair()));
        var polling = new Polling();
        assertThat(get(pair.first().ready(Interest.READABLE | Interest.WRITABLE)))
                .isEqualTo(Interest.WRITABLE);
        assertThat(pair.first().pollReadReady(polling.cx)).isFalse();
        get(Net.write(pair.second(), "x"));
        polling.awaitWake();
        var room = ByteBuffer.allocate(10);
        assertThat(pair.first().tryRead(room)).isOne();
        var used = get(pair.first().use(it -> PollFuture.ready("used")));
        assertThat(used).isEqualTo("used");
        assertThat(pair.first().isOpen()).isFalse();
    }
}
