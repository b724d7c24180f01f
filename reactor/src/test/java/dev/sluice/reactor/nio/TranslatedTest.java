package dev.sluice.reactor.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.testing.Child;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The JDK tells only the system's words for an error, and those are in the language of the process.
class TranslatedTest {
    private final NioPoller poller;

    TranslatedTest() throws IOException {
        poller = new NioPoller();
    }

    @AfterEach
    void close() throws IOException {
        poller.close();
    }

    @Test
    void aConnectionThatFailsIsPassedOver() throws Exception {
        var channel = new Listening(3);
        assertThat(NioListener.opened(poller, channel).accept(poller)).isNull();
        assertThat(channel.failures).isZero();
    }

    @Test
    void aListenerThatFailsAgainAndAgainIsTold() throws Exception {
        var listener = NioListener.opened(poller, new Listening(Integer.MAX_VALUE));
        assertThatIOException()
                .isThrownBy(() -> listener.accept(poller))
                .isNotInstanceOf(OutOfDescriptorsException.class)
                .withMessage("Zu viele offene Dateien");
    }

    /// What the child runs, which may open few files.
    static final class Accepting {
        private Accepting() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            var poller = new NioPoller();
            var listener = NioListener.opened(poller, new Listening(Integer.MAX_VALUE));
            var open = new ArrayList<SocketChannel>();
            try {
                while (true) {
                    open.add(SocketChannel.open());
                }
            } catch (SocketException _) {
                try {
                    listener.accept(poller);
                } catch (IOException e) {
                    for (var channel : open) {
                        channel.close();
                    }
                    System.out.println(e.getClass().getSimpleName());
                }
            }
        }
    }

    @Test
    void aShortageOfDescriptorsIsKnownInAnyLanguage() throws Exception {
        assumeTrue(Child.hasShell(), "no shell");
        try (var child = new Child(Child.withDescriptors(64), List.of(), Accepting.class)) {
            assertThat(child.toItsEnd()).containsExactly("OutOfDescriptorsException");
        }
    }

    @Test
    void aLossIsKnownInAnyLanguage() throws Exception {
        var stream = NioStream.opened(poller, new Connected() {
            @Override
            public int write(ByteBuffer src) throws IOException {
                throw new IOException("Die Verbindung wurde vom Kommunikationspartner zurückgesetzt");
            }
        });
        stream.requireNotLost();
        assertThatIOException().isThrownBy(() -> stream.write(ByteBuffer.allocate(1)));
        assertThat(stream.isOver()).isTrue();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(stream::requireNotLost)
                .withMessageContaining("zurückgesetzt");
    }

    /// In the words of this process, whatever its language is.
    @Test
    void aBrokenPipeIsTheEndAndNoLoss() throws Exception {
        var pipe = Pipe.open();
        pipe.source().close();
        try (var sink = pipe.sink()) {
            var stream = NioStream.opened(poller, new Connected() {
                @Override
                public int write(ByteBuffer src) throws IOException {
                    return sink.write(src);
                }
            });
            assertThatIOException().isThrownBy(() -> stream.write(ByteBuffer.allocate(1)));
            assertThat(stream.isOver()).isTrue();
            stream.requireNotLost();
        }
    }

    /// Gives no connection, after some failures.
    private static final class Listening extends ServerSocketChannel {
        private int failures;

        Listening(int failures) {
            super(SelectorProvider.provider());
            this.failures = failures;
        }

        @Override
        public @Nullable SocketChannel accept() throws IOException {
            if (failures == 0) {
                return null;
            }
            failures--;
            throw new IOException("Zu viele offene Dateien");
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    /// Can only write.
    private abstract static class Connected extends SocketChannel {
        Connected() {
            super(SelectorProvider.provider());
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public SocketChannel bind(SocketAddress local) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> SocketChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketChannel shutdownInput() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketChannel shutdownOutput() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public boolean isConnectionPending() {
            return false;
        }

        @Override
        public boolean connect(SocketAddress remote) {
            return true;
        }

        @Override
        public boolean finishConnect() {
            return true;
        }

        @Override
        public SocketAddress getRemoteAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer dst) {
            return 0;
        }

        @Override
        public long read(ByteBuffer[] dsts, int offset, int length) {
            return 0;
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length) {
            return 0;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}
