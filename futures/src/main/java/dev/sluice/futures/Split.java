package dev.sluice.futures;

import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/// What two halves share: the connection, and which of them is gone. The last one that goes closes it.
final class Split<S extends SocketStream> {
    static final int READER = 1;
    static final int WRITER = 2;
    private static final int REUNITED = 4;

    private final S stream;

    /// READER and WRITER if they are gone; REUNITED.
    private final AtomicInteger gone = new AtomicInteger();

    Split(S stream) {
        this.stream = stream;
    }

    /// The connection, for a half that is not gone.
    S of(int half) throws ClosedChannelException {
        int now = gone.get();
        if ((now & REUNITED) != 0) {
            throw new IllegalStateException("the halves of " + stream + " have been reunited, and are not used");
        }
        if ((now & half) != 0) {
            throw new ClosedChannelException();
        }
        return stream;
    }

    /// The connection, whatever has become of its halves.
    S stream() {
        return stream;
    }

    S reunite() {
        gone.updateAndGet(now -> now | REUNITED);
        return stream;
    }

    void closeReader() throws IOException {
        end(READER, StreamSocket::shutdownInput); // wakes a task that reads
    }

    void closeWriter() throws IOException {
        end(WRITER, StreamSocket::shutdownOutput);
    }

    private void end(int half, IoConsumer<StreamSocket> direction) throws IOException {
        if (!isLeft(half)) {
            return;
        }
        try {
            direction.accept(stream.socket);
        } catch (ClosedChannelException _) {
            return; // the other half has gone meanwhile, on another thread, and the connection with it
        }
    }

    void forgetWriter() {
        var _ = isLeft(WRITER);
    }

    /// A half goes.
    ///
    /// @return whether the other one goes on alone
    private boolean isLeft(int half) {
        int before = gone.getAndUpdate(now -> now | half);
        if ((before & (half | REUNITED)) != 0) {
            return false;
        }
        if (before != 0) {
            stream.close();
        }
        return stream.isOpen();
    }
}
