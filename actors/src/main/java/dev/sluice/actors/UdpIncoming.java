package dev.sluice.actors;

import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.util.function.ObjIntConsumer;

/// The receiving side of a datagram socket, on its loop: takes a batch with each turn, while that is wanted.
///
/// ```
///   IDLE ── start, resume ──▶ reads ── nothing there ──▶ WAITING ── wake ──▶ reads
///     ▲                       ▲   │
///     └── suspended, closed ──┤   └── a batch ──▶ SCHEDULED ── in the next turn ──▶ reads
/// ```
final class UdpIncoming implements Waiter {
    private static final System.Logger LOG = System.getLogger(UdpIncoming.class.getName());

    private final DatagramSocket socket;
    private final EventLoop loop;
    private final Datagrams batch;
    private final ObjIntConsumer<Datagrams> handler;
    private final Runnable woken = this::woken;
    private final Runnable scheduled = this::scheduled;
    private boolean suspended;
    private State state = State.IDLE;

    private enum State {
        IDLE,
        WAITING,
        SCHEDULED
    }

    /// @param batch shared by the sockets of the loop, and used within one turn
    /// @param handler gets each datagram, by its place in the batch
    UdpIncoming(DatagramSocket socket, Datagrams batch, ObjIntConsumer<Datagrams> handler) {
        this.socket = socket;
        this.loop = socket.loop();
        this.batch = batch;
        this.handler = handler;
    }

    void suspend() {
        suspended = true;
    }

    /// Begins, or goes on.
    void resume() {
        suspended = false;
        goOn(State.IDLE);
    }

    /// On the loop, which tells of an event and is in no actor: so reading needs no further turn.
    @Override
    public void wake() {
        if (loop.inLoop()) {
            woken();
        } else {
            loop.execute(woken);
        }
    }

    private void woken() {
        goOn(State.WAITING);
    }

    private void scheduled() {
        goOn(State.SCHEDULED);
    }

    private void goOn(State from) {
        if (state == from) {
            state = State.IDLE;
            read();
        }
    }

    private void read() {
        while (!suspended && socket.isOpen()) {
            try {
                if (socket.receive(batch) != DatagramSocket.WOULD_BLOCK) {
                    for (int i = 0; i < batch.size(); i++) {
                        handler.accept(batch, i);
                    }
                } else if (socket.input().await(this)) {
                    state = State.WAITING;
                    return;
                } else {
                    continue;
                }
            } catch (ClosedChannelException _) {
                return; // with its reactor
            } catch (IOException e) { // what the network says of a datagram that was sent: no reason to end
                LOG.log(Level.DEBUG, "told instead of a datagram", e);
            }
            state = State.SCHEDULED;
            loop.executeNextTurn(scheduled);
            return;
        }
    }
}
