package dev.sluice.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;

/// A channel that takes no more than a fixed number of bytes at a time, as a socket whose send buffer is nearly full.
final class StutteringChannel implements GatheringByteChannel {

    private final int most;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    StutteringChannel(int most) {
        this.most = most;
    }

    byte[] bytes() {
        return taken.toByteArray();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        int count = 0;
        for (ByteBuffer source : Arrays.asList(sources).subList(offset, offset + length)) {
            byte[] part = new byte[Math.min(most - count, source.remaining())];
            source.get(part);
            taken.writeBytes(part);
            count += part.length;
        }
        return count;
    }

    @Override
    public long write(ByteBuffer[] sources) {
        return write(sources, 0, sources.length);
    }

    @Override
    public int write(ByteBuffer source) {
        return (int) write(new ByteBuffer[] {source});
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
