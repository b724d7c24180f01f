package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An echo server that can misbehave: a virtual thread for each connection.
final class EchoServer implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket listener = new ServerSocket();
    private final InetSocketAddress address;
    private final Thread serving;
    private final long corruptAt;
    private final long closeAt;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    /// The bytes that have come back, without those that a test has waited for.
    private final Semaphore unclaimed = new Semaphore(0);

    /// Closed while nothing is sent back.
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private EchoServer(long corruptAt, long closeAt) throws IOException {
        this.corruptAt = corruptAt;
        this.closeAt = closeAt;
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1024);
        address = (InetSocketAddress) listener.getLocalSocketAddress();
        serving = Thread.ofVirtual().start(this::serve);
    }

    static EchoServer faithful() throws IOException {
        return new EchoServer(NEVER, NEVER);
    }

    /// One bit of one byte of each connection comes back wrong.
    static EchoServer corrupting(long at) throws IOException {
        return new EchoServer(at, NEVER);
    }

    static EchoServer closingAfter(long bytes) throws IOException {
        return new EchoServer(NEVER, bytes);
    }

    InetSocketAddress address() {
        return address;
    }

    /// How many connections there were.
    int accepted() {
        return accepted.get();
    }

    /// How many connections have come to their end; counted before they are closed.
    int ended() {
        return ended.get();
    }

    /// Waits until so many bytes more have come back than were waited for before.
    void awaitEchoed(int bytes) throws InterruptedException {
        assertThat(unclaimed.tryAcquire(bytes, 30, TimeUnit.SECONDS))
                .as("%s bytes come back in time", bytes)
                .isTrue();
    }

    void stall() {
        gate = new CountDownLatch(1);
    }

    void goOn() {
        gate.countDown();
    }

    private void serve() {
        try {
            while (true) {
                var socket = listener.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException _) {
            // Closed: the end of the test.
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var buffer = new byte[64 * 1024];
            long echoed = 0;
            for (int n; echoed < closeAt && (n = socket.getInputStream().read(buffer)) > 0; echoed += n) {
                if (corruptAt >= echoed && corruptAt < echoed + n) {
                    buffer[(int) (corruptAt - echoed)] ^= 1;
                }
                gate.await();
                socket.getOutputStream().write(buffer, 0, (int) Math.min(n, closeAt - echoed));
                unclaimed.release(n);
            }
            ended.incrementAndGet();
        } catch (IOException | InterruptedException _) {
            // The load generator has closed, or reset what it does not want.
        }
    }

    /// Returns when nobody listens any more: a thread that accepts keeps the port until it has left.
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            serving.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
