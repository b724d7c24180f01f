package dev.sluice.cli;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.JoinHandle;
import dev.sluice.futures.TcpListener;
import dev.sluice.futures.TcpSocket;
import dev.sluice.futures.TcpStream;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An echo server of the futures face: a task for each connection.
final class FuturesEcho implements EchoServer {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Reactor reactor;
    private final TcpListener listener;
    private final JoinHandle<Void> accepting;

    /// The connections, and this server until it is closed.
    private final AtomicInteger open = new AtomicInteger(1);

    private final CountDownLatch drained = new CountDownLatch(1);

    FuturesEcho(String transport, int loops, String host, int port) throws IOException {
        reactor = Reactor.builder()
                .name("futures")
                .transport(transport)
                .loops(loops)
                .blockedAfter(Duration.ZERO)
                .open();
        try {
            listener = TcpSocket.create()
                    .on(reactor)
                    .bind(new InetSocketAddress(host, port))
                    .listen(BACKLOG);
        } catch (IOException | RuntimeException e) {
            reactor.close();
            throw e;
        }
        accepting = listener.incoming().forEach(this::echo).spawnOn(listener.loop());
    }

    private void echo(TcpStream stream) {
        open.incrementAndGet();
        var _ = AsyncIo.copy(stream, stream)
                .closing(stream)
                .closing(this::ended)
                .spawnOn(stream.loop());
    }

    private void ended() {
        if (open.decrementAndGet() == 0) {
            drained.countDown();
        }
    }

    @Override
    public InetSocketAddress address() {
        return listener.localAddress();
    }

    @Override
    public void awaitClosed() throws IOException, InterruptedException {
        try {
            accepting.await();
        } catch (ClosedChannelException _) {
            return; // closed by this server
        }
    }

    @Override
    public void close() {
        listener.close();
        ended();
        try {
            if (!drained.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.getLogger("dev.sluice.cli").log(Level.WARNING, "connections that were still open are reset");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            reactor.close();
        }
    }
}
