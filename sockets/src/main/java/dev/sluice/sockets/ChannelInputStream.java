package dev.sluice.sockets;

import java.io.IOException;
import java.io.InputStream;

/// A read channel as the JDK's stream.
final class ChannelInputStream extends InputStream {
    private final ByteReadChannel channel;

    ChannelInputStream(ByteReadChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read() throws IOException {
        return channel.awaitContent(1) ? Byte.toUnsignedInt(channel.readByte()) : -1;
    }

    @Override
    public int read(byte[] dst, int offset, int length) throws IOException {
        return channel.readAvailable(dst, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
        return count <= 0 ? 0 : channel.discard(count);
    }

    /// What can be read without a call to the system.
    @Override
    public int available() {
        return channel.available();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
