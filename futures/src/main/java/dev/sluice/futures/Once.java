package dev.sluice.futures;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A future made of one function, which is not called again once it has given a value or thrown.
final class Once<T> implements PollFuture<T> {
    private final String name;
    private @Nullable PollFuture<T> attempt;

    /// @param name what messages call it
    Once(String name, PollFuture<T> attempt) {
        this.name = name;
        this.attempt = attempt;
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        var trying = attempt;
        if (trying == null) {
            throw new IllegalStateException(name + " polled after it was done");
        }
        attempt = null;
        var poll = trying.poll(cx);
        if (!poll.isReady()) {
            attempt = trying;
        }
        return poll;
    }

    @Override
    public void abandon() {
        attempt = null;
    }

    @Override
    public String toString() {
        return name;
    }
}
