package dev.sluice.actors;

import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ExtendedActorSystem;

/// What all sockets of [Udp] have in common in one actor system, and likewise all of [UdpConnected]: their
/// limits, how many there may be, and what they run on. Any thread.
final class UdpProtocol {
    private final Loops loops;
    private final Section section;
    private final int maxChannels;
    private final int receiveThroughput;
    private final int bufferBytes;
    private final long writeBytes;
    private final Executor resolver;
    private final AtomicInteger channels = new AtomicInteger();

    /// @param section of the configuration, within `sluice.io`
    UdpProtocol(ExtendedActorSystem system, String section) {
        this.loops = Loops.ID.get(system);
        this.section = loops.config().section(section);
        maxChannels = this.section.limit("max-channels");
        receiveThroughput = this.section.number("receive-throughput");
        bufferBytes = this.section.bytes("direct-buffer-size");
        writeBytes = this.section.writeBound();
        resolver = system.dispatchers().lookup(this.section.text("resolver-dispatcher"));
    }

    Loops loops() {
        return loops;
    }

    /// Room for what the sockets of one loop receive in one turn each.
    Datagrams newBatch() {
        return new Datagrams(receiveThroughput, Math.min(bufferBytes, Datagrams.RUN_BYTES));
    }

    /// The longest payload that is sent.
    int bufferBytes() {
        return bufferBytes;
    }

    /// How many bytes may wait to be sent, beyond the datagram that is under way.
    long writeBytes() {
        return writeBytes;
    }

    Lookup lookup(EventLoop loop) {
        return new Lookup(resolver, loop);
    }

    int channels() {
        return channels.get();
    }

    /// Takes one of the places for sockets.
    ///
    /// @return false if none is left
    boolean acquireChannel() {
        if (channels.incrementAndGet() <= maxChannels) {
            return true;
        }
        channels.decrementAndGet();
        return false;
    }

    void releaseChannel() {
        channels.decrementAndGet();
    }

    CapacityException full() {
        return new CapacityException("sockets", section.path() + ".max-channels", maxChannels);
    }
}
