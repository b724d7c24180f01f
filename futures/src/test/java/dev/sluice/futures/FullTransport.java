package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.reactor.transport.Watcher;
import dev.sluice.testing.Between;
import dev.sluice.testing.Between.Call;
import dev.sluice.testing.Eventually;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A transport whose sockets take nothing while they are told to be full. The system's own do not stay so: datagrams
/// lie with the receiver at once on loopback, and a connection makes room for more as long as something is on its way.
final class FullTransport {
    private final Transport transport;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean full;

    FullTransport(Setup setup) {
        transport = Between.put(
                setup.itself(),
                this::answer,
                Transport.class,
                Poller.class,
                ListenHandle.class,
                StreamHandle.class,
                DatagramHandle.class);
    }

    Transport transport() {
        return transport;
    }

    /// From now on nothing is taken, and nobody on this loop is told to send.
    void fill(EventLoop loop) throws Exception {
        Eventually.get(CompletableFuture.runAsync(() -> full = true, loop)); // which may be about to tell
    }

    /// From now on all is taken, as is told now; to be called on the loop.
    void drain() {
        full = false;
        watchers.forEach(it -> it.ready(Watcher.WRITE));
    }

    private @Nullable Object answer(Call call) throws Throwable {
        if (!(call.on() instanceof StreamHandle || call.on() instanceof DatagramHandle)) {
            return call.real();
        }
        return switch (call.name()) {
            case "send" -> full ? (Object) Handle.WOULD_BLOCK : call.real();
            case "write" -> full ? wouldBlock(call) : call.real();
            case "arm" ->
                call.realOf(told((int) Objects.requireNonNull(call.arguments().getFirst())));
            case "watch" -> {
                var watcher = (Watcher) Objects.requireNonNull(call.arguments().getFirst());
                watchers.add(watcher);
                Watcher filter = events -> watcher.ready(told(events));
                yield call.realOf(filter);
            }
            default -> call.real();
        };
    }

    /// An int, or for a gathering write a long.
    private static Object wouldBlock(Call call) {
        return call.arguments().size() == 1 ? (Object) Handle.WOULD_BLOCK : (Object) (long) Handle.WOULD_BLOCK;
    }

    private int told(int events) {
        return full ? events & ~Watcher.WRITE : events;
    }
}
