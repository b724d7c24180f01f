package dev.sluice.sockets;

import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.io.InterruptedIOException;

/// Moves bytes from one channel to another, through a large buffer of the reactor's that is held only between a
/// read and the write of what it gave. A target that takes no more costs the memory of what it has not taken.
final class Copy {
    private final Input input;
    private final Output output;
    private final BufferPool buffers;
    private long copied;

    Copy(Input input, Output output) {
        this.input = input;
        this.output = output;
        this.buffers = input.stream().loop().reactor().buffers();
    }

    /// @return how many bytes; fewer than the limit only if the input has ended
    long run(long limit) throws IOException {
        output.begin();
        try {
            output.flush();
            if (!input.received.isEmpty() && limit > 0) {
                copyReceived(limit);
            }
            while (copied < limit && copySome(limit - copied)) {
                output.flush();
            }
            return copied;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, copied);
            throw e;
        } finally {
            output.end();
        }
    }

    private void copyReceived(long limit) throws IOException {
        int n = (int) Math.min(limit, input.received.size());
        var bytes = input.received.copy(n);
        input.received.skip(n);
        copied += n;
        output.writeOrKeep(bytes.asByteBuffer());
        output.flush();
    }

    /// Waits until there is something, then moves what one read gives.
    private boolean copySome(long most) throws IOException {
        if (!input.awaitReady()) {
            return false;
        }
        int n;
        var large = buffers.take();
        try {
            large.limit((int) Math.min(most, large.capacity()));
            n = input.tryRead(large);
            if (n > 0) {
                copied += n;
                output.writeOrKeep(large.flip());
            }
        } finally {
            buffers.give(large);
        }
        if (n > 0) {
            input.giveWay(n);
        }
        return n != StreamSocket.END;
    }
}
