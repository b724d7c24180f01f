package dev.sluice.futures;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/// A task that runs: a future that an event loop polls, whether or not somebody asks for its value.
///
/// The handle is a future itself: polled or awaited, it gives what the task has come to, as often as it is asked.
/// Dropping or abandoning the handle leaves the task alone. What the task throws is the handle's failure; if it
/// is unchecked and nobody is waiting for it, it is logged. Cancel safe: yes.
public sealed interface JoinHandle<T> extends PollFuture<T> permits Task {
    /// Ends the task: its future is abandoned, on its loop, soon. Whoever waits for the task gets a
    /// [CancellationException]. A value that comes at the same time is closed if it is [AutoCloseable], as nobody
    /// takes it.
    ///
    /// @return false if the task was over already
    boolean cancel();

    /// Whether the task is over: by its value, a failure, or being cancelled.
    boolean isDone();

    /// Whether the task was cancelled before it was over.
    boolean isCancelled();

    /// How the task stands.
    Future.State state();

    /// The value of a task that has one.
    ///
    /// @throws IllegalStateException if it has none, or not yet
    T resultNow();

    /// What a task that has failed threw.
    ///
    /// @throws IllegalStateException if it has not failed, or not yet
    Throwable exceptionNow();

    /// The same task as the JDK knows it; cancelling or completing it ends the task.
    @Override
    CompletableFuture<T> toCompletableFuture();
}
