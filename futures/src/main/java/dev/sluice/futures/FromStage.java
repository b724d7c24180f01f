package dev.sluice.futures;

import dev.sluice.reactor.Readiness;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What an eager computation gives, for those that poll.
final class FromStage<T> implements PollFuture<T> {
    private final CompletionStage<T> stage;

    /// Null until the first poll.
    private @Nullable Readiness complete;

    /// Null for the value [Void]; set before [#complete] ends.
    private volatile @Nullable T value;

    private volatile @Nullable Throwable failure;
    private boolean over;

    FromStage(CompletionStage<T> stage) {
        this.stage = stage;
    }

    @Override
    @SuppressWarnings("NullAway") // a Void's value is null
    public Poll<T> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("future of a stage polled after it was done");
        }
        var done = complete != null ? complete : listen();
        if (!done.isReady() && cx.observe(done, null)) {
            return Poll.pending();
        }
        over = true;
        var why = failure;
        if (why != null) {
            throw thrown(why);
        }
        return new Poll.Ready<>(value);
    }

    private Readiness listen() {
        var done = Readiness.pending();
        complete = done;
        var _ = stage.whenComplete((given, why) -> {
            value = given;
            failure = why;
            done.end();
        });
        return done;
    }

    /// The failure as a poll may throw it: an [IOException] or an unchecked exception.
    static IOException thrown(Throwable failure) {
        return switch (failure) {
            case CompletionException e when e.getCause() != null -> thrown(e.getCause());
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(failure);
        };
    }
}
