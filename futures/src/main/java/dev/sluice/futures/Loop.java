package dev.sluice.futures;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Goes round for ever, each round with what the one before gave.
final class Loop<T, R> implements PollFuture<R> {
    private final IoFunction<? super T, ? extends PollFuture<T>> round;
    private T value;
    private @Nullable PollFuture<T> current;
    private boolean over;

    Loop(T seed, IoFunction<? super T, ? extends PollFuture<T>> round) {
        this.value = Objects.requireNonNull(seed);
        this.round = Objects.requireNonNull(round);
    }

    @Override
    public Poll<R> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("loop polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        while (cx.proceed()) {
            var polled = current != null ? current : round.apply(value);
            current = polled;
            if (!(polled.poll(cx) instanceof Poll.Ready<T>(var given))) {
                break;
            }
            current = null;
            value = given;
        }
        over = false;
        return Poll.pending();
    }

    @Override
    public void abandon() {
        over = true;
        if (current != null) {
            current.abandon();
            current = null;
        }
    }
}
