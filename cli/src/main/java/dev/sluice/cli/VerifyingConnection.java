package dev.sluice.cli;

import dev.sluice.sockets.ByteReadChannel;
import dev.sluice.sockets.ByteWriteChannel;
import dev.sluice.sockets.Socket;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A connection to an echo server that sends messages until its time is over, one at least, and verifies all that
/// comes back, up to the end that the server must send after the last one.
///
/// With a window of one message it sends and receives on one thread. With a larger one it needs two, as a server
/// that cannot send stops receiving.
final class VerifyingConnection {
    private final int id;
    private final Socket socket;
    private final ByteReadChannel input;
    private final ByteWriteChannel output;
    private final int window;
    private final long endNanos;
    private final Tally tally;

    private final SplittableRandom random;
    private final Message outgoing;
    private final Message incoming;

    /// One permit for each message that may be sent before another one has come back.
    private final Semaphore room;

    /// When the messages under way were sent, by their number modulo the window. Written before [#sent] is.
    private final long[] sentNanos;

    private volatile long sent;
    private long received;

    private final AtomicBoolean failed = new AtomicBoolean();

    VerifyingConnection(int id, Socket socket, Load load, long seed, long endNanos, Tally tally) throws IOException {
        this.id = id;
        this.socket = socket;
        this.input = socket.openReadChannel();
        this.output = socket.openWriteChannel();
        this.window = load.window();
        this.endNanos = endNanos;
        this.tally = tally;
        this.random = new SplittableRandom(seed + id);
        this.outgoing = new Message(load.maxPayload());
        this.incoming = new Message(load.maxPayload());
        this.room = new Semaphore(window);
        this.sentNanos = new long[window];
    }

    /// Sends and receives until the time is over or something is wrong, which is told to the tally.
    void run() throws InterruptedException {
        if (window == 1) {
            attempt(this::pingPong);
        } else {
            var sender = Thread.startVirtualThread(() -> attempt(this::sendAll));
            attempt(this::receiveAll);
            sender.join();
        }
    }

    private interface Direction {
        void run() throws IOException, InterruptedException;
    }

    /// The first failure of either direction is the one that counts, and ends the other.
    private void attempt(Direction direction) {
        try {
            direction.run();
        } catch (IOException | InterruptedException e) {
            fail(e.getMessage());
        } catch (RuntimeException | Error e) { // a defect
            fail(e.toString());
            throw e;
        }
    }

    private void fail(@Nullable String why) {
        if (failed.compareAndSet(false, true)) {
            tally.failed("connection " + id + ": " + why);
            socket.abort();
            room.release();
        }
    }

    private void pingPong() throws IOException {
        do {
            send();
            receive();
        } while (inTime());
        output.flushAndClose();
        receiveAll();
    }

    private void sendAll() throws IOException, InterruptedException {
        do {
            room.acquire();
            send();
        } while (inTime());
        output.flushAndClose();
    }

    private void receiveAll() throws IOException {
        while (input.awaitContent(1)) {
            receive();
            room.release();
        }
        if (received < sent) {
            throw new EOFException("the server has closed after " + received + " of " + sent + " messages");
        }
    }

    private boolean inTime() {
        return System.nanoTime() - endNanos < 0;
    }

    private void send() throws IOException {
        long number = sent;
        var message = outgoing.compose(id, number, random);
        sentNanos[(int) (number % window)] = System.nanoTime();
        sent = number + 1;
        output.writeFully(message);
        output.flush();
    }

    private void receive() throws IOException {
        if (received == sent) {
            throw new ProtocolException("more came back than the " + received + " messages that were sent");
        }
        int size = incoming.read(input, id, received);
        tally.verified(size, System.nanoTime() - sentNanos[(int) (received % window)]);
        received++;
    }
}
