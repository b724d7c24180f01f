package dev.sluice.futures;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Goes through a stream, and waits for what is made of an item before it asks for the next one.
final class ForEach<T> implements PollFuture<Void> {
    private final PollStream<T> items;
    private final IoFunction<? super T, ? extends PollFuture<?>> f;
    private @Nullable PollFuture<?> current;
    private boolean over;

    ForEach(PollStream<T> items, IoFunction<? super T, ? extends PollFuture<?>> f) {
        this.items = items;
        this.f = Objects.requireNonNull(f);
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("forEach polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        boolean done = false;
        try {
            done = goThrough(cx);
        } catch (Throwable t) {
            items.abandon(); // what threw has let go of its own
            throw t;
        }
        over = done;
        return done ? Poll.done() : Poll.pending();
    }

    private boolean goThrough(Context cx) throws IOException {
        while (cx.proceed()) {
            if (current != null) {
                var polled = current;
                current = null;
                if (!polled.poll(cx).isReady()) {
                    current = polled;
                    return false;
                }
            }
            switch (items.pollNext(cx)) {
                case Step.Item<T>(var item) -> current = f.apply(item);
                case Step.Done<T> _ -> {
                    return true;
                }
                case Step.Pending<T> _ -> {
                    return false;
                }
            }
        }
        return false;
    }

    @Override
    public void abandon() {
        if (!over) {
            over = true;
            if (current != null) {
                current.abandon();
                current = null;
            }
            items.abandon();
        }
    }
}
