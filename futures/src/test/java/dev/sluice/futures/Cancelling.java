package dev.sluice.futures;

import java.util.concurrent.Callable;

/// Polls each future once, drops it if it is pending, and begins again with another: a cancel at every point where
/// there can be one.
final class Cancelling {
    private Cancelling() {}

    static <T> T untilDone(Callable<PollFuture<T>> operation) throws Exception {
        for (int i = 0; i < 1_000_000; i++) {
            var cx = Context.of(() -> {});
            var future = operation.call();
            if (cx.poll(future) instanceof Poll.Ready<T>(var value)) {
                return value;
            }
            future.abandon();
            cx.release();
        }
        throw new AssertionError("never done");
    }
}
