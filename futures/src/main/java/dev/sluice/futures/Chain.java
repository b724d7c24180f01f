package dev.sluice.futures;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One future, then another that is made of its outcome.
///
/// When the second one begins it takes the place of the first; if it is a chain itself, its parts do. So a chain
/// that never ends, because each link makes the next, is one object for ever and polls at a constant depth.
final class Chain<T> implements PollFuture<T> {
    /// Null once this chain is over, or while its function runs.
    private @Nullable PollFuture<?> current;

    /// What comes after [#current]; null when that is the last one.
    private @Nullable Link next;

    private interface Link {
        PollFuture<?> after(Object value) throws IOException;

        PollFuture<?> afterFailure(IOException e) throws IOException;
    }

    private Chain(PollFuture<?> current, Link next) {
        this.current = current;
        this.next = next;
    }

    static <T, R> PollFuture<R> of(
            PollFuture<T> first, IoFunction<? super T, ? extends PollFuture<? extends R>> second) {
        return new Chain<>(first, new Link() {
            @Override
            @SuppressWarnings("unchecked") // it is the value of `first`
            public PollFuture<?> after(Object value) throws IOException {
                return second.apply((T) value);
            }

            @Override
            public PollFuture<?> afterFailure(IOException e) throws IOException {
                throw e;
            }
        });
    }

    static <T> PollFuture<T> orElse(
            PollFuture<T> first, IoFunction<? super IOException, ? extends PollFuture<? extends T>> second) {
        return new Chain<>(first, new Link() {
            @Override
            public PollFuture<?> after(Object value) {
                return new Once<>("value", cx -> new Poll.Ready<>(value));
            }

            @Override
            public PollFuture<?> afterFailure(IOException e) throws IOException {
                return second.apply(e);
            }
        });
    }

    @Override
    @SuppressWarnings("unchecked") // the last future of the chain gives a T
    public Poll<T> poll(Context cx) throws IOException {
        while (true) {
            var polled = current;
            if (polled == null) {
                throw new IllegalStateException("chain of futures polled after it was done");
            }
            current = null; // whatever is thrown from here on ends the chain
            var link = next;
            PollFuture<?> following;
            try {
                var poll = polled.poll(cx);
                if (!(poll instanceof Poll.Ready<?>(var value))) {
                    current = polled;
                    return Poll.pending();
                }
                if (link == null) {
                    return (Poll<T>) poll;
                }
                following = link.after(value);
            } catch (IOException e) {
                if (link == null) {
                    throw e;
                }
                following = link.afterFailure(e);
            }
            goOnWith(following);
        }
    }

    private void goOnWith(PollFuture<?> following) {
        if (following instanceof Chain<?> chain) {
            current = chain.current;
            next = chain.next;
            chain.current = null;
        } else {
            current = following;
            next = null;
        }
    }

    @Override
    public void abandon() {
        var polled = current;
        current = null;
        if (polled != null) {
            polled.abandon();
        }
    }
}
