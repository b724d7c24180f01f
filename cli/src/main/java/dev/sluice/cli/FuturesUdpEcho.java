package dev.sluice.cli;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.Context;
import dev.sluice.futures.JoinHandle;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.UdpSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// The echo of datagrams in the futures face: one task on the loop of its socket.
final class FuturesUdpEcho implements EchoServer {
    private static final long GRACE_SECONDS = 5;
    private static final int LARGEST = 64 * 1024;

    private final Reactor reactor;
    private final UdpSocket socket;
    private final InetSocketAddress address;
    private final JoinHandle<Void> echoing;
    private final CountDownLatch stopped = new CountDownLatch(1);

    // These belong to the task, then to who closes.
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(LARGEST).limit(0);
    private final Peer peer = new Peer();

    /// Whether the datagram is one that has come and has not been sent back.
    private boolean due;

    FuturesUdpEcho(String transport, int loops, String host, int port) throws IOException {
        this(
                Reactor.builder()
                        .name("futures")
                        .transport(transport)
                        .loops(loops)
                        .blockedAfter(Duration.ZERO)
                        .open(),
                host,
                port);
    }

    /// @param reactor is closed with this server
    FuturesUdpEcho(Reactor reactor, String host, int port) throws IOException {
        this.reactor = reactor;
        try {
            socket = UdpSocket.bind(reactor, new InetSocketAddress(host, port), Options.none());
            address = socket.localAddress();
        } catch (IOException | RuntimeException e) {
            reactor.close();
            throw e;
        }
        echoing = PollFuture.<Void>lazy(() -> this::poll)
                .closing(stopped::countDown)
                .spawnOn(socket.loop());
    }

    private Poll<Void> poll(Context cx) throws IOException {
        while (true) {
            if (!due) {
                if (socket.pollRecvFrom(cx, datagram.clear(), peer) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                datagram.flip();
                due = true;
            }
            try {
                if (socket.pollSendTo(cx, datagram, peer) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                unreachable(e);
            }
            due = false;
        }
    }

    /// Who cannot be reached is no reason to end.
    private static void unreachable(IOException e) {
        System.getLogger("dev.sluice.cli").log(Level.DEBUG, "a datagram cannot be sent back", e);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void awaitClosed() throws IOException, InterruptedException {
        try {
            echoing.await();
        } catch (CancellationException | ClosedChannelException _) {
            return; // by this server
        }
    }

    @Override
    public void close() {
        echoing.cancel();
        try {
            if (stopped.await(GRACE_SECONDS, TimeUnit.SECONDS) && isToldWhatHasCome()) {
                sendBackWhatHasCome();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            unreachable(e);
        } finally {
            reactor.close();
        }
    }

    /// Who only tries finds what the loop has been told of: that must be all that has come by now.
    private boolean isToldWhatHasCome() throws InterruptedException {
        var loop = socket.loop();
        var told = new CountDownLatch(1);
        try {
            loop.execute(() -> loop.executeNextTurn(told::countDown));
        } catch (RejectedExecutionException _) {
            return false; // closed already
        }
        return told.await(GRACE_SECONDS, TimeUnit.SECONDS);
    }

    private void sendBackWhatHasCome() throws IOException {
        while (due || socket.tryRecvFrom(datagram.clear(), peer) != AsyncIo.PENDING) {
            if (!due) {
                datagram.flip();
            }
            due = false;
            socket.trySendTo(datagram, peer);
        }
    }
}
