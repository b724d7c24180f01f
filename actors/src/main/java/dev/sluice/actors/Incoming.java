package dev.sluice.actors;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.net.SocketException;

/// The reading side of a connection, on its loop: reads while that is wanted, and gives what it has read as
/// right-sized byte strings.
///
/// While reading is suspended it still notices the end of the connection, unless bytes that nobody has asked for come
/// before it. The peer's end is told when reading goes on; a connection that is lost is told at once, on a transport
/// that says so by itself.
final class Incoming implements Waiter {
    /// After a read of so many bytes another large one is likely.
    private static final int LARGE_BYTES = 16 * 1024;

    /// How much of an array is in use when it is given away: what is not is wasted as long as the bytes are kept.
    private static final int NEARLY_FULL_BYTES = BufferPool.LARGE_BYTES / 4 * 3;

    private final TcpConnection connection;
    private final TcpExt tcp;
    private final StreamSocket socket;
    private final EventLoop loop;
    private final ConnectionSettings settings;
    private final boolean pullMode;

    /// Whether there is somebody to give it to.
    private boolean started;

    private boolean suspended;

    /// Whether the last read was large.
    private boolean large;

    /// What comes is thrown away: only the end matters.
    private boolean discarding;

    /// The peer's end has been met.
    private boolean ended;

    private boolean endTold;
    private boolean watchesLoss;

    /// Whether [#readOn] is on its way, after a turn that was long enough.
    private boolean yielded;

    private final Runnable read = this::read;
    private final Runnable readOn = this::readOn;

    /// @param pullMode whether each read needs to be asked for
    Incoming(TcpConnection connection, TcpExt tcp, StreamSocket socket, ConnectionSettings settings, boolean pullMode) {
        this.connection = connection;
        this.tcp = tcp;
        this.socket = socket;
        this.loop = socket.loop();
        this.settings = settings;
        this.pullMode = pullMode;
        this.suspended = pullMode;
    }

    void start() {
        started = true;
        read();
    }

    void suspend() {
        suspended = true;
        read();
    }

    void resume() {
        suspended = false;
        read();
    }

    boolean isSuspended() {
        return suspended;
    }

    /// Nobody wants what comes any more: it is read and thrown away until the end.
    void discard() {
        discarding = true;
        suspended = false;
        start();
    }

    /// The peer's end is all that is waited for.
    void awaitEnd() {
        read();
    }

    /// On the loop, which tells of an event and is in no actor: so reading needs no further turn.
    @Override
    public void wake() {
        if (loop.inLoop()) {
            read();
        } else {
            loop.execute(read);
        }
    }

    private void readOn() {
        yielded = false;
        read();
    }

    private void read() {
        if (!started || yielded || connection.isReleasing()) {
            return;
        }
        try {
            if (!suspended) {
                readTurn();
            }
            if (suspended && !connection.isReleasing()) {
                lookForEnd();
            }
        } catch (IOException | RuntimeException e) {
            connection.lost(e);
        }
    }

    private void readTurn() throws IOException {
        long left = settings.turnBytes();
        boolean drained = false;
        while (!suspended && !connection.isReleasing()) {
            if (ended) {
                tellEnd();
                return;
            }
            if (drained && socket.input().await(this)) {
                return;
            }
            if (left <= 0) {
                yielded = true;
                loop.executeNextTurn(readOn);
                return;
            }
            int room = (int) Math.min(Math.min(settings.receiveBytes(), left), BufferPool.LARGE_BYTES);
            int n = receive(room);
            ended = n == StreamSocket.END;
            drained = n < room; // as the socket knows, too
            left -= Math.max(0, n);
        }
    }

    /// Reads once, and gives what has come.
    ///
    /// What is small is copied out of a buffer that every connection uses. After a large read the next one goes
    /// into an array, which is given away as it is when it is nearly full, and copied from otherwise.
    private int receive(int room) throws IOException {
        var pool = large ? tcp.arrays() : loop.reactor().buffers();
        var buffer = pool.take();
        boolean givenAway = false;
        try {
            int n = socket.read(buffer.limit(room));
            if (n >= 0) {
                large = n >= LARGE_BYTES;
                if (!discarding) {
                    givenAway = buffer.hasArray() && n >= NEARLY_FULL_BYTES;
                    give(
                            givenAway
                                    ? ByteString.unsafeWrap(buffer.array(), buffer.arrayOffset(), n)
                                    : ByteString.copyOf(buffer.flip()));
                }
            }
            return n;
        } finally {
            if (!givenAway) {
                pool.give(buffer);
            }
        }
    }

    private void give(ByteString bytes) {
        suspended = pullMode;
        connection.received(bytes);
    }

    private void tellEnd() {
        if (!endTold) {
            endTold = true;
            connection.peerEnded();
            watchLoss();
        }
    }

    /// Has the end noticed while nobody reads.
    private void lookForEnd() throws IOException {
        while (!ended) {
            int n = peek();
            if (n > 0) {
                break; // to be read first
            }
            if (n == StreamSocket.END) {
                ended = true;
            } else if (socket.input().await(this)) {
                return;
            }
        }
        if (ended && connection.waitsForPeer()) {
            tellEnd();
        } else {
            watchLoss();
        }
    }

    private int peek() throws IOException {
        var buffers = loop.reactor().buffers();
        var buffer = buffers.take();
        try {
            return socket.peek(buffer.limit(1));
        } finally {
            buffers.give(buffer);
        }
    }

    /// Has a reset noticed while nobody reads and the input tells nothing new. After this side's end has been sent,
    /// the output tells nothing new either.
    private void watchLoss() {
        if (watchesLoss || connection.waitsForPeer() || connection.isReleasing()) {
            return;
        }
        watchesLoss = true;
        Waiter news = () -> loop.execute(this::lookForLoss);
        if (!socket.output().observeEnd(news)) {
            news.wake();
        }
    }

    private void lookForLoss() {
        watchesLoss = false;
        if (connection.isReleasing() || !(suspended || ended)) {
            return; // whoever reads finds it
        }
        if (connection.isLost()) {
            connection.lost(lossOf());
        } else {
            watchLoss();
        }
    }

    /// Why the connection was lost. What has come before is lost, too; after the peer's end, the system does not say.
    private Exception lossOf() {
        var buffers = loop.reactor().buffers();
        var large = buffers.take();
        try {
            int n;
            do {
                n = socket.read(large.clear());
            } while (n >= 0);
            return new SocketException("reset by the peer after its end on " + socket);
        } catch (IOException | RuntimeException e) {
            return e;
        } finally {
            buffers.give(large);
        }
    }
}
