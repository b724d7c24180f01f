package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Readiness;
import java.io.IOException;
import java.net.SocketAddress;

/// What a socket is ready for, and waiting for that: what [SocketStream] and [UdpSocket] have in common.
///
/// Any number of tasks may wait without moving data. For them only what the system has said counts: a direction that
/// is only worth a try, as each is at the beginning, is not told to be ready.
abstract sealed class ReadySocket implements AutoCloseable permits SocketStream, UdpSocket {
    private final Readiness input;
    private final Readiness output;
    private final EventLoop loop;

    ReadySocket(Readiness input, Readiness output, EventLoop loop) {
        this.input = input;
        this.output = output;
        this.loop = loop;
    }

    /// The loop that this socket belongs to for life. Tasks that use the socket run best there.
    public EventLoop loop() {
        return loop;
    }

    /// The address on this side.
    ///
    /// @throws java.nio.channels.ClosedChannelException if the socket is closed
    public abstract SocketAddress localAddress() throws IOException;

    /// Whether the peer has closed its side.
    abstract boolean hasPeerClosed();

    /// Which of the things in `interest` hold, as bits of [Interest].
    ///
    /// A direction that the system has told to be ready stays so until an operation finds nothing to move; before
    /// the system has said so, it is not ready. So a task that is told may find that another has been faster, and
    /// waits again.
    ///
    /// @param interest [Interest#READABLE], [Interest#WRITABLE] or both
    /// @return 0 if none does; then the context's waker will be woken when one may
    public int pollReady(Context cx, int interest) throws IOException {
        if ((interest & Interest.BOTH) == 0) {
            throw new IllegalArgumentException("interest " + interest + " is neither READABLE nor WRITABLE");
        }
        boolean reads = (interest & Interest.READABLE) != 0;
        boolean writes = (interest & Interest.WRITABLE) != 0;
        while (true) {
            int ready = (reads ? ofInput() : 0) | (writes ? ofOutput() : 0);
            if (ready != 0) {
                var _ = localAddress(); // throws what an operation on the closed socket does
                return ready;
            }
            boolean waits = !reads || cx.observe(input, loop);
            if (waits && (!writes || cx.observe(output, loop))) {
                return 0;
            }
        }
    }

    private int ofInput() {
        int closed = hasPeerClosed() ? Interest.READ_CLOSED : 0;
        return input.isTold() ? Interest.READABLE | closed : closed;
    }

    private int ofOutput() {
        int closed = output.isEnded() ? Interest.WRITE_CLOSED : 0;
        return output.isTold() ? Interest.WRITABLE | closed : closed;
    }

    /// Whether there is something to read, the end and a failure included; if not, the context's waker will be woken
    /// when there may be.
    public boolean pollReadReady(Context cx) throws IOException {
        return pollReady(cx, Interest.READABLE) != 0;
    }

    /// Whether something can be written, or a failure be had; if not, the context's waker will be woken when it may.
    public boolean pollWriteReady(Context cx) throws IOException {
        return pollReady(cx, Interest.WRITABLE) != 0;
    }

    /// Which of the things in `interest` hold, as bits of [Interest], once one does; see [#pollReady]. Any number
    /// of tasks may wait so. Cancel safe: yes.
    public PollFuture<Integer> ready(int interest) {
        return new Once<>("ready", cx -> {
            int ready = pollReady(cx, interest);
            return ready != 0 ? Poll.ready(ready) : Poll.pending();
        });
    }

    /// Done once there is something to read, the end and a failure included; see [#pollReady]. Any number of tasks may
    /// wait so. Cancel safe: yes.
    public PollFuture<Void> readable() {
        return new Once<>("readable", cx -> pollReadReady(cx) ? Poll.done() : Poll.pending());
    }

    /// Done once something can be written, or a failure be had; see [#pollReady]. Any number of tasks may wait so.
    /// Cancel safe: yes.
    public PollFuture<Void> writable() {
        return new Once<>("writable", cx -> pollWriteReady(cx) ? Poll.done() : Poll.pending());
    }

    // For operations that move data; one task at a time waits for each direction.

    /// After an attempt that would have had to wait.
    ///
    /// @return whether the waker will be woken; if not, another attempt is worth while
    final boolean waitsForInput(Context cx) {
        return waits(cx, input);
    }

    /// The same for the output.
    final boolean waitsForOutput(Context cx) {
        return waits(cx, output);
    }

    private boolean waits(Context cx, Readiness direction) {
        if (cx.await(direction, loop)) {
            cx.giveBack();
            return true;
        }
        return false;
    }

    /// What an attempt without a waker has come to; if it found nothing, the next event is asked for.
    final long askInput(long n) {
        if (n == AsyncIo.PENDING) {
            input.ask();
        }
        return n;
    }

    /// The same for the output.
    final long askOutput(long n) {
        if (n == AsyncIo.PENDING) {
            output.ask();
        }
        return n;
    }

    @Override
    public abstract void close();
}
