package dev.sluice.actors;

import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.Props;

/// TCP of one actor system: the manager, the settings, and what all connections share.
public final class TcpExt implements Extension {
    static final AbstractExtensionId<TcpExt> ID = new AbstractExtensionId<>() {
        @Override
        public TcpExt createExtension(ExtendedActorSystem system) {
            return new TcpExt(system);
        }
    };

    private final Loops loops;
    private final ConnectionSettings settings;
    private final int maxChannels;
    private final int batchAcceptLimit;
    private final long fileSliceBytes;
    private final Executor files;
    private final BufferPool arrays;
    private final AtomicInteger channels = new AtomicInteger();
    private final AtomicLong turnedAway = new AtomicLong();
    private final ActorRef manager;

    private TcpExt(ExtendedActorSystem system) {
        loops = Loops.ID.get(system);
        var tcp = loops.config().section("tcp");
        settings = ConnectionSettings.of(tcp);
        maxChannels = tcp.limit("max-channels");
        batchAcceptLimit = tcp.number("batch-accept-limit");
        fileSliceBytes = tcp.limitOfBytes("file-io-transferTo-limit");
        files = system.dispatchers().lookup(tcp.text("file-io-dispatcher"));
        arrays = new BufferPool(
                BufferPool.LARGE_BYTES, false, loops.reactor().loops().size());
        var patience = tcp.config().getDuration("drain-timeout");
        manager = system.systemActorOf(TcpManager.props(this), "sluice-tcp");
        TcpDrain.register(this, system, patience);
    }

    /// The actor that [Tcp.Connect] and [Tcp.Bind] are sent to.
    public ActorRef manager() {
        return manager;
    }

    /// The actor that [Tcp.Connect] and [Tcp.Bind] are sent to.
    public ActorRef getManager() {
        return manager;
    }

    /// The limits of connections that have none of their own.
    public ConnectionSettings settings() {
        return settings;
    }

    /// The event loops that connections and listeners run on.
    public Reactor reactor() {
        return loops.reactor();
    }

    /// Has actors made of `props` run on an event loop, such as one that is told of new connections and begins a
    /// handler for each: together with [Tcp#sameLoop] for the handlers, no thread is crossed between accepting and
    /// serving. They must not block.
    ///
    /// @param loop from 0, less than the number of loops of [#reactor]
    /// @throws IndexOutOfBoundsException if there is no such loop
    public Props onLoop(int loop, Props props) {
        return props.withDispatcher(
                LoopDispatchers.id(Objects.checkIndex(loop, reactor().loops().size())));
    }

    /// How many connections and listeners are open.
    public int channels() {
        return channels.get();
    }

    /// How many connections have been reset when they came, because as many were open as `max-channels` allows.
    public long turnedAway() {
        return turnedAway.get();
    }

    Loops loops() {
        return loops;
    }

    int batchAcceptLimit() {
        return batchAcceptLimit;
    }

    long fileSliceBytes() {
        return fileSliceBytes;
    }

    /// Runs what may wait for a disk.
    Executor files() {
        return files;
    }

    /// Memory in the heap, for what is large enough to stay there as it was read.
    BufferPool arrays() {
        return arrays;
    }

    /// Takes one of the places for connections and listeners.
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

    /// One has come for which there is no place.
    void turnAway(StreamSocket connection) {
        turnedAway.incrementAndGet(); // before the peer can know of it
        connection.abort();
    }

    CapacityException full() {
        return new CapacityException(maxChannels);
    }
}
