package dev.sluice.cli;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A transport of this machine, with somebody who sees each call to a poller, a listener or a stream before it is
/// made.
final class WatchedTransport implements Transport {
    private final Transport real;
    private final Watch watch;

    /// Called on the thread that calls.
    interface Watch {
        /// @param on the same object each time for the same poller, listener or stream
        void see(Object on, String call, List<@Nullable Object> arguments);
    }

    WatchedTransport(String real, Watch watch) throws IOException {
        this.watch = watch;
        try (var reactor = Reactor.builder().transport(real).loops(1).open()) {
            this.real = reactor.transport();
        }
    }

    @Override
    public String name() {
        return "watched";
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public @Nullable String unavailable() {
        return null;
    }

    @Override
    public Poller openPoller() throws IOException {
        return watched(Poller.class, real.openPoller());
    }

    private <T> T watched(Class<T> type, Object real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Watched(real)));
    }

    private final class Watched implements InvocationHandler {
        private final Object real;

        Watched(Object real) {
            this.real = real;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
                throws Throwable {
            var arguments = given == null
                    ? List.<@Nullable Object>of()
                    : Stream.of(given).toList();
            if (method.getDeclaringClass() != Object.class) {
                watch.see(real, method.getName(), arguments);
            }
            try {
                var answer = method.invoke(
                        real, arguments.stream().map(Watched::realOf).toArray());
                return switch (answer) {
                    case StreamHandle stream -> watched(StreamHandle.class, stream);
                    case ListenHandle listener -> watched(ListenHandle.class, listener);
                    case null, default -> answer;
                };
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /// What was given out watched comes back as an argument.
        private static @Nullable Object realOf(@Nullable Object argument) {
            boolean ours = argument != null && Proxy.isProxyClass(argument.getClass());
            return ours ? ((Watched) Proxy.getInvocationHandler(argument)).real : argument;
        }
    }
}
