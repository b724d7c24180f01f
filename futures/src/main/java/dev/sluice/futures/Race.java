package dev.sluice.futures;

import java.io.IOException;
import java.util.List;

/// Waits for several futures at once, until the first has its value or fails.
final class Race<T> implements PollFuture<T> {
    private final List<PollFuture<? extends T>> futures;

    /// Who is polled first, each in turn, as the first one may use all of the budget.
    private int first;

    private boolean over;

    Race(List<? extends PollFuture<? extends T>> all) {
        futures = List.copyOf(all);
        if (futures.isEmpty()) {
            throw new IllegalArgumentException("a race of no futures has no end");
        }
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("race polled after it was done");
        }
        int start = first;
        first = (start + 1) % futures.size();
        for (int i = 0; i < futures.size(); i++) {
            var future = futures.get((start + i) % futures.size());
            try {
                if (future.poll(cx) instanceof Poll.Ready<? extends T>(var value)) {
                    abandonAllBut(future);
                    return new Poll.Ready<>(value);
                }
            } catch (Throwable t) {
                abandonAllBut(future);
                throw t;
            }
        }
        return Poll.pending();
    }

    private void abandonAllBut(PollFuture<? extends T> winner) {
        over = true;
        for (var future : futures) {
            if (future != winner) {
                future.abandon();
            }
        }
    }

    @Override
    public void abandon() {
        if (!over) {
            over = true;
            futures.forEach(PollFuture::abandon);
        }
    }
}
