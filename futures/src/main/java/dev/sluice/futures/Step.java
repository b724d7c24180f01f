package dev.sluice.futures;

import java.util.Objects;

/// What polling a stream gives: its next item, that there are no more, or that it is not known yet.
public sealed interface Step<T> {
    /// The next item.
    record Item<T>(T value) implements Step<T> {
        /// Checks that there is an item.
        public Item {
            Objects.requireNonNull(value);
        }
    }

    /// There are no more items. There is one instance, which [Step#done] gives.
    final class Done<T> implements Step<T> {
        private static final Done<?> INSTANCE = new Done<>();

        private Done() {}

        @Override
        public String toString() {
            return "Done";
        }
    }

    /// Not known yet; the context's waker will be woken when asking again is worth while. There is one instance,
    /// which [Step#pending] gives.
    final class Pending<T> implements Step<T> {
        private static final Pending<?> INSTANCE = new Pending<>();

        private Pending() {}

        @Override
        public String toString() {
            return "Pending";
        }
    }

    /// The next item.
    static <T> Step<T> item(T value) {
        return new Item<>(value);
    }

    /// There are no more items.
    @SuppressWarnings("unchecked") // it has no T
    static <T> Step<T> done() {
        return (Step<T>) Done.INSTANCE;
    }

    /// Not known yet.
    @SuppressWarnings("unchecked") // it has no T
    static <T> Step<T> pending() {
        return (Step<T>) Pending.INSTANCE;
    }
}
