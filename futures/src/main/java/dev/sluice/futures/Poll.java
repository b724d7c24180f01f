package dev.sluice.futures;

import java.util.Objects;

/// What polling a future gives: its value, or that it is not there yet.
///
/// In a future that is written by hand the idiom is one line for each future inside:
///
/// ```java
/// if (!(inner.poll(cx) instanceof Poll.Ready(var value))) return Poll.pending();
/// ```
public sealed interface Poll<T> {
    /// The value is there.
    ///
    /// @param value what the future has been completed with; null only for futures of [Void]
    record Ready<T>(T value) implements Poll<T> {}

    /// The value is not there yet, and the context's waker will be woken when asking again is worth while. There
    /// is one instance, which [Poll#pending] gives.
    final class Pending<T> implements Poll<T> {
        private static final Pending<?> INSTANCE = new Pending<>();

        private Pending() {}

        @Override
        public String toString() {
            return "Pending";
        }
    }

    /// The value is there.
    static <T> Poll<T> ready(T value) {
        return new Ready<>(Objects.requireNonNull(value));
    }

    /// A future that has no value to give is done.
    static Poll<Void> done() {
        return Nothing.DONE;
    }

    /// The value is not there yet.
    @SuppressWarnings("unchecked") // it has no T
    static <T> Poll<T> pending() {
        return (Poll<T>) Pending.INSTANCE;
    }

    /// Whether the value is there.
    default boolean isReady() {
        return this instanceof Ready;
    }
}
