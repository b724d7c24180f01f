package dev.sluice.futures;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A future that closes a resource when it is over, however that comes.
final class Closing<T> implements PollFuture<T> {
    private final PollFuture<T> inner;
    private final AutoCloseable resource;
    private boolean closed;

    Closing(PollFuture<T> inner, AutoCloseable resource) {
        this.inner = inner;
        this.resource = resource;
    }

    @Override
    public Poll<T> poll(Context cx) throws IOException {
        Poll<T> poll;
        try {
            poll = inner.poll(cx);
        } catch (Throwable t) {
            closeAfter(t);
            throw t;
        }
        if (poll.isReady()) {
            close();
        }
        return poll;
    }

    @Override
    public void abandon() {
        try {
            inner.abandon();
        } finally {
            try {
                close();
            } catch (IOException | RuntimeException e) {
                Task.report("closing " + resource + " of an abandoned future", e);
            }
        }
    }

    /// Closes a value that was there when nobody was left to take it: what it holds, such as a descriptor, would leak.
    static void dropped(@Nullable Object value) {
        if (value instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                Task.report("closing " + value + ", which nobody takes,", e);
            }
        }
    }

    private void closeAfter(Throwable t) {
        try {
            close();
        } catch (IOException | RuntimeException e) {
            t.addSuppressed(e);
        }
    }

    private void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            resource.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("close of " + resource + " failed: " + e.getMessage(), e);
        }
    }
}
