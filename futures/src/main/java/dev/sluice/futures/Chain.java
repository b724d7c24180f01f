package dev.sluice.futures;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Functions behind a future, one after the other: what [PollFuture#map], `andThen` and `orElse` make.
///
/// Each call makes one chain, which is the last link of itself. Where one is in front of another it is taken over at
/// the first poll, so that there is one future to be polled, and a list of links behind it:
///
/// ```
/// as made      future ◀── a ◀── b ◀── this
/// as polled    this ──▶ future, and then a ──▶ b ──▶ this
/// ```
///
/// A future that a link gives takes the place of the first one, and is taken over in the same way if it is a chain. So
/// a chain that never ends, because each link makes the next, is one object for ever; none needs stack, and a poll that
/// finds nothing costs the same however many links there are.
abstract sealed class Chain<T> implements PollFuture<T> {
    /// What is polled. Null once this chain is over, is part of another, or while its functions run.
    private @Nullable PollFuture<?> first;

    /// For a chain that is polled, the link that comes first; for one that is a link of another, the link behind it.
    private @Nullable Chain<?> next = this;

    /// What this link does. Null once it has been called; then there may be links, but this is none of them.
    private @Nullable IoFunction<Object, Object> function;

    @SuppressWarnings("unchecked") // it gets what the future in front gives
    private Chain(PollFuture<?> first, IoFunction<?, ?> function) {
        this.first = first;
        this.function = (IoFunction<Object, Object>) Objects.requireNonNull(function);
    }

    /// Makes another value of a value.
    static final class Mapping<T> extends Chain<T> {
        Mapping(PollFuture<?> first, IoFunction<?, ? extends T> function) {
            super(first, function);
        }
    }

    /// Makes a future of a value.
    static final class Following<T> extends Chain<T> {
        Following(PollFuture<?> first, IoFunction<?, ? extends PollFuture<? extends T>> function) {
            super(first, function);
        }
    }

    /// Makes a future of a failure.
    static final class Mending<T> extends Chain<T> {
        Mending(PollFuture<?> first, IoFunction<?, ? extends PollFuture<? extends T>> function) {
            super(first, function);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // what comes behind the last link is a T
    public Poll<T> poll(Context cx) throws IOException {
        while (true) {
            takeOver();
            var polled = first;
            if (polled == null) {
                throw new IllegalStateException("chain of futures polled after it was done");
            }
            first = null; // whatever is thrown from here on ends the chain
            try {
                var poll = polled.poll(cx);
                if (!(poll instanceof Poll.Ready<?>(var value))) {
                    first = polled;
                    return Poll.pending();
                }
                if (next == null) {
                    return (Poll<T>) poll;
                }
                value = passOn(value);
                if (first == null) {
                    return new Poll.Ready<>((T) value);
                }
            } catch (IOException e) {
                first = mended(e);
            }
        }
    }

    /// Links the parts of the chain in front with those of this one, as long as there is one in front.
    private void takeOver() {
        while (first instanceof Chain<?> front && front.function != null && front.first != null) {
            var link = front.next;
            front.next = next;
            next = link;
            first = front.first;
            front.first = null;
        }
    }

    /// Calls link after link with what the one before gave.
    ///
    /// @return what the last one gave, unless one has given a future to wait for, which is the [#first] now
    @SuppressWarnings("NullAway") // a Void's value is null
    private Object passOn(Object value) throws IOException {
        var passed = value;
        while (next != null) {
            var link = next;
            var function = takeNext();
            if (link instanceof Mapping) {
                passed = Objects.requireNonNull(function.apply(passed), "map to null");
            } else if (link instanceof Following) {
                var following = Objects.requireNonNull(function.apply(passed), "andThen to null");
                if (!(following instanceof Given<?> given)) {
                    first = (PollFuture<?>) following;
                    return passed;
                }
                passed = given.take();
            }
        }
        return passed;
    }

    /// @return the future that the next link makes that mends failures
    /// @throws IOException if there is none: the last failure
    private PollFuture<?> mended(IOException failure) throws IOException {
        var why = failure;
        while (next != null) {
            boolean mends = next instanceof Mending;
            var function = takeNext();
            if (mends) {
                try {
                    return (PollFuture<?>) Objects.requireNonNull(function.apply(why), "orElse to null");
                } catch (IOException e) {
                    why = e;
                }
            }
        }
        throw why;
    }

    /// Takes the next link's function out of the list.
    private IoFunction<Object, Object> takeNext() {
        var link = Objects.requireNonNull(next);
        next = link == this ? null : link.next;
        var function = Objects.requireNonNull(link.function);
        link.function = null;
        return function;
    }

    @Override
    public void abandon() {
        takeOver();
        var polled = first;
        first = null;
        if (polled != null) {
            polled.abandon();
        }
    }
}
