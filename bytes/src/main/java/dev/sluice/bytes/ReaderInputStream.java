package dev.sluice.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/// A reader as a stream: its position is the stream's. Nothing here blocks or fails; closing does nothing.
final class ReaderInputStream extends InputStream {

    private final ByteStringReader reader;

    ReaderInputStream(ByteStringReader reader) {
        this.reader = reader;
    }

    @Override
    public int read() {
        return reader.hasRemaining() ? reader.readUnsignedByte() : -1;
    }

    @Override
    public int read(byte[] target, int at, int length) {
        Objects.checkFromIndexSize(at, length, target.length);
        if (length == 0) {
            return 0;
        }
        int count = Math.min(length, reader.remaining());
        if (count == 0) {
            return -1;
        }
        reader.readInto(target, at, count);
        return count;
    }

    @Override
    public byte[] readAllBytes() {
        return readNBytes(Integer.MAX_VALUE);
    }

    @Override
    public byte[] readNBytes(int length) {
        if (length < 0) {
            throw new IllegalArgumentException(length + " bytes");
        }
        return reader.readBytes(Math.min(length, reader.remaining())).toByteArray();
    }

    @Override
    public long skip(long count) {
        int skipped = Math.clamp(count, 0, reader.remaining());
        reader.skip(skipped);
        return skipped;
    }

    @Override
    public int available() {
        return reader.remaining();
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public void mark(int readLimit) {
        reader.mark();
    }

    @Override
    public void reset() {
        reader.reset();
    }

    @Override
    public long transferTo(OutputStream target) throws IOException {
        ByteString rest = reader.rest();
        rest.writeTo(target);
        reader.skip(rest.size());
        return rest.size();
    }
}
