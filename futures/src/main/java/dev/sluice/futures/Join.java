package dev.sluice.futures;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Waits for several futures at once, until each has its value or one fails.
final class Join<T> implements PollFuture<List<T>> {
    /// Null where the value is there.
    private final @Nullable PollFuture<? extends T>[] futures;

    private final @Nullable Object[] values;

    /// Who is polled first, each in turn, as the first one may use all of the budget.
    private int first;

    private boolean over;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of futures holds any
    Join(List<? extends PollFuture<? extends T>> all) {
        futures = all.toArray(new PollFuture[0]);
        values = new Object[futures.length];
    }

    @Override
    @SuppressWarnings("unchecked") // the values are those of the futures
    public Poll<List<T>> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("join polled after it was done");
        }
        boolean pending = false;
        int at = first;
        first = first + 1 < futures.length ? first + 1 : 0;
        try {
            for (int i = 0; i < futures.length; i++, at = at + 1 < futures.length ? at + 1 : 0) {
                var future = futures[at];
                if (future == null) {
                    continue;
                }
                if (future.poll(cx) instanceof Poll.Ready<?>(var value)) {
                    futures[at] = null;
                    values[at] = value;
                } else {
                    pending = true;
                }
            }
        } catch (Throwable t) {
            futures[at] = null;
            abandon();
            throw t;
        }
        if (pending) {
            return Poll.pending();
        }
        over = true;
        return Poll.ready((List<T>) new ArrayList<>(Arrays.asList(values)));
    }

    static <A, B> PollFuture.Both<A, B> both(List<?> two) {
        return unchecked(two.get(0), two.get(1));
    }

    @SuppressWarnings("unchecked") // they are the values of a PollFuture<A> and a PollFuture<B>
    private static <A, B> PollFuture.Both<A, B> unchecked(Object first, Object second) {
        return new PollFuture.Both<>((A) first, (B) second);
    }

    @Override
    public void abandon() {
        if (over) {
            return;
        }
        over = true;
        for (int i = 0; i < futures.length; i++) {
            var future = futures[i];
            futures[i] = null;
            if (future != null) {
                future.abandon();
            }
            Closing.dropped(values[i]);
            values[i] = null;
        }
    }
}
