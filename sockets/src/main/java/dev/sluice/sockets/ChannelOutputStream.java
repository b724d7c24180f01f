package dev.sluice.sockets;

import java.io.IOException;
import java.io.OutputStream;

/// A write channel as the JDK's stream.
final class ChannelOutputStream extends OutputStream {
    private final ByteWriteChannel channel;

    ChannelOutputStream(ByteWriteChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
        channel.writeByte(value);
    }

    @Override
    public void write(byte[] src, int offset, int length) throws IOException {
        channel.writeFully(src, offset, length);
    }

    @Override
    public void flush() throws IOException {
        channel.flush();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
