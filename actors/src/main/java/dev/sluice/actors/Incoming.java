package dev.sluice.actors;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;

/// The reading side of a connection, on its loop: reads while that is wanted, and gives what it has read as
/// right-sized byte strings.
///
/// While reading is suspended it still notices the end of the connection, unless bytes that nobody has asked for come
/// before it. The peer's end is told when reading goes on; a connection that is lost is told at once, on a transport
/// that says so by itself.
final class Incoming implements Waiter {
    private final TcpConnection connection;
    private final StreamSocket socket;
    private final EventLoop loop;
    private final ConnectionSettings settings;
    private final boolean pullMode;

    /// Whether there is somebody to give it to.
    private boolean started;

    private boolean suspended;

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
    Incoming(TcpConnection connection, StreamSocket socket, ConnectionSettings settings, boolean pullMode) {
        this.connection = connection;
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
        var buffers = loop.reactor().buffers();
        var large = buffers.take();
        try {
            if (!suspended) {
                readTurn(large);
            }
            if (suspended && !connection.isReleasing()) {
                lookForEnd(large);
            }
        } catch (IOException | RuntimeException e) {
            connection.lost(e);
        } finally {
            buffers.give(large);
        }
    }

    private void readTurn(ByteBuffer large) throws IOException {
        long left = settings.turnBytes();
        while (!suspended && !connection.isReleasing()) {
            if (ended) {
                tellEnd();
                return;
            }
            if (left <= 0) {
                yielded = true;
                loop.executeNextTurn(readOn);
                return;
            }
            large.clear().limit((int) Math.min(Math.min(settings.receiveBytes(), left), large.capacity()));
            int n = socket.read(large);
            if (n == StreamSocket.WOULD_BLOCK) {
                if (socket.input().await(this)) {
                    return;
                }
            } else if (n == StreamSocket.END) {
                ended = true;
            } else {
                left -= n;
                give(large.flip());
            }
        }
    }

    private void give(ByteBuffer bytes) {
        if (discarding) {
            return;
        }
        suspended = pullMode;
        connection.received(ByteString.copyOf(bytes));
    }

    private void tellEnd() {
        if (!endTold) {
            endTold = true;
            connection.peerEnded();
            watchLoss();
        }
    }

    /// Has the end noticed while nobody reads.
    private void lookForEnd(ByteBuffer large) throws IOException {
        while (!ended) {
            int n = socket.peek(large.clear().limit(1));
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
