package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.Connect;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.TcpTable;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/// Try first, wait second, try again: each operation as a thread would do it.
final class Blocking {
    private Blocking() {}

    static int read(StreamSocket socket, ByteBuffer dst) throws IOException {
        int n;
        while ((n = socket.read(dst)) == WOULD_BLOCK) {
            Parked.until(socket.input());
        }
        return n;
    }

    static long read(StreamSocket socket, ByteBuffer... dsts) throws IOException {
        long n;
        while ((n = socket.read(dsts, 0, dsts.length)) == WOULD_BLOCK) {
            Parked.until(socket.input());
        }
        return n;
    }

    static byte[] readExactly(StreamSocket socket, int bytes) throws IOException {
        var into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            if (read(socket, into) == END) {
                throw new EOFException("the end after " + into.position() + " of " + bytes + " bytes");
            }
        }
        return into.array();
    }

    static byte[] readToEnd(StreamSocket socket) throws IOException {
        var all = new ByteArrayOutputStream();
        var piece = ByteBuffer.allocateDirect(64 * 1024);
        while (read(socket, piece.clear()) != END) {
            var bytes = new byte[piece.flip().remaining()];
            piece.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    static void write(StreamSocket socket, ByteBuffer src) throws IOException {
        while (src.hasRemaining()) {
            if (socket.write(src) == WOULD_BLOCK) {
                Parked.until(socket.output());
            }
        }
    }

    static void write(StreamSocket socket, byte[] bytes) throws IOException {
        write(socket, ByteBuffer.wrap(bytes));
    }

    static void write(StreamSocket socket, ByteBuffer... srcs) throws IOException {
        while (anyRemaining(srcs)) {
            if (socket.write(srcs, 0, srcs.length) == WOULD_BLOCK) {
                Parked.until(socket.output());
            }
        }
    }

    static void write(StreamSocket socket, ByteString bytes) throws IOException {
        for (int from = 0; from < bytes.size(); ) {
            int n = socket.write(bytes, from);
            if (n == WOULD_BLOCK) {
                Parked.until(socket.output());
            } else {
                from += n;
            }
        }
    }

    /// Writes until the system takes no more and will not before the peer reads: when what is on its way has come, it
    /// may find room for a little more, and tells of it a moment later.
    ///
    /// @return how many bytes it has taken
    static long fill(StreamSocket socket) throws IOException, InterruptedException {
        long sum = writeWhatFits(socket);
        long more;
        do {
            TcpTable.awaitHeldBack(socket.localAddress(), socket.remoteAddress());
            awaitNews(socket.loop());
            more = writeWhatFits(socket);
            sum += more;
        } while (more > 0);
        return sum;
    }

    private static long writeWhatFits(StreamSocket socket) throws IOException {
        var chunk = ByteBuffer.allocateDirect(64 * 1024);
        long sum = 0;
        int n;
        while ((n = socket.write(chunk.clear())) != WOULD_BLOCK) {
            sum += n;
        }
        return sum;
    }

    /// Waits until a loop has told of all that has happened by now: of what its poller has found, and finds next.
    static void awaitNews(EventLoop loop) throws InterruptedException {
        var told = new CountDownLatch(1);
        loop.execute(() -> loop.executeNextTurn(told::countDown));
        Eventually.happens(told);
    }

    static int receive(DatagramSocket socket, ByteBuffer dst, Peer from) throws IOException {
        int n;
        while ((n = socket.receive(dst, from)) == WOULD_BLOCK) {
            Parked.until(socket.input());
        }
        return n;
    }

    static int peek(DatagramSocket socket, ByteBuffer dst, Peer from) throws IOException {
        int n;
        while ((n = socket.peek(dst, from)) == WOULD_BLOCK) {
            Parked.until(socket.input());
        }
        return n;
    }

    /// The next datagram's bytes, which are no more than 64 KiB.
    static byte[] receive(DatagramSocket socket) throws IOException {
        var into = ByteBuffer.allocate(64 * 1024);
        int n = receive(socket, into, new Peer());
        return Arrays.copyOf(into.array(), n);
    }

    static int send(DatagramSocket socket, ByteBuffer src, Peer to) throws IOException {
        int n;
        while ((n = socket.send(src, to)) == WOULD_BLOCK) {
            Parked.until(socket.output());
        }
        return n;
    }

    static StreamSocket accept(ListenSocket listener) throws IOException {
        while (true) {
            var accepted = listener.accept();
            if (accepted != null) {
                return accepted;
            }
            Parked.until(listener.input());
        }
    }

    static StreamSocket result(Connect connect) throws IOException {
        while (true) {
            var connected = connect.result();
            if (connected != null) {
                return connected;
            }
            Parked.until(connect.done());
        }
    }

    private static boolean anyRemaining(ByteBuffer[] buffers) {
        for (var buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }
}
