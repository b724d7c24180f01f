package dev.sluice.futures;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Readiness;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// What a socket is ready for, and waiting for that without moving data: any number of tasks may.
///
/// Only what the system has said counts. A direction that is only worth a try, as each is at the beginning, is not
/// told to be ready.
final class SocketReadiness {
    /// Throws what an operation on the closed socket throws.
    interface Check {
        SocketAddress localAddress() throws IOException;
    }

    private final Readiness input;
    private final Readiness output;
    private final @Nullable Readiness peerClosed;
    private final EventLoop loop;
    private final Check check;

    /// @param peerClosed ended once the peer has closed its side; null if there is no such thing
    SocketReadiness(Readiness input, Readiness output, @Nullable Readiness peerClosed, EventLoop loop, Check check) {
        this.input = input;
        this.output = output;
        this.peerClosed = peerClosed;
        this.loop = loop;
        this.check = check;
    }

    /// @return bits of [Interest]; 0 if none holds, and then the waker will be woken when one may
    int poll(Context cx, int interest) throws IOException {
        if ((interest & Interest.BOTH) == 0) {
            throw new IllegalArgumentException("interest " + interest + " is neither READABLE nor WRITABLE");
        }
        boolean reads = (interest & Interest.READABLE) != 0;
        boolean writes = (interest & Interest.WRITABLE) != 0;
        while (true) {
            int ready = (reads ? ofInput() : 0) | (writes ? ofOutput() : 0);
            if (ready != 0) {
                var _ = check.localAddress();
                return ready;
            }
            boolean waits = !reads || cx.observe(input, loop);
            if (waits && (!writes || cx.observe(output, loop))) {
                return 0;
            }
        }
    }

    private int ofInput() {
        int closed = peerClosed != null && peerClosed.isReady() ? Interest.READ_CLOSED : 0;
        return input.isTold() ? Interest.READABLE | closed : closed;
    }

    private int ofOutput() {
        int closed = output.isEnded() ? Interest.WRITE_CLOSED : 0;
        return output.isTold() ? Interest.WRITABLE | closed : closed;
    }

    PollFuture<Integer> ready(int interest) {
        return new Once<>("ready", cx -> {
            int ready = poll(cx, interest);
            return ready != 0 ? Poll.ready(ready) : Poll.pending();
        });
    }

    PollFuture<Void> readable() {
        return new Once<>("readable", cx -> poll(cx, Interest.READABLE) != 0 ? Poll.done() : Poll.pending());
    }

    PollFuture<Void> writable() {
        return new Once<>("writable", cx -> poll(cx, Interest.WRITABLE) != 0 ? Poll.done() : Poll.pending());
    }

    // For operations that move data; one task at a time waits for each direction.

    /// After an attempt that would have had to wait.
    ///
    /// @return whether the waker will be woken; if not, another attempt is worth while
    boolean waitsForInput(Context cx) {
        return waits(cx, input);
    }

    /// The same for the output.
    boolean waitsForOutput(Context cx) {
        return waits(cx, output);
    }

    private boolean waits(Context cx, Readiness direction) {
        if (cx.await(direction, loop)) {
            cx.giveBack();
            return true;
        }
        return false;
    }
}
