package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.AsyncWrite;
import dev.sluice.futures.Context;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.WriteZeroException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes items as frames.
///
/// Frames are collected and written together, gathered: by a flush, or when there are 8 KiB of them, which are
/// all written before another item is taken. Cancel safe: yes, a frame goes out whole or not at all. Once its
/// item has been taken, abandoning what sends it leaves it here, and it goes out with what is sent next.
///
/// One task at a time. The writer is not closed.
public final class FramedWrite<T> {
    /// How many bytes are collected before they are written, unless told otherwise.
    public static final int BACK_PRESSURE_BYTES = 8 * 1024;

    private static final ByteBuffer[] NONE = {};

    /// Null when this has been taken apart.
    private @Nullable AsyncWrite writer;

    private final Encoder<? super T> encoder;
    private int mostUnsent = BACK_PRESSURE_BYTES;

    /// What comes after [#leaving]; null if nothing does.
    private @Nullable ByteStringBuilder encoded;

    /// What is being written, from index `next` on.
    private ByteBuffer[] leaving = NONE;

    private int next;
    private long leavingBytes;
    private long written;

    /// @param writer where the bytes go; nobody else writes to it
    public FramedWrite(AsyncWrite writer, Encoder<? super T> encoder) {
        this(writer, encoder, ByteString.empty());
    }

    /// @param unsent what goes before the first frame
    public FramedWrite(AsyncWrite writer, Encoder<? super T> encoder, ByteString unsent) {
        this.writer = Objects.requireNonNull(writer);
        this.encoder = Objects.requireNonNull(encoder);
        if (!unsent.isEmpty()) {
            encoded = new ByteStringBuilder().put(unsent);
        }
    }

    /// Sets how many unsent bytes there may be before no more items are taken until they are written.
    public FramedWrite<T> backPressureAt(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("with back-pressure at " + bytes + " bytes nothing is ever sent");
        }
        mostUnsent = bytes;
        return this;
    }

    // As futures.

    /// Takes an item and writes all that is here. An item that the encoder refuses is not sent, and the next
    /// one may be. Cancel safe: yes, the frame goes out whole, with what is sent next, or the item was not taken.
    public PollFuture<Void> send(T item) {
        return new Sending<>(this, Objects.requireNonNull(item), Sending.Then.FLUSH);
    }

    /// Takes an item, and writes only when there is much unsent: for many items, and a [#flush] at the end.
    /// Cancel safe: yes, the item is taken or not.
    public PollFuture<Void> feed(T item) {
        return new Sending<>(this, Objects.requireNonNull(item), Sending.Then.KEEP);
    }

    /// Writes all that is here. Cancel safe: yes, the next flush goes on.
    public PollFuture<Void> flush() {
        return new Sending<>(this, null, Sending.Then.FLUSH);
    }

    /// Writes all that is here and ends the output. Again, it does nothing. Cancel safe: yes, the next one goes on.
    public PollFuture<Void> shutdown() {
        return new Sending<>(this, null, Sending.Then.SHUTDOWN);
    }

    // As polls.

    /// Makes sure that an item can be taken: writes all if there is much unsent.
    ///
    /// @return whether that is done; if not, the context's waker will be woken
    public boolean pollReady(Context cx) throws IOException {
        whole();
        return unsentBytes() < mostUnsent || pollFlush(cx);
    }

    /// Takes an item, whose frame will be written by the next flush. Ask [#pollReady] before; this does not
    /// refuse.
    ///
    /// @throws IllegalArgumentException if the encoder refuses the item
    public void put(T item) throws IOException {
        whole();
        var out = encoded;
        if (out == null) {
            out = new ByteStringBuilder();
        }
        int before = out.size();
        boolean fine = false;
        try {
            encoder.encode(item, out);
            fine = true;
        } finally {
            if (!fine) {
                var good = out.result().take(before);
                out.clear().put(good);
            }
            encoded = out.isEmpty() ? null : out;
        }
    }

    /// Writes all that is here, and flushes the writer.
    ///
    /// @return whether that is done; if not, the context's waker will be woken
    public boolean pollFlush(Context cx) throws IOException {
        var to = whole();
        return writeAll(cx, to) && to.pollFlush(cx);
    }

    /// Writes all that is here, and ends the output.
    ///
    /// @return whether that is done; if not, the context's waker will be woken
    public boolean pollShutdown(Context cx) throws IOException {
        var to = whole();
        return writeAll(cx, to) && to.pollShutdown(cx);
    }

    private boolean writeAll(Context cx, AsyncWrite to) throws IOException {
        while (isWriting()) {
            int count = leaving.length - next;
            long n = count == 1 ? to.pollWrite(cx, leaving[next]) : to.pollWrite(cx, leaving, next, count);
            if (n == AsyncIo.PENDING) {
                return false;
            }
            if (n == 0) {
                throw new WriteZeroException(written);
            }
            written += n;
            leavingBytes -= n;
        }
        return true;
    }

    /// Goes to the next bytes that are to be written.
    private boolean isWriting() {
        while (next < leaving.length && !leaving[next].hasRemaining()) {
            next++;
        }
        if (next < leaving.length) {
            return true;
        }
        var more = encoded;
        encoded = null;
        next = 0;
        leaving = more != null ? more.result().asByteBuffers() : NONE;
        leavingBytes = more != null ? more.size() : 0;
        return more != null;
    }

    /// How many bytes have been taken and not written.
    public long unsentBytes() {
        return leavingBytes + (encoded != null ? encoded.size() : 0);
    }

    /// What makes the frames.
    public Encoder<? super T> encoder() {
        return encoder;
    }

    /// Goes on with another encoder, behind what is unsent. This object is of no more use.
    public <R> FramedWrite<R> withEncoder(Encoder<? super R> other) {
        var to = whole();
        int most = mostUnsent;
        return new FramedWrite<R>(to, other, takeApart()).backPressureAt(most);
    }

    /// Takes this apart: it is of no more use, and the writer may be used without it.
    ///
    /// @return what has not been written
    public ByteString takeApart() {
        whole();
        writer = null;
        var unsent = new ByteStringBuilder();
        for (int i = next; i < leaving.length; i++) {
            unsent.put(leaving[i]);
        }
        leaving = NONE;
        leavingBytes = 0;
        next = 0;
        if (encoded != null) {
            unsent.put(encoded.result());
            encoded = null;
        }
        return unsent.result();
    }

    private AsyncWrite whole() {
        var to = writer;
        if (to == null) {
            throw new IllegalStateException("these frames have been taken apart");
        }
        return to;
    }
}
