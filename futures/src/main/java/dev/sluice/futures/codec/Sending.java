package dev.sluice.futures.codec;

import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Takes an item if there is one, and then flushes or not.
final class Sending<T> implements PollFuture<Void> {
    /// What is done once the item has been taken.
    enum Then {
        KEEP,
        FLUSH,
        SHUTDOWN
    }

    private final FramedWrite<T> output;
    private final Then then;

    /// Null once it has been taken.
    private @Nullable T item;

    private boolean over;

    Sending(FramedWrite<T> output, @Nullable T item, Then then) {
        this.output = output;
        this.item = item;
        this.then = then;
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException(this + " polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        over = isDone(cx);
        return over ? Poll.done() : Poll.pending();
    }

    private boolean isDone(Context cx) throws IOException {
        var taken = item;
        if (taken != null) {
            if (!output.pollReady(cx)) {
                return false;
            }
            item = null;
            output.put(taken);
        }
        return switch (then) {
            case KEEP -> true;
            case FLUSH -> output.pollFlush(cx);
            case SHUTDOWN -> output.pollShutdown(cx);
        };
    }

    @Override
    public void abandon() {
        over = true;
    }

    @Override
    public String toString() {
        return "sending of frames";
    }
}
