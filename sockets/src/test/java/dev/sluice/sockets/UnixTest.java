package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sockets whose address is a path.
// 59
@EveryTransport
class UnixTest {
    private final Net net;
    private final Setup setup;

    @TempDir
    Path directory = Path.of("");

    UnixTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void whatIsSentOverAPathIsEchoed() throws Exception {
        var path = UnixDomainSocketAddress.of(directory.resolve("echo.sock"));
        try (var listener = net.tcp().bind(path);
                var server = listener.serve(socket -> socket.openReadChannel().copyTo(socket.openWriteChannel()))) {
            assertThat(listener.localAddress()).isEqualTo(path);
            assertThatIllegalStateException().isThrownBy(listener::port).withMessageContaining("no port");
            try (var socket = net.tcp().connect(path)) {
                assertThat(socket.remoteAddress()).isEqualTo(path);
                var both = socket.connection();
                both.output().writeString("over a path\n");
                both.output().flush();
                assertThat(both.input().readLine()).isEqualTo("over a path");
                both.output().flushAndClose();
                assertThat(both.input().readLine()).isNull();
            }
            Eventually.until("the handler has ended", () -> server.connections() == 0);
        }
    }

    @Test
    void aChannelOfTheJdkTalksToIt() throws Exception {
        var path = UnixDomainSocketAddress.of(directory.resolve("jdk.sock"));
        try (var listener = net.tcp().bind(path)) {
            var accepting = setup.async(listener::accept);
            try (var peer = SocketChannel.open(path);
                    var accepted = accepting.get()) {
                accepted.openWriteChannel(true).writeString("hello");
                var room = java.nio.ByteBuffer.allocate(5);
                while (room.hasRemaining()) {
                    assertThat(peer.read(room)).isPositive();
                }
                assertThat(room.array()).asString().isEqualTo("hello");
            }
        }
    }

    @Test
    void aPathThatIsInUseOrMissingIsToldWithItsName() throws Exception {
        var path = UnixDomainSocketAddress.of(directory.resolve("in-use.sock"));
        try (var listener = net.tcp().bind(path)) {
            assertThat(listener.isClosed()).isFalse();
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> net.tcp().bind(path))
                    .withMessageContaining("in-use.sock");
        }
        var missing = UnixDomainSocketAddress.of(directory.resolve("missing.sock"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> net.tcp().connect(missing))
                .withMessageContaining("missing.sock");
    }
}
