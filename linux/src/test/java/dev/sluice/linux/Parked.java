package dev.sluice.linux;

import dev.sluice.reactor.Connect;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Readiness;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// The thread that made it, parked until it is woken, and operations as such a thread does them.
final class Parked implements Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile boolean woken;

    static void until(Readiness direction) {
        var parked = new Parked();
        if (direction.await(parked)) {
            Eventually.until("woken", () -> parked.woken);
        }
    }

    /// Waits until a loop has told of all that has happened by now.
    static void untilAllIsTold(EventLoop loop) throws InterruptedException {
        var told = new CountDownLatch(1);
        loop.execute(() -> loop.executeNextTurn(told::countDown)); // this turn may have asked before
        Eventually.happens(told);
    }

    @Override
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    static int read(StreamSocket socket, ByteBuffer dst) throws IOException {
        int n;
        while ((n = socket.read(dst)) == StreamSocket.WOULD_BLOCK) {
            until(socket.input());
        }
        return n;
    }

    static byte[] readExactly(StreamSocket socket, int bytes) throws IOException {
        var into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            if (read(socket, into) == StreamSocket.END) {
                throw new IOException("the end after " + into.position() + " bytes");
            }
        }
        return into.array();
    }

    static void write(StreamSocket socket, ByteBuffer src) throws IOException {
        while (src.hasRemaining()) {
            if (socket.write(src) == StreamSocket.WOULD_BLOCK) {
                until(socket.output());
            }
        }
    }

    static StreamSocket accept(ListenSocket listener) throws IOException {
        while (true) {
            var accepted = listener.accept();
            if (accepted != null) {
                return accepted;
            }
            until(listener.input());
        }
    }

    static StreamSocket result(Connect connect) throws IOException {
        while (true) {
            var connected = connect.result();
            if (connected != null) {
                return connected;
            }
            until(connect.done());
        }
    }
}
