package dev.sluice.actors;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/// Sends a range of a file, slice by slice, on threads that may wait for a disk; while the peer takes no more, on
/// none. Nobody else writes to the socket meanwhile.
final class FileTransfer implements Waiter, Runnable {
    private static final int COPY_BYTES = 64 * 1024;

    private final OpenFile file;
    private final StreamSocket socket;
    private final TcpExt tcp;
    private final Outgoing outgoing;

    // All below belong to whoever runs, one after the other.

    private long sent;

    /// For files that the system cannot send itself: what was read and not written.
    private ByteBuffer copied = ByteBuffer.allocate(0);

    FileTransfer(OpenFile file, StreamSocket socket, TcpExt tcp, Outgoing outgoing) {
        this.file = file;
        this.socket = socket;
        this.tcp = tcp;
        this.outgoing = outgoing;
    }

    OpenFile file() {
        return file;
    }

    void start() {
        tcp.files().execute(this);
    }

    /// The peer takes more.
    @Override
    public void wake() {
        tcp.files().execute(this);
    }

    @Override
    public void run() {
        try {
            while (sent < file.count()) {
                long slice = Math.min(tcp.fileSliceBytes(), file.count() - sent);
                long n = file.channel() instanceof FileChannel channel
                        ? socket.transferFrom(channel, file.position() + sent, slice)
                        : copy(file.channel(), slice);
                if (n != StreamSocket.WOULD_BLOCK) {
                    sent += n;
                    outgoing.progress();
                } else if (socket.output().await(this)) {
                    return;
                }
            }
            outgoing.sent(this, null);
        } catch (EOFException e) {
            outgoing.sent(this, tooShort(e));
        } catch (IOException | RuntimeException e) {
            outgoing.sent(this, e);
        }
    }

    /// For file systems that are not the operating system's.
    private long copy(SeekableByteChannel channel, long most) throws IOException {
        if (!copied.hasRemaining()) {
            copied = ByteBuffer.allocate((int) Math.min(COPY_BYTES, most));
            channel.position(file.position() + sent);
            while (copied.hasRemaining()) {
                if (channel.read(copied) < 0) {
                    break;
                }
            }
            if (copied.flip().remaining() == 0) {
                throw new EOFException(file.path() + " has ended");
            }
        }
        return socket.write(copied);
    }

    /// The stream would look complete, and is not: that ends the connection.
    private EOFException tooShort(EOFException e) {
        var shorter = new EOFException(file.path() + " has become shorter while it was sent: " + (file.count() - sent)
                + " of " + file.count() + " bytes are missing");
        shorter.initCause(e);
        return shorter;
    }

    void close() {
        file.close();
    }

    @Override
    public String toString() {
        return "sending " + file.path();
    }
}
