package dev.sluice.futures;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Predicate;

/// Values that come one after the other, each only when it is asked for.
///
/// A stream that has thrown may be polled again; whether it goes on is the stream's affair. That of a listener
/// does.
@FunctionalInterface
public interface PollStream<T> {
    /// Asks for the next item. Never blocks. After [Step.Done] the stream gives that for ever.
    Step<T> pollNext(Context cx) throws IOException;

    /// Says that this stream will not be polled again: it lets go of what it holds.
    default void abandon() {}

    /// The next item; empty at the end. Cancel safe: yes.
    default PollFuture<Optional<T>> next() {
        return new Once<>("next", cx -> switch (pollNext(cx)) {
            case Step.Item<T>(var item) -> Poll.ready(Optional.of(item));
            case Step.Done<T> _ -> Poll.ready(Optional.empty());
            case Step.Pending<T> _ -> Poll.pending();
        });
    }

    // From one stream to another.

    /// What `f` makes of each item. Cancel safe: if this stream is, as `f` gives its value in the same poll.
    default <R> PollStream<R> map(IoFunction<? super T, ? extends R> f) {
        return new MappedStream<>(this, item -> Objects.requireNonNull(f.apply(item)));
    }

    /// The items that `wanted` holds for. Cancel safe: if this stream is.
    default PollStream<T> filter(Predicate<? super T> wanted) {
        return new MappedStream<>(this, item -> wanted.test(item) ? item : null);
    }

    /// The first `count` items; the rest is not asked for. Cancel safe: if this stream is.
    default PollStream<T> take(long count) {
        return new TakenStream<>(this, count);
    }

    /// Tells `told` of each failure, and goes on. After a [java.nio.channels.ClosedChannelException] there is nothing
    /// to go on with: it is told like any other, and then the stream ends. Cancel safe: if this stream is.
    default PollStream<T> onFailure(IoConsumer<? super IOException> told) {
        return new MendedStream<>(this, told);
    }

    // To the end.

    /// Gives each item to `f`, which returns soon; what takes time it spawns. Cancel safe: if this stream is, as no
    /// item is kept; but dropping it abandons the stream.
    default PollFuture<Void> forEach(IoConsumer<? super T> f) {
        return forEachAwait(item -> {
            f.accept(item);
            return PollFuture.done();
        });
    }

    /// Waits for what `f` makes of an item before it asks for the next one. Cancel safe: no, what `f` has made of the
    /// current item is abandoned.
    default PollFuture<Void> forEachAwait(IoFunction<? super T, ? extends PollFuture<?>> f) {
        return new ForEach<>(this, f);
    }

    /// Spawns what `f` makes of each item, and asks for no more items while `most` of them are under way. Done
    /// when the stream has ended and all of them are; the first failure cancels the others. Cancel safe: no, those
    /// under way are cancelled.
    default PollFuture<Void> forEachConcurrent(int most, IoFunction<? super T, ? extends PollFuture<?>> f) {
        return new ForEachConcurrent<>(this, most, f);
    }

    /// Spawns what `f` makes of each item, `most` at a time, and gives what they come to in the order of the
    /// items. Cancel safe: yes, tasks go on between polls and keep their values here; abandoning the stream cancels
    /// them.
    default <R> PollStream<R> buffered(int most, IoFunction<? super T, ? extends PollFuture<R>> f) {
        return new Buffered<>(this, most, f);
    }

    /// All items. Cancel safe: no, those that have come are lost.
    default PollFuture<List<T>> toList() {
        var all = new ArrayList<T>();
        return forEach(all::add).map(done -> all);
    }

    /// An iterator that waits for each item on the calling thread, for virtual threads; to be closed.
    default BlockingStream<T> blocking() {
        return new BlockingStream<>(this);
    }

    /// This stream for one subscriber; a second one is told an [IllegalStateException]. A task that is spawned
    /// for the subscriber polls for as many items as it requests, and then not at all; cancelling abandons the
    /// stream. The subscriber is called by that task, on an event loop, so it must not block.
    default Flow.Publisher<T> toPublisher() {
        return new Publishing<>(this);
    }

    // Beginnings.

    /// The items of a publisher, each requested when it is asked for. Subscribes at the first poll; abandoning
    /// cancels. Cancel safe: yes.
    static <T> PollStream<T> from(Flow.Publisher<? extends T> publisher) {
        return from(publisher, 1);
    }

    /// The items of a publisher, requested `ahead` at a time whenever all of them have been taken. Cancel safe: yes,
    /// they wait here; abandoning the stream drops them.
    static <T> PollStream<T> from(Flow.Publisher<? extends T> publisher, int ahead) {
        return new FromPublisher<>(publisher, ahead);
    }

    /// The items of a list. Cancel safe: yes.
    static <T> PollStream<T> of(Iterable<T> items) {
        var iterator = items.iterator();
        return cx -> !cx.proceed() ? Step.pending() : iterator.hasNext() ? Step.item(iterator.next()) : Step.done();
    }

    /// The numbers from 0 on, one each `period`: the first one period after the first poll. When polling is late,
    /// periods that have gone by are left out. Cancel safe: yes.
    static PollStream<Long> interval(Duration period) {
        return new Interval(period);
    }
}
