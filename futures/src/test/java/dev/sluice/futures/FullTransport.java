package dev.sluice.futures;

import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A transport whose datagram sockets take nothing while they are told to be full. The system's own never are on
/// loopback, where what is sent lies with the receiver at once.
final class FullTransport implements Transport {
    private final Transport real;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean full;

    FullTransport(Setup setup) {
        try (var reactor = setup.reactor()) {
            real = reactor.transport();
        }
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

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public @Nullable String unavailable() {
        return null;
    }

    @Override
    public Poller openPoller() throws IOException {
        var poller = real.openPoller();
        return between(Poller.class, (method, arguments) -> {
            var answer = invoke(poller, method, arguments);
            return answer instanceof DatagramHandle handle ? datagrams(handle) : answer;
        });
    }

    private DatagramHandle datagrams(DatagramHandle handle) {
        return between(DatagramHandle.class, (method, arguments) -> switch (method.getName()) {
            case "send" -> full ? (Object) Handle.WOULD_BLOCK : invoke(handle, method, arguments);
            case "arm" -> {
                int events = (int) arguments[0];
                yield invoke(handle, method, full ? events & ~Watcher.WRITE : events);
            }
            case "watch" -> {
                Watcher told = (Watcher) arguments[0];
                watchers.add(told);
                Watcher filter = events -> told.ready(full ? events & ~Watcher.WRITE : events);
                yield invoke(handle, method, filter);
            }
            default -> invoke(handle, method, arguments);
        });
    }

    private interface Call {
        @Nullable
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T between(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method, arguments == null ? new Object[0] : arguments)));
    }

    private static @Nullable Object invoke(Object on, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
