package dev.sluice.actors;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// The sending side of a datagram socket, on its loop. Each datagram ends in its ack or in a failure.
///
/// A datagram goes to the system at once. If that is full, the datagram waits, and others behind it, up to a
/// bound; what is beyond it is refused. A datagram to a name that is not resolved waits for its address apart
/// from the others, and counts for the same bound.
final class UdpOutgoing implements Waiter {
    /// What a datagram that waits costs beside its bytes.
    private static final int COST = 64;

    private final DatagramSocket socket;
    private final EventLoop loop;
    private final ActorRef self;
    private final UdpProtocol udp;

    /// Whether only IPv4 addresses can be sent to.
    private final boolean ipv4Only;

    private final BiConsumer<Datagram, Exception> failed;
    private final Runnable flush = this::flush;
    private final Peer to = new Peer();

    /// What the system has had no room for; the first one is under way.
    private final ArrayDeque<Datagram> queue = new ArrayDeque<>();

    /// What waits for the address of its name.
    private final Map<InetSocketAddress, List<Datagram>> unresolved = new HashMap<>();

    /// The cost of all that waits.
    private long waitingBytes;

    private long sentBytes;

    /// What a command asks to send.
    ///
    /// @param target null for the connected peer
    /// @param ack null if none is wanted
    record Datagram(
            ByteString payload,
            @Nullable InetSocketAddress target,
            @Nullable Object ack,
            Object command,
            ActorRef sender) {
        Datagram(Udp.Send send, ActorRef sender) {
            this(send.payload(), send.target(), send.wantsAck() ? send.ack() : null, send, sender);
        }

        Datagram(UdpConnected.Send send, ActorRef sender) {
            this(send.payload(), null, send.wantsAck() ? send.ack() : null, send, sender);
        }

        Datagram withTarget(InetSocketAddress resolved) {
            return new Datagram(payload, resolved, ack, command, sender);
        }

        long cost() {
            return payload.size() + (long) COST;
        }
    }

    /// @param failed is told of what could not be sent, and why
    UdpOutgoing(
            DatagramSocket socket,
            InetSocketAddress local,
            ActorRef self,
            UdpProtocol udp,
            BiConsumer<Datagram, Exception> failed) {
        this.socket = socket;
        this.loop = socket.loop();
        this.ipv4Only = local.getAddress() instanceof Inet4Address;
        this.self = self;
        this.udp = udp;
        this.failed = failed;
    }

    void send(Datagram datagram) {
        if (datagram.payload().size() > udp.bufferBytes()) {
            fail(datagram, datagram.payload().size() + " bytes are more than direct-buffer-size, " + udp.bufferBytes());
        } else if (datagram.target() != null && datagram.target().isUnresolved()) {
            resolve(datagram, datagram.target());
        } else if (!queue.isEmpty()) {
            if (hasRoom(datagram)) {
                enqueue(datagram);
            }
        } else if (!isDone(datagram)) {
            enqueue(datagram);
            flush();
        }
    }

    private void enqueue(Datagram datagram) {
        queue.add(datagram);
        waitingBytes += datagram.cost();
    }

    /// Or else refuses it. What is under way does not count.
    private boolean hasRoom(Datagram datagram) {
        var first = queue.peek();
        long before = waitingBytes - (first == null ? 0 : first.cost());
        if (before + datagram.cost() <= udp.writeBytes()) {
            return true;
        }
        FlightEvents.refused(self, "the send queue is full");
        fail(datagram, "the system takes no more for now, and " + before + " bytes wait already");
        return false;
    }

    private void fail(Datagram datagram, String why) {
        failed.accept(datagram, new RefusedException(why));
    }

    @Override
    public void wake() {
        if (loop.inLoop()) {
            flush();
        } else {
            loop.execute(flush);
        }
    }

    private void flush() {
        for (var first = queue.peek(); first != null; first = queue.peek()) {
            if (isDone(first)) {
                queue.remove();
                waitingBytes -= first.cost();
            } else if (socket.output().await(this)) {
                return;
            }
        }
    }

    /// Whether the datagram has left, or never will: its sender has been told.
    private boolean isDone(Datagram datagram) {
        try {
            if (trySend(datagram) == DatagramSocket.WOULD_BLOCK) {
                return false;
            }
            sentBytes += datagram.payload().size();
            if (datagram.ack() != null) {
                datagram.sender().tell(datagram.ack(), self);
            }
        } catch (IOException | RuntimeException e) { // also what the socket finds wrong with it, as its length
            failed.accept(datagram, e);
        }
        return true;
    }

    /// How many bytes the system has taken.
    long sentBytes() {
        return sentBytes;
    }

    private int trySend(Datagram datagram) throws IOException {
        while (true) {
            try {
                return datagram.target() == null
                        ? socket.send(datagram.payload())
                        : socket.send(datagram.payload(), to.set(datagram.target()));
            } catch (PortUnreachableException _) {
                // told once, of one that was sent before: this one has not been tried yet
            }
        }
    }

    private void resolve(Datagram datagram, InetSocketAddress name) {
        boolean alone = queue.isEmpty() && unresolved.isEmpty();
        if (!alone && !hasRoom(datagram)) {
            return;
        }
        waitingBytes += datagram.cost();
        var same = unresolved.get(name);
        if (same != null) {
            same.add(datagram);
            return;
        }
        unresolved.put(name, new ArrayList<>(List.of(datagram)));
        udp.lookup(loop).of(name, found -> resolved(name, found), why -> unresolved(name, why));
    }

    private void resolved(InetSocketAddress name, List<InetSocketAddress> found) {
        var address = found.stream()
                .filter(it -> !ipv4Only || it.getAddress() instanceof Inet4Address)
                .findFirst()
                .orElse(found.getFirst()); // which the socket then refuses with its reason
        for (var datagram : noLongerUnresolved(name)) {
            send(datagram.withTarget(address));
        }
    }

    private void unresolved(InetSocketAddress name, Exception why) {
        noLongerUnresolved(name).forEach(datagram -> failed.accept(datagram, why));
    }

    private List<Datagram> noLongerUnresolved(InetSocketAddress name) {
        var waiting = unresolved.remove(name);
        if (waiting == null) {
            return List.of(); // dropped meanwhile
        }
        waiting.forEach(datagram -> waitingBytes -= datagram.cost());
        return waiting;
    }

    /// The socket ends: nothing is sent any more.
    void drop() {
        var all = new ArrayList<>(queue);
        unresolved.values().forEach(all::addAll);
        queue.clear();
        unresolved.clear();
        all.forEach(datagram -> fail(datagram, "the socket is closed"));
    }
}
