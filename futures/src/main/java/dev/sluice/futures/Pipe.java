package dev.sluice.futures;

import dev.sluice.reactor.Readiness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// Bytes on their way through memory in one direction, with a bound. Any thread; one reads and one writes at a
/// time. Who waits is woken outside the lock.
final class Pipe {
    private final Object lock = new Object();

    // All below is guarded by the lock.

    private final byte[] ring;
    private int first;
    private int size;

    /// The writer will write no more.
    private boolean ended;

    /// The reader will read no more.
    private boolean broken;

    /// Ends when there is something new for who waits on the other side; null while nobody does.
    private @Nullable Readiness news;

    Pipe(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " has no room for a byte");
        }
        this.ring = new byte[capacity];
    }

    int read(Context cx, ByteBuffer dst) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        int n;
        Readiness told;
        synchronized (lock) {
            if (broken) {
                throw new ClosedChannelException();
            }
            if (size == 0) {
                return ended ? AsyncIo.EOF : await(cx);
            }
            n = Math.min(size, dst.remaining());
            int straight = Math.min(n, ring.length - first);
            dst.put(ring, first, straight).put(ring, 0, n - straight);
            first = (first + n) % ring.length;
            size -= n;
            told = takeNews();
        }
        tell(told);
        cx.moved(n);
        return n;
    }

    int write(Context cx, ByteBuffer src) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        int n;
        Readiness told;
        synchronized (lock) {
            if (broken || ended) {
                throw new IOException(
                        "broken pipe: " + (ended ? "this end has been shut down" : "the other end has been closed"));
            }
            n = Math.min(src.remaining(), ring.length - size);
            if (n == 0) {
                return src.hasRemaining() ? await(cx) : 0;
            }
            int at = (first + size) % ring.length;
            int straight = Math.min(n, ring.length - at);
            src.get(ring, at, straight).get(ring, 0, n - straight);
            size += n;
            told = takeNews();
        }
        tell(told);
        cx.moved(n);
        return n;
    }

    /// What has been written can still be read.
    void end() {
        Readiness told;
        synchronized (lock) {
            ended = true;
            told = takeNews();
        }
        tell(told);
    }

    /// What has been written is lost.
    void breakOff() {
        Readiness told;
        synchronized (lock) {
            broken = true;
            size = 0;
            told = takeNews();
        }
        tell(told);
    }

    /// Reader and writer never wait at the same time: the pipe would be empty and full.
    private int await(Context cx) {
        if (news == null) {
            news = Readiness.pending();
        }
        cx.await(news, null);
        cx.giveBack();
        return AsyncIo.PENDING;
    }

    private @Nullable Readiness takeNews() {
        var taken = news;
        news = null;
        return taken;
    }

    private static void tell(@Nullable Readiness news) {
        if (news != null) {
            news.end();
        }
    }
}
