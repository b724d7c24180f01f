package dev.sluice.sockets;

import dev.sluice.reactor.Readiness;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// One direction of a [UdpSocket]: one thread at a time has the turn, tries, and waits until it is worth
/// another try.
///
/// An operation calls [#begin], then any of the rest, then [#end], all on one thread.
final class DatagramTurns {
    private final UdpSocket socket;
    private final Duration timeout;
    private final ParkingWaiter waiter;
    private final Owner owner;

    /// @param operation names what is tried, for messages
    /// @param timeout how long each wait may take; zero for no limit
    DatagramTurns(UdpSocket socket, Readiness readiness, String operation, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
        this.waiter = new ParkingWaiter(socket.socket().loop(), readiness, operation, socket);
        this.owner = new Owner("the datagrams of", socket);
    }

    void begin() throws IOException {
        owner.enter();
        try {
            socket.requireOpen();
            waiter.requireNotInterrupted();
        } catch (InterruptedIOException e) {
            owner.leave();
            throw socket.interrupted(e);
        } catch (IOException e) {
            owner.leave();
            throw e;
        }
    }

    /// Blocks until another try is worth while, within the limits that hold.
    ///
    /// @param deadlineNanos when the operation must have ended; [Deadline#NEVER] for no limit
    void await(long deadlineNanos) throws IOException {
        long deadline = Deadline.earlier(deadlineNanos, Deadline.currentNanos());
        if (!timeout.isZero()) {
            deadline = Deadline.earlier(deadline, Deadline.after(timeout));
        }
        try {
            waiter.await(deadline, 0);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (InterruptedIOException e) {
            throw socket.interrupted(e);
        }
        if (socket.isClosed()) {
            throw ClosedSocket.meanwhile(socket.socket()::localAddress);
        }
    }

    /// Counts what was moved, and gives way if that was much.
    void moved(int bytes) {
        waiter.moved(bytes);
    }

    void end() {
        owner.leave();
    }

    /// There will be no more waits.
    void close() {
        waiter.close();
    }
}
