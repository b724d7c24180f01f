package dev.sluice.actors;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The transport on java.nio, whose system has no room for datagrams while a test says so.
final class FullTransport implements Transport {
    private final AtomicBoolean full;
    private final Transport nio;

    FullTransport(AtomicBoolean full) throws IOException {
        this.full = full;
        try (var reactor = Reactor.builder().transport("nio").loops(1).open()) {
            nio = reactor.transport();
        }
    }

    @Override
    public String name() {
        return "full";
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
        var poller = nio.openPoller();
        return between(Poller.class, poller, (name, result) -> switch (name) {
            case "openDatagram" -> datagram((DatagramHandle) Objects.requireNonNull(result.get()));
            default -> result.get();
        });
    }

    private DatagramHandle datagram(DatagramHandle handle) {
        return between(DatagramHandle.class, handle, (name, result) -> {
            boolean refuses = name.equals("send") && full.get();
            return refuses ? Integer.valueOf(Handle.WOULD_BLOCK) : result.get();
        });
    }

    private interface Call {
        @Nullable
        Object get() throws Throwable;
    }

    private interface Intercepted {
        @Nullable
        Object answer(String method, Call call) throws Throwable;
    }

    private static <T> T between(Class<T> type, T real, Intercepted what) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> what.answer(method.getName(), () -> {
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })));
    }
}
