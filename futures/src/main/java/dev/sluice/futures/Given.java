package dev.sluice.futures;

import org.jspecify.annotations.Nullable;

/// A future whose value is there.
final class Given<T> implements PollFuture<T> {
    /// Null once it has been told.
    private @Nullable T value;

    Given(T value) {
        this.value = value;
    }

    @Override
    public Poll<T> poll(Context cx) {
        return Poll.ready(take());
    }

    T take() {
        var told = value;
        if (told == null) {
            throw new IllegalStateException("ready polled after it was done");
        }
        value = null;
        return told;
    }

    @Override
    public void abandon() {
        value = null;
    }

    @Override
    public String toString() {
        return "ready";
    }
}
