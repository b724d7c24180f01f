package dev.sluice.futures;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A stream as an iterator that waits for each item on the calling thread: for virtual threads.
///
/// ```java
/// try (var connections = listener.incoming().blocking()) {
///     for (var socket : connections) {
///         Thread.startVirtualThread(() -> serve(socket));
///     }
/// }
/// ```
///
/// The items can be gone through once, by one thread: every iterator goes on where the last one was. A failure
/// of the stream is an [UncheckedIOException], after which the iterator may be asked again. An interrupt is one
/// too, with an [InterruptedIOException]; the thread's flag is set again, and no item is lost. Not to be used
/// on the thread of an event loop, where it is an [IllegalStateException].
public final class BlockingStream<T> implements Iterable<T>, AutoCloseable {
    private final PollStream<T> items;
    private @Nullable T next;
    private boolean ended;

    BlockingStream(PollStream<T> items) {
        this.items = items;
    }

    /// Waits for each item.
    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return peek() != null;
            }

            @Override
            public T next() {
                var item = peek();
                if (item == null) {
                    throw new NoSuchElementException("the stream has ended");
                }
                next = null;
                return item;
            }
        };
    }

    private @Nullable T peek() {
        if (next == null && !ended) {
            next = awaitNext().orElse(null);
            ended = next == null;
        }
        return next;
    }

    private Optional<T> awaitNext() {
        try {
            return items.next().await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("waiting for the next item was interrupted");
            interrupted.initCause(e);
            throw new UncheckedIOException(interrupted);
        }
    }

    /// Abandons the stream: it lets go of what it holds. There are no more items.
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            next = null;
            items.abandon();
        }
    }
}
