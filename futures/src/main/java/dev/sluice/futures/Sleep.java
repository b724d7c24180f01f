package dev.sluice.futures;

import java.io.IOException;
import java.time.Duration;

/// Done when a time has gone by.
final class Sleep implements PollFuture<Void> {
    private final Deadline deadline;
    private boolean over;

    Sleep(Duration time) {
        this.deadline = new Deadline(time);
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("sleep polled after it was done");
        }
        over = deadline.isOver(cx);
        return over ? Poll.done() : Poll.pending();
    }
}
