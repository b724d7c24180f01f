package dev.sluice.actors;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A transport with a script in between: it sees each call to a poller or a socket, and may answer in
/// place of the system.
final class ScriptedTransport implements Transport {
    private final Script script;
    private final Transport real;

    /// What a test makes of a call.
    interface Script {
        /// @param real asks the system
        @Nullable
        Object answer(Call call, Real real) throws Throwable;
    }

    /// A call to a poller or a handle.
    ///
    /// @param on the same object each time for the same poller or handle
    record Call(Object on, String name, List<@Nullable Object> arguments) {}

    /// What the system answers.
    interface Real {
        @Nullable
        Object answer() throws Throwable;
    }

    ScriptedTransport(String real, Script script) throws IOException {
        this.script = script;
        try (var reactor = Reactor.builder().transport(real).loops(1).open()) {
            this.real = reactor.transport();
        }
    }

    @Override
    public String name() {
        return "scripted";
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
        return (Poller) between(real.openPoller());
    }

    /// Pollers and handles, which other calls give, get the script in between; all else stays what it is.
    private Object between(Object real) {
        @Nullable
        Class<?> type = switch (real) {
            case Poller _ -> Poller.class;
            case StreamHandle _ -> StreamHandle.class;
            case ListenHandle _ -> ListenHandle.class;
            case DatagramHandle _ -> DatagramHandle.class;
            default -> null;
        };
        return type == null
                ? real
                : Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Scripted(real));
    }

    private final class Scripted implements InvocationHandler {
        private final Object real;

        Scripted(Object real) {
            this.real = real;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            var given = arguments == null ? new Object[0] : arguments;
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(real, given);
            }
            return script.answer(new Call(real, method.getName(), Arrays.asList(given)), () -> {
                try {
                    var answer = method.invoke(
                            real, Stream.of(given).map(Scripted::realOf).toArray());
                    return answer == null ? null : between(answer);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        private static @Nullable Object realOf(@Nullable Object argument) {
            boolean ours = argument != null && Proxy.isProxyClass(argument.getClass());
            return ours ? ((Scripted) Proxy.getInvocationHandler(argument)).real : argument;
        }
    }
}
