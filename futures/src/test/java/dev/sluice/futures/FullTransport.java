package dev.sluice.futures;

import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.reactor.transport.Watcher;
import dev.sluice.testing.Between;
import dev.sluice.testing.Between.Call;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A transport whose datagram sockets take nothing while they are told to be full. The system's own never are on
/// loopback, where what is sent lies with the receiver at once.
final class FullTransport {
    private final Transport transport;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean full;

    FullTransport(Setup setup) {
        try (var reactor = setup.reactor()) {
            transport =
                    Between.put(reactor.transport(), this::answer, Transport.class, Poller.class, DatagramHandle.class);
        }
    }

    Transport transport() {
        return transport;
    }

    /// From now on nothing is taken, and nobody is told to send.
    void fill() {
        full = true;
    }

    /// From now on all is taken, as is told now; to be called on the loop.
    void drain() {
        full = false;
        watchers.forEach(it -> it.ready(Watcher.WRITE));
    }

    private @Nullable Object answer(Call call) throws Throwable {
        if (!(call.on() instanceof DatagramHandle)) {
            return call.real();
        }
        return switch (call.name()) {
            case "send" -> full ? (Object) Handle.WOULD_BLOCK : call.real();
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

    private int told(int events) {
        return full ? events & ~Watcher.WRITE : events;
    }
}
