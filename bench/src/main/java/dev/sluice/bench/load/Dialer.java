package dev.sluice.bench.load;

import dev.sluice.reactor.Connect;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Connects to one server, on one loop. On Linux the source address walks through the loopback network, so that
/// ports do not run out.
final class Dialer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int FIRST_HOST = 2;
    private static final int HOSTS = 250;
    private static final int AT_A_TIME = 64;

    private final Reactor reactor;
    private final InetSocketAddress server;
    private final boolean spreads;
    private int dialed;

    Dialer(Reactor reactor, InetSocketAddress server) {
        this.reactor = reactor;
        this.server = server;
        this.spreads = server.getAddress().isLoopbackAddress()
                && server.getAddress().getAddress().length == 4
                && System.getProperty("os.name").equals("Linux");
    }

    /// On the loop. One of the two is called later, on the loop.
    void dial(Consumer<StreamSocket> connected, Consumer<IOException> failed) {
        var connect = reactor.connect(server, source(), Options.none(), PATIENCE);
        new Dialing(connect, connected, failed).await();
    }

    /// Opens that many connections, some at a time. Any thread may call.
    CompletableFuture<List<StreamSocket>> dialAll(int count) {
        var all = new Opening(count);
        loop().execute(() -> {
            for (int i = 0; i < AT_A_TIME; i++) {
                all.next();
            }
        });
        return all.opened;
    }

    EventLoop loop() {
        return reactor.loops().getFirst();
    }

    private final class Opening {
        final CompletableFuture<List<StreamSocket>> opened = new CompletableFuture<>();
        private final List<StreamSocket> sockets = new ArrayList<>();
        private final int count;
        private int begun;

        Opening(int count) {
            this.count = count;
        }

        void next() {
            if (begun < count && !opened.isDone()) {
                begun++;
                dial(this::connected, opened::completeExceptionally);
            }
        }

        private void connected(StreamSocket socket) {
            sockets.add(socket);
            if (sockets.size() == count) {
                opened.complete(List.copyOf(sockets));
            }
            next();
        }
    }

    private @Nullable InetSocketAddress source() {
        if (!spreads) {
            return null;
        }
        byte last = (byte) (FIRST_HOST + dialed++ % HOSTS);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, last}), 0);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // four bytes are an address
        }
    }

    private record Dialing(Connect connect, Consumer<StreamSocket> connected, Consumer<IOException> failed)
            implements Waiter {
        void await() {
            if (!connect.done().await(this)) {
                wake();
            }
        }

        @Override
        public void wake() {
            connect.loop().execute(this::done);
        }

        private void done() {
            StreamSocket socket;
            try {
                socket = connect.result();
            } catch (IOException e) {
                failed.accept(e);
                return;
            }
            if (socket == null) {
                await();
            } else {
                connected.accept(socket);
            }
        }
    }
}
