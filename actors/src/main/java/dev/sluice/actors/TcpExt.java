package dev.sluice.actors;

import com.typesafe.config.Config;
import dev.sluice.reactor.Reactor;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final AtomicInteger channels = new AtomicInteger();
    private final ActorRef manager;

    private TcpExt(ExtendedActorSystem system) {
        loops = Loops.ID.get(system);
        Config tcp = loops.config().getConfig("tcp");
        settings = ConnectionSettings.of(tcp);
        maxChannels =
                ConnectionSettings.isUnlimited(tcp, "max-channels") ? Integer.MAX_VALUE : positive(tcp, "max-channels");
        batchAcceptLimit = positive(tcp, "batch-accept-limit");
        fileSliceBytes = ConnectionSettings.isUnlimited(tcp, "file-io-transferTo-limit")
                ? Long.MAX_VALUE
                : tcp.getBytes("file-io-transferTo-limit");
        files = system.dispatchers().lookup(tcp.getString("file-io-dispatcher"));
        manager = system.systemActorOf(TcpManager.props(this), "sluice-tcp");
        TcpDrain.register(this, system, tcp.getDuration("drain-timeout"));
    }

    private static int positive(Config config, String key) {
        int value = config.getInt(key);
        if (value < 1) {
            throw new IllegalArgumentException("sluice.io.tcp." + key + " = " + value + " must be positive");
        }
        return value;
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

    CapacityException full() {
        return new CapacityException(maxChannels);
    }
}
