package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.Context;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.Step;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The frames of a stream of bytes.
///
/// Bytes are read only when a frame is asked for and none is there, at most 64 KiB at a time, through a buffer
/// that is borrowed; what is left of them lies here until it is a frame, bounded by [Decoder#maxFrameBytes].
/// Cancel safe: yes, what has come stays here whoever asks next.
///
/// ```
///   frame, frame, [FrameException], frame … ── end of input ──▶ Done
///        any other failure ──▶ Done, and asking again goes on with what is there
/// ```
///
/// A [FrameException] costs that frame only. Any other failure, of the reader or the decoder, is followed by
/// [Step.Done]; whoever asks after that means to go on: bytes that are left are decoded, and more are read. In
/// the same way an input that goes on after its end is read on.
///
/// One task at a time. The reader is not closed.
public final class FramedRead<T> implements PollStream<T> {
    private static final int READ_BYTES = 64 * 1024;

    /// Null when this has been taken apart.
    private @Nullable AsyncRead reader;

    private final Decoder<? extends T> decoder;
    private final Unread unread = new Unread();

    /// Whether there may be a frame in what is unread.
    private boolean undecoded;

    /// Whether the input has ended, and what is left is being decoded.
    private boolean ended;

    /// Whether the end has been told.
    private boolean endTold;

    private boolean failed;

    /// @param reader where the bytes come from; nobody else reads from it
    public FramedRead(AsyncRead reader, Decoder<? extends T> decoder) {
        this(reader, decoder, ByteString.empty());
    }

    /// @param unread what has been read before, and comes first
    public FramedRead(AsyncRead reader, Decoder<? extends T> decoder, ByteString unread) {
        this.reader = Objects.requireNonNull(reader);
        this.decoder = Objects.requireNonNull(decoder);
        if (!unread.isEmpty()) {
            this.unread.add(unread.asByteBuffer());
            undecoded = true;
        }
    }

    @Override
    public Step<T> pollNext(Context cx) throws IOException {
        var from = whole();
        if (failed) {
            return doneAfterFailure();
        }
        while (cx.proceed()) {
            if (undecoded) {
                var frame = frame();
                if (frame != null) {
                    return Step.item(frame);
                }
                undecoded = false;
                if (ended) {
                    return done();
                }
            }
            int n = read(cx, from);
            if (n == AsyncIo.PENDING) {
                unread.shrink();
                cx.giveBack();
                break;
            }
            if (n == AsyncIo.EOF && endTold) {
                return Step.done();
            }
            ended = n == AsyncIo.EOF;
            endTold = false;
            undecoded = true;
        }
        return Step.pending();
    }

    private @Nullable T frame() throws IOException {
        var in = unread.forDecoder();
        int limit = in.limit();
        boolean fine = false;
        try {
            var frame = ended ? decoder.decodeEnd(in) : decoder.decode(in);
            unread.afterDecoder(limit);
            if (frame == null && unread.size() > decoder.maxFrameBytes()) {
                throw new ProtocolException("no frame in " + unread.size() + " bytes, where one has "
                        + decoder.maxFrameBytes() + " at most");
            }
            fine = true;
            return frame;
        } catch (FrameException e) {
            fine = true;
            throw e;
        } finally {
            unread.afterDecoder(limit);
            failed = !fine;
        }
    }

    private int read(Context cx, AsyncRead from) throws IOException {
        var buffers = cx.buffers();
        var large = buffers.take();
        failed = true; // by what is thrown from here on
        try {
            int n = from.pollRead(cx, large.limit(Math.min(READ_BYTES, large.capacity())));
            if (n > 0) {
                unread.add(large.flip());
            }
            failed = false;
            return n;
        } finally {
            buffers.give(large);
        }
    }

    private Step<T> doneAfterFailure() {
        failed = false;
        return ended ? done() : Step.done();
    }

    private Step<T> done() {
        ended = false;
        endTold = true;
        undecoded = false;
        unread.shrink();
        return Step.done();
    }

    /// What cuts the bytes.
    public Decoder<? extends T> decoder() {
        return decoder;
    }

    /// Goes on with another decoder, which gets the bytes that were read and not taken. This object is of no
    /// more use.
    public <R> FramedRead<R> withDecoder(Decoder<? extends R> other) {
        var from = whole();
        return new FramedRead<>(from, other, takeApart());
    }

    /// Takes this apart: it is of no more use, and the reader may be used without it.
    ///
    /// @return what was read and not taken
    public ByteString takeApart() {
        whole();
        reader = null;
        return unread.takeAll();
    }

    private AsyncRead whole() {
        var from = reader;
        if (from == null) {
            throw new IllegalStateException("these frames have been taken apart");
        }
        return from;
    }
}
