package dev.sluice.futures;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Objects;

/// Writes a range of a file to a socket.
final class WriteFile implements PollFuture<Void> {
    private final SocketStream target;
    private final FileChannel file;
    private final long position;
    private final long count;
    private long written;
    private boolean over;

    WriteFile(SocketStream target, FileChannel file, long position, long count) {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException("no range of a file: " + count + " bytes from " + position);
        }
        this.target = target;
        this.file = Objects.requireNonNull(file);
        this.position = position;
        this.count = count;
    }

    @Override
    public Poll<Void> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("writeFile polled after it was done");
        }
        over = true; // by whatever is thrown from here on
        while (written < count) {
            if (file.size() <= position + written) {
                throw new EarlyEndException(written, count);
            }
            long n = target.pollTransferFrom(cx, file, position + written, count - written);
            if (n == AsyncIo.PENDING) {
                over = false;
                return Poll.pending();
            }
            written += n;
        }
        return Poll.done();
    }
}
