package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Moves bytes from a source to a target until the source ends.
///
/// The bytes go through a large buffer that is borrowed for one read and the write of what it gave, so a copy that
/// waits holds no buffer; a target that takes no more costs the memory of what it has not taken. While the source
/// has nothing, what the target keeps is flushed, as the source may be waiting for an answer to it.
final class Copy<R extends AsyncRead, W extends AsyncWrite> implements PollFuture<AsyncIo.Copied<R, W>> {
    private final R source;
    private final W target;
    private long copied;

    /// What was read and the target has not taken.
    private @Nullable ByteBuffer rest;

    private boolean unflushed;
    private boolean ended;
    private boolean over;

    Copy(R source, W target) {
        this.source = source;
        this.target = target;
    }

    /// How many bytes the target has taken so far.
    long copied() {
        return copied;
    }

    @Override
    public Poll<AsyncIo.Copied<R, W>> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("copy polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        if ((!ended && !moveAll(cx)) || !flushed(cx)) {
            over = false;
            return Poll.pending();
        }
        return Poll.ready(new AsyncIo.Copied<>(copied, source, target));
    }

    /// @return whether the source has ended and the target taken all; if not, something is waited for
    private boolean moveAll(Context cx) throws IOException {
        while (true) {
            if (rest != null && !restTaken(cx, rest)) {
                return false;
            }
            int n = moveSome(cx);
            if (n == AsyncIo.EOF) {
                ended = true;
                return true;
            }
            if (n == AsyncIo.PENDING) {
                var _ = flushed(cx);
                return false;
            }
        }
    }

    /// One read, and one write of what it gave.
    private int moveSome(Context cx) throws IOException {
        var buffers = cx.buffers();
        var large = buffers.take();
        try {
            int n = source.pollRead(cx, large);
            if (n > 0) {
                large.flip();
                int written = target.pollWrite(cx, large);
                taken(written, n);
                if (large.hasRemaining()) {
                    rest = ByteBuffer.allocate(large.remaining()).put(large).flip();
                }
            }
            return n;
        } finally {
            buffers.give(large);
        }
    }

    private boolean restTaken(Context cx, ByteBuffer left) throws IOException {
        while (left.hasRemaining()) {
            int written = target.pollWrite(cx, left);
            if (written == AsyncIo.PENDING) {
                return false;
            }
            taken(written, left.remaining());
        }
        rest = null;
        return true;
    }

    private void taken(int written, int offered) throws IOException {
        if (written > 0) {
            copied += written;
            unflushed = true;
        } else if (written == 0 && offered > 0) {
            throw new WriteZeroException(copied);
        }
    }

    private boolean flushed(Context cx) throws IOException {
        if (unflushed && target.pollFlush(cx)) {
            unflushed = false;
        }
        return !unflushed;
    }
}
