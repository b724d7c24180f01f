package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bytes.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/// The other end of a connection: a plain socket.
record Peer(Socket socket) implements Closeable {
    /// Less than any write that is to stay under way.
    static final int RECEIVE_BYTES = 16 * 1024;

    private static final int DEADLINE_MILLIS = 30_000;

    static Peer connect(InetSocketAddress address) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(address, DEADLINE_MILLIS);
        return of(socket);
    }

    static Peer of(Socket socket) throws IOException {
        socket.setSoTimeout(DEADLINE_MILLIS);
        return new Peer(socket);
    }

    void write(ByteString bytes) throws IOException {
        bytes.writeTo(socket.getOutputStream());
    }

    void write(String text) throws IOException {
        write(ByteString.fromUtf8(text));
    }

    ByteString read(int bytes) throws IOException {
        return ByteString.copyOf(socket.getInputStream().readNBytes(bytes));
    }

    String readText(int bytes) throws IOException {
        return read(bytes).utf8();
    }

    /// All that comes, up to the end.
    ByteString readAll() throws IOException {
        return ByteString.copyOf(socket.getInputStream().readAllBytes());
    }

    void readsTheEnd() throws IOException {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    void findsAReset() {
        assertThatThrownBy(this::readAll).isInstanceOf(SocketException.class).hasMessageContaining("reset");
    }

    /// Connects and is reset: at once, which `connect` then tells, or later.
    static void findsAReset(InetSocketAddress address) {
        assertThatThrownBy(() -> {
                    try (var peer = connect(address)) {
                        peer.readAll();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /// Ends this side.
    void end() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    InetSocketAddress remoteAddress() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
