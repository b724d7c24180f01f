package dev.sluice.cli;

import dev.sluice.reactor.Peer;
import dev.sluice.sockets.UdpSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.BitSet;
import java.util.SplittableRandom;

/// A socket that sends bursts of datagrams to an echo server until its time is over, one at least, and verifies
/// what comes back. Datagrams that do not come back are lost, which may be; one that comes back other than it
/// was, twice, or unasked is an error, and so is a server that sends nothing back.
final class VerifyingExchange {
    /// How many bursts in a row may be lost as a whole.
    private static final int SILENT_BURSTS = 10;

    private final int id;
    private final UdpSocket socket;
    private final int burst;
    private final Duration patience;
    private final long endNanos;
    private final Tally tally;

    private final SplittableRandom random;
    private final Message outgoing;
    private final Message incoming;
    private final Peer server = new Peer();

    private long sent;
    private final BitSet back = new BitSet();

    /// When the last burst was sent.
    private long sentNanos;

    /// @param patience how long a burst waits for more of itself
    VerifyingExchange(int id, UdpSocket socket, Load load, Duration patience, long seed, long endNanos, Tally tally) {
        this.id = id;
        this.socket = socket;
        this.burst = load.window();
        this.patience = patience;
        this.endNanos = endNanos;
        this.tally = tally;
        this.random = new SplittableRandom(seed + id);
        this.outgoing = new Message(load.maxPayload());
        this.incoming = new Message(load.maxPayload());
    }

    /// Sends and receives until the time is over or something is wrong.
    void run() throws IOException {
        int silent = 0;
        try {
            do {
                silent = exchange() ? 0 : silent + 1;
                if (silent == SILENT_BURSTS) {
                    throw new SocketTimeoutException("nothing has come back of " + SILENT_BURSTS + " bursts");
                }
            } while (System.nanoTime() - endNanos < 0);
        } finally {
            tally.lost(sent - back.cardinality());
        }
    }

    /// Sends a burst, and receives until all of it is back or nothing comes any more.
    ///
    /// @return whether anything came
    private boolean exchange() throws IOException {
        long first = sent;
        sentNanos = System.nanoTime();
        while (sent < first + burst) {
            socket.send(outgoing.compose(id, sent++, random));
        }
        int came = 0;
        while (back.nextClearBit((int) first) < sent) {
            try {
                receive();
                came++;
            } catch (SocketTimeoutException _) {
                break;
            }
        }
        return came > 0;
    }

    private void receive() throws IOException {
        int size = socket.receive(incoming.room(), server, patience);
        int number = (int) incoming.verify(size, id, sent);
        if (back.get(number)) {
            throw new ProtocolException("datagram " + number + " came back twice");
        }
        back.set(number);
        tally.verified(size, System.nanoTime() - sentNanos);
    }
}
