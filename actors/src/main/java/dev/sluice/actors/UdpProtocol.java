package dev.sluice.actors;

import com.typesafe.config.Config;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ExtendedActorSystem;

/// What all sockets of [Udp] have in common in one actor system, and likewise all of [UdpConnected]: their
/// limits, how many there may be, and what they run on. Any thread.
final class UdpProtocol {
    private final Loops loops;
    private final String section;
    private final int maxChannels;
    private final int receiveThroughput;
    private final int bufferBytes;
    private final long writeBytes;
    private final Executor resolver;
    private final AtomicInteger channels = new AtomicInteger();

    /// @param section of the configuration, within `sluice.io`
    UdpProtocol(ExtendedActorSystem system, String section) {
        this.loops = Loops.ID.get(system);
        this.section = "sluice.io." + section;
        Config config = loops.config().getConfig(section);
        maxChannels = ConnectionSettings.isUnlimited(config, "max-channels")
                ? Integer.MAX_VALUE
                : positive(config.getInt("max-channels"), "max-channels");
        receiveThroughput = positive(config.getInt("receive-throughput"), "receive-throughput");
        bufferBytes = positive(Math.toIntExact(config.getBytes("direct-buffer-size")), "direct-buffer-size");
        writeBytes = ConnectionSettings.writeBytes(config);
        resolver = system.dispatchers().lookup(config.getString("resolver-dispatcher"));
    }

    private int positive(int value, String key) {
        if (value < 1) {
            throw new IllegalArgumentException(section + "." + key + " = " + value + " must be positive");
        }
        return value;
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
        return new CapacityException("sockets", section + ".max-channels", maxChannels);
    }
}
