package dev.sluice.cli;

import dev.sluice.reactor.Datagrams;
import dev.sluice.sockets.SelectorManager;
import dev.sluice.sockets.Sockets;
import dev.sluice.sockets.UdpSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// The echo of datagrams in the sockets face: one virtual thread that sends batches back as they come.
final class SocketsUdpEcho implements EchoServer {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int SLOTS = 32;

    /// How long nothing comes when all that had come has been read.
    private static final Duration QUIET = Duration.ofMillis(100);

    private final SelectorManager selector;
    private final UdpSocket socket;

    private final FutureTask<@Nullable Void> echoing = new FutureTask<>(this::echo);
    private final Thread thread = Thread.ofVirtual().name("echo").unstarted(echoing);

    /// Belongs to the thread.
    private final Datagrams batch = new Datagrams(SLOTS);

    SocketsUdpEcho(String transport, int loops, String host, int port) throws IOException {
        selector =
                SelectorManager.create(r -> r.transport(transport).loops(loops).blockedAfter(Duration.ZERO));
        try {
            socket = Sockets.udp(selector).bind(host, port);
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
        thread.start();
    }

    /// Until it is interrupted; then what has come already is sent back, too.
    private @Nullable Void echo() throws IOException {
        try {
            while (true) {
                socket.receive(batch);
                sendBack();
            }
        } catch (InterruptedIOException e) {
            if (!Thread.interrupted()) {
                throw e; // cannot be, as there are no time limits
            }
        }
        try {
            sendBack();
            while (true) {
                socket.receive(batch, QUIET); // java.nio tells a moment later
                sendBack();
            }
        } catch (SocketTimeoutException _) {
            return null; // nothing is left
        }
    }

    /// Who cannot be reached is no reason to end.
    private void sendBack() throws IOException {
        while (batch.remaining() > 0) {
            try {
                socket.send(batch);
            } catch (InterruptedIOException | ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                System.getLogger("dev.sluice.cli").log(Level.DEBUG, "a datagram cannot be sent back", e);
                batch.skip();
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return socket.localAddress();
    }

    @Override
    public void awaitClosed() throws IOException, InterruptedException {
        try {
            echoing.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ClosedChannelException)) {
                throw new IOException("the echo has failed", e.getCause());
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(GRACE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            socket.close();
            selector.close();
        }
    }
}
