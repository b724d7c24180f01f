package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A value that is worked for only while somebody asks for it.
///
/// A future is lazy: nothing happens until it is polled, and it goes on only by being polled. [#await] polls it on
/// the calling thread, [#spawn] in a task on an event loop. Its verbs are not those of [CompletionStage], which
/// stand for work that runs anyway.
///
/// A future belongs to one poller at a time and gives its value once: polling it after that, or after it has
/// thrown, is an [IllegalStateException]. Each future of this library says whether it is *cancel safe*: whether
/// dropping it half-way loses bytes.
@FunctionalInterface
public interface PollFuture<T> {
    /// Asks for the value. Never blocks.
    ///
    /// @param cx whose waker is woken when asking again is worth while
    /// @throws IOException why there will be no value
    /// @throws IllegalStateException if the value or the failure has been told already
    Poll<T> poll(Context cx) throws IOException;

    /// Says that this future will not be polled again: it lets go of what it holds. Waits need no doing, see
    /// [Context]. Does nothing once the value or the failure has been told.
    default void abandon() {}

    // One after the other.

    /// What `f` makes of the value. Cancel safe: if this is, as `f` gives its value in the same poll.
    default <R> PollFuture<R> map(IoFunction<? super T, ? extends R> f) {
        return new Chain.Mapping<>(this, f);
    }

    /// Goes on with the future that `f` makes of the value. Chains may be built without end, as by a future that
    /// goes on with another of its own kind: they neither grow nor need stack. Cancel safe: no, who drops a chain
    /// cannot tell how far it has come, and the value that `f` was given is lost.
    default <R> PollFuture<R> andThen(IoFunction<? super T, ? extends PollFuture<? extends R>> f) {
        return new Chain.Following<>(this, f);
    }

    /// Goes on with the future that `f` makes of a failure. Cancel safe: if both are; the failure is lost.
    default PollFuture<T> orElse(IoFunction<? super IOException, ? extends PollFuture<? extends T>> f) {
        return new Chain.Mending<>(this, f);
    }

    /// Tells `told` of a failure, which then goes on. Cancel safe: if this is.
    default PollFuture<T> onFailure(IoConsumer<? super IOException> told) {
        Objects.requireNonNull(told);
        return orElse(e -> {
            told.accept(e);
            throw e;
        });
    }

    /// Closes `resource` when this future is over: by its value, a failure, or being abandoned. Cancel safe: no, a
    /// cancel closes the resource.
    default PollFuture<T> closing(AutoCloseable resource) {
        return new Closing<>(this, Objects.requireNonNull(resource));
    }

    /// Gives this future a time limit, from its first poll on. When it is up this future is abandoned; a value
    /// that is there at the same time wins.
    ///
    /// Fails with [SocketTimeoutException]. Zero allows one poll. Cancel safe: if this is, which the time
    /// that is up cancels, too.
    default PollFuture<T> within(Duration limit) {
        return new Within<>(this, limit);
    }

    // Side by side.

    /// Both values, as [#join(List)] gives them. Cancel safe: if both are, but for a value that has come already.
    static <A, B> PollFuture<Both<A, B>> join(PollFuture<? extends A> first, PollFuture<? extends B> second) {
        return new Join<>(List.of(first, second)).map(Join::both);
    }

    /// All values, in the order of the futures, which take turns in being polled first. When one fails, the others are
    /// abandoned; so they are when this one is. Values that have come by then are lost, and closed if they are
    /// [AutoCloseable]. Cancel safe: if all are, but for values that have come already.
    static <T> PollFuture<List<T>> join(List<? extends PollFuture<? extends T>> all) {
        return new Join<>(all);
    }

    /// The value or the failure that is there first, as [#race(List)] gives it. Cancel safe: if both are.
    static <T> PollFuture<T> race(PollFuture<? extends T> first, PollFuture<? extends T> second) {
        return race(List.of(first, second));
    }

    /// The value or the failure that is there first; all other futures are abandoned. When several are there at the
    /// same time, it is that of the first one at the first poll; after that they take turns in being polled first.
    /// Cancel safe: if all are, as the losers may have begun.
    static <T> PollFuture<T> race(List<? extends PollFuture<? extends T>> all) {
        return new Race<>(all);
    }

    /// Two values.
    record Both<A, B>(A first, B second) {}

    // Beginnings.

    /// A value that is there. Cancel safe: yes.
    static <T> PollFuture<T> ready(T value) {
        return new Given<>(Objects.requireNonNull(value));
    }

    /// A future without a value, that is done. Cancel safe: yes.
    static PollFuture<Void> done() {
        return new Once<>("done", cx -> Poll.done());
    }

    /// A failure. Cancel safe: yes.
    static <T> PollFuture<T> failed(IOException why) {
        Objects.requireNonNull(why);
        return new Once<>("failed", cx -> {
            throw why;
        });
    }

    /// The future that `make` gives, which is asked for it at the first poll. Cancel safe: if that future is.
    static <T> PollFuture<T> lazy(IoSupplier<? extends PollFuture<T>> make) {
        return done().andThen(nothing -> make.get());
    }

    /// Goes round for ever: `f` makes a future of `seed`, then another of that one's value, and so on. Ends only
    /// by a failure, or by being abandoned. Cancel safe: no, who drops a loop cannot tell how far it has come.
    static <T, R> PollFuture<R> loop(T seed, IoFunction<? super T, ? extends PollFuture<T>> f) {
        return new Loop<>(seed, f);
    }

    /// Done after a time, which begins with the first poll. Cancel safe: yes.
    static PollFuture<Void> sleep(Duration time) {
        return new Sleep(time);
    }

    /// Lets every other task that is due run once, then is done. Cancel safe: yes.
    static PollFuture<Void> yieldNow() {
        var yielded = new boolean[1];
        return new Once<>("yieldNow", cx -> {
            if (yielded[0]) {
                return Poll.done();
            }
            yielded[0] = true;
            cx.waker().wake();
            return Poll.pending();
        });
    }

    /// What an eager computation gives. A failure that is no [IOException] and not unchecked comes as the cause
    /// of one. Abandoning does not touch the stage. Cancel safe: yes.
    static <T> PollFuture<T> from(CompletionStage<T> stage) {
        return new FromStage<>(Objects.requireNonNull(stage));
    }

    // Ends.

    /// Polls this future on the calling thread, which sleeps in between, until it has its value. On a virtual
    /// thread that costs no other thread.
    ///
    /// @throws InterruptedException if the thread is interrupted; this future has been abandoned
    /// @throws IllegalStateException on the thread of an event loop, which must not sleep
    default T await() throws IOException, InterruptedException {
        return Awaiting.await(this);
    }

    /// Starts a task that polls this future: on the loop whose thread calls, else on a loop of the shared reactor.
    /// A task follows its socket: when it first waits for one, it moves to that socket's loop.
    default JoinHandle<T> spawn() {
        var here = EventLoop.current();
        return Task.spawn(this, here != null ? here : Reactor.shared().nextLoop(), false);
    }

    /// Starts a task that polls this future on a given loop, and stays there.
    default JoinHandle<T> spawnOn(EventLoop loop) {
        return Task.spawn(this, loop, true);
    }

    /// Starts a task as [#spawn] does; cancelling what is returned cancels the task.
    default CompletableFuture<T> toCompletableFuture() {
        return spawn().toCompletableFuture();
    }
}
