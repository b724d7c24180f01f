package dev.sluice.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Somebody between an object and those who call it, who sees each call and may answer it in the object's place.
public final class Between implements InvocationHandler {
    private final Object real;
    private final Answer answer;
    private final List<Class<?>> types;

    /// What a test makes of a call, on the thread that calls.
    public interface Answer {
        @Nullable
        Object to(Call call) throws Throwable;
    }

    /// A call.
    public static final class Call {
        private final Between between;
        private final Method method;
        private final List<@Nullable Object> arguments;

        private Call(Between between, Method method, List<@Nullable Object> arguments) {
            this.between = between;
            this.method = method;
            this.arguments = arguments;
        }

        /// The object that is called: the real one, the same each time.
        public Object on() {
            return between.real;
        }

        public String name() {
            return method.getName();
        }

        public List<@Nullable Object> arguments() {
            return arguments;
        }

        /// What the object answers.
        public @Nullable Object real() throws Throwable {
            return between.call(method, arguments.toArray());
        }

        /// What the object answers to other arguments.
        public @Nullable Object realOf(@Nullable Object... instead) throws Throwable {
            return between.call(method, instead);
        }
    }

    private Between(Object real, Answer answer, List<Class<?>> types) {
        this.real = real;
        this.answer = answer;
        this.types = types;
    }

    /// Puts `answer` between an object and its callers, and as well between each object that it gives.
    ///
    /// @param types interfaces; what has none of them is given as it is
    @SuppressWarnings("unchecked") // it has those that the object has
    public static <T> T put(T real, Answer answer, Class<?>... types) {
        return (T) new Between(real, answer, List.of(types)).before(real);
    }

    private Object before(Object given) {
        var its = types.stream().filter(type -> type.isInstance(given)).toArray(Class<?>[]::new);
        return its.length == 0
                ? given
                : Proxy.newProxyInstance(its[0].getClassLoader(), its, new Between(given, answer, types));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
        var arguments = given == null ? new Object[0] : given;
        return method.getDeclaringClass() == Object.class
                ? method.invoke(real, arguments)
                : answer.to(new Call(this, method, Arrays.asList(arguments)));
    }

    private @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
        method.setAccessible(true); // of an interface that may be its package's own
        try {
            var given = method.invoke(
                    real, Stream.of(arguments).map(Between::behind).toArray());
            return given == null ? null : before(given);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /// What was given out with somebody before it comes back as an argument.
    private static @Nullable Object behind(@Nullable Object argument) {
        return argument != null
                        && Proxy.isProxyClass(argument.getClass())
                        && Proxy.getInvocationHandler(argument) instanceof Between between
                ? between.real
                : argument;
    }
}
