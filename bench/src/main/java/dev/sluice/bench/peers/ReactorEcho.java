package dev.sluice.bench.peers;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An echo server on the reactor alone, to compare ways to spread connections, and messages, over threads. Arguments:
/// the port, how many loops, and `hand-over`, `reuse-port` or `fork-join`.
///
/// With `hand-over` one loop accepts, and each connection belongs to the next loop in turn. With `reuse-port` each
/// loop has a listener of its own (SO_REUSEPORT): the system chooses one for each connection, which stays there.
/// With `fork-join` connections are handed over as well, and each message is given to a pool of threads, which gives
/// the
/// answer back to the loop: as where the handlers of actors have a dispatcher of their own, but without actors.
///
/// For a line `open` or `accepted` on standard input it prints how many connections each loop has, or has ever had.
public final class ReactorEcho {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 256 * 1024;

    /// As Pekko's default dispatcher has.
    private static final int LEAST_THREADS = 8;

    private final Reactor reactor;
    private final List<Lane> lanes;

    private ReactorEcho(Reactor reactor, @Nullable Executor handlers) {
        this.reactor = reactor;
        this.lanes =
                reactor.loops().stream().map(loop -> new Lane(loop, handlers)).toList();
    }

    /// A loop, and what its connections share.
    ///
    /// @param handlers makes an answer of each message; null where the loop does
    private record Lane(
            EventLoop loop, @Nullable Executor handlers, ByteBuffer buffer, AtomicLong open, AtomicLong accepted) {
        Lane(EventLoop loop, @Nullable Executor handlers) {
            this(loop, handlers, ByteBuffer.allocateDirect(BUFFER_BYTES), new AtomicLong(), new AtomicLong());
        }
    }

    /// Serves until it is killed.
    public static void main(String[] args) throws IOException, InterruptedException {
        var reactor = Reactor.builder()
                .name("echo")
                .loops(Integer.parseInt(args[1]))
                .blockedAfter(Duration.ZERO)
                .open();
        var server = new ReactorEcho(reactor, args[2].equals("fork-join") ? pool() : null);
        System.out.println("READY 127.0.0.1:" + server.listen(Integer.parseInt(args[0]), args[2]));
        server.answer();
        new CountDownLatch(1).await();
    }

    private static Executor pool() {
        int threads = Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors());
        return new ForkJoinPool(threads, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    private int listen(int port, String way) {
        return switch (way) {
            case "hand-over", "fork-join" -> listen(lanes.getFirst().loop, port, Options.none(), false);
            case "reuse-port" -> {
                var shared = Options.none().with(StandardSocketOptions.SO_REUSEPORT, true);
                int same = port;
                for (var lane : lanes) {
                    same = listen(lane.loop, same, shared, true);
                }
                yield same;
            }
            default -> throw new IllegalArgumentException("hand-over, reuse-port or fork-join, not " + way);
        };
    }

    /// @param keeps whether connections stay on the loop that accepts them
    /// @return the port
    private int listen(EventLoop loop, int port, Options options, boolean keeps) {
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        var listening = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        var listener = reactor.listen(address, BACKLOG, options, Options.none());
                        new Acceptor(listener, loop, keeps).accept();
                        return (InetSocketAddress) listener.localAddress();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                loop);
        return listening.join().getPort();
    }

    private void answer() throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = input.readLine()) != null; ) {
            boolean open = line.equals("open");
            System.out.println(lanes.stream()
                    .map(lane -> (open ? lane.open : lane.accepted).toString())
                    .collect(Collectors.joining(" ")));
        }
    }

    /// Takes connections, on its loop.
    private final class Acceptor implements Waiter {
        private final ListenSocket listener;
        private final EventLoop loop;
        private final boolean keeps;

        Acceptor(ListenSocket listener, EventLoop loop, boolean keeps) {
            this.listener = listener;
            this.loop = loop;
            this.keeps = keeps;
        }

        @Override
        public void wake() {
            loop.execute(() -> {
                try {
                    accept();
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                    Runtime.getRuntime().halt(1);
                }
            });
        }

        void accept() throws IOException {
            do {
                for (StreamSocket socket; (socket = keeps ? listener.accept(loop) : listener.accept()) != null; ) {
                    var home = socket.loop();
                    home.execute(
                            new Connection(socket, lanes.get(reactor.loops().indexOf(home)))::begin);
                }
            } while (!listener.input().await(this));
        }
    }

    /// Lives on its socket's loop. While what the system has not taken waits to be written, nothing is read.
    private static final class Connection implements Waiter {
        private final StreamSocket socket;
        private final Lane lane;
        private final Runnable echo = this::echo;
        private @Nullable ByteBuffer rest;

        Connection(StreamSocket socket, Lane lane) {
            this.socket = socket;
            this.lane = lane;
        }

        void begin() {
            lane.accepted.incrementAndGet();
            lane.open.incrementAndGet();
            echo();
        }

        @Override
        public void wake() {
            lane.loop.execute(echo);
        }

        private void echo() {
            try {
                while (true) {
                    if (rest != null && !write(rest)) {
                        return;
                    }
                    int n = socket.read(lane.buffer.clear());
                    if (n == StreamSocket.END) {
                        close();
                        return;
                    }
                    if (n == StreamSocket.WOULD_BLOCK) {
                        if (socket.input().await(this)) {
                            return;
                        }
                    } else if (lane.handlers != null) {
                        rest = ByteBuffer.allocate(n).put(lane.buffer.flip()).flip();
                        lane.handlers.execute(() -> lane.loop.execute(echo));
                        return;
                    } else if (!write(lane.buffer.flip())) {
                        return;
                    }
                }
            } catch (IOException e) {
                System.err.println(e.getMessage());
                close();
            }
        }

        /// @return false if it will go on when woken
        private boolean write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (socket.write(bytes) == StreamSocket.WOULD_BLOCK
                        && socket.output().await(this)) {
                    if (bytes != rest) {
                        rest = ByteBuffer.allocateDirect(bytes.remaining())
                                .put(bytes)
                                .flip();
                    }
                    return false;
                }
            }
            rest = null;
            return true;
        }

        private void close() {
            lane.open.decrementAndGet();
            socket.close();
        }
    }
}
