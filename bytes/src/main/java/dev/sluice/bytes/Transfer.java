package dev.sluice.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Bytes from and to code that is not ours. It is never given an array that a byte string holds, since it could keep
/// the array or write to it; bytes go through a scratch array instead.
final class Transfer {

    private static final int SCRATCH_BYTES = 8192;

    private Transfer() {}

    static ByteString from(InputStream source, int limit) throws IOException {
        Objects.requireNonNull(source);
        var bytes = new ByteStringBuilder();
        byte[] scratch = new byte[Math.min(checkLimit(limit), SCRATCH_BYTES)];
        while (bytes.size() < limit) {
            int count = source.read(scratch, 0, Math.min(scratch.length, limit - bytes.size()));
            if (count < 0) {
                break;
            }
            bytes.put(scratch, 0, count);
        }
        return bytes.result();
    }

    static ByteString from(ReadableByteChannel source, int limit) throws IOException {
        Objects.requireNonNull(source);
        var bytes = new ByteStringBuilder();
        ByteBuffer scratch = ByteBuffer.allocate(Math.min(checkLimit(limit), SCRATCH_BYTES));
        while (bytes.size() < limit) {
            scratch.clear().limit(Math.min(scratch.capacity(), limit - bytes.size()));
            if (source.read(scratch) <= 0) {
                break;
            }
            bytes.put(scratch.flip());
        }
        return bytes.result();
    }

    private static int checkLimit(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("a limit of " + limit + " bytes");
        }
        return limit;
    }

    /// Takes the bytes `[from, from + length)` of an array, at once.
    @FunctionalInterface
    interface Sink<X extends Exception> {
        void accept(byte[] array, int from, int length) throws X;
    }

    static <X extends Exception> void to(Sink<X> sink, ByteString bytes) throws X {
        byte[] scratch = new byte[Math.min(bytes.size, SCRATCH_BYTES)];
        int at = 0;
        while (at < bytes.size) {
            int count = bytes.copyTo(at, scratch, 0, scratch.length);
            sink.accept(scratch, 0, count);
            at += count;
        }
    }

    /// Read-only buffers of what follows `from`, a fragment each, at least one and at most `limit`.
    static ByteBuffer[] buffers(ByteString bytes, int from, int limit) {
        List<ByteBuffer> buffers = new ArrayList<>();
        var run = new FragmentCursor(bytes, from, bytes.size);
        do {
            buffers.add(buffer(run.array, run.offset, run.length));
            run.next();
        } while (run.length > 0 && buffers.size() < limit);
        return buffers.toArray(ByteBuffer[]::new);
    }

    /// A read-only buffer that does not reach beyond the range.
    static ByteBuffer buffer(byte[] array, int from, int length) {
        return ByteBuffer.wrap(array, from, length).slice().asReadOnlyBuffer();
    }
}
