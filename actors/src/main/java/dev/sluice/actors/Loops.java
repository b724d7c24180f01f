package dev.sluice.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/// The event loops of one actor system, each with a dispatcher: an actor on it runs on the loop's own thread,
/// as do the sockets of that loop. Closed when the actor system has terminated.
final class Loops implements Extension {
    static final AbstractExtensionId<Loops> ID = new AbstractExtensionId<>() {
        @Override
        public Loops createExtension(ExtendedActorSystem system) {
            return new Loops(system);
        }
    };

    private final Reactor reactor;
    private final Section config;

    private Loops(ExtendedActorSystem system) {
        PekkoVersions.check(system.settings().ConfigVersion());
        config = section(system.settings().config());
        int throughput = config.number("loop-throughput");
        var builder = Reactor.builder().name(system.name() + "-sluice");
        system.settings()
                .setup()
                .get(TransportSetup.class)
                .ifPresentOrElse(
                        given -> builder.transport(given.transport()),
                        () -> builder.transport(config.text("transport")));
        if (!config.text("loops").equals("default")) {
            builder.loops(config.number("loops"));
        }
        builder.blockedAfter(config.timeout("blocked-after"));
        try {
            reactor = builder.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no event loops for actor system " + system.name(), e);
        }
        for (var loop : reactor.loops()) {
            LoopDispatchers.register(system.dispatchers(), loop, indexOf(loop), throughput);
        }
        system.registerOnTermination(reactor::close);
    }

    private static Section section(Config all) {
        try {
            return new Section("sluice.io", all);
        } catch (ConfigException.Missing e) {
            throw new ConfigurationException(
                    "the configuration has no section sluice.io. It is in reference.conf of sluice-actors: load the"
                            + " configuration with ConfigFactory.load, and when jars are merged, merge the"
                            + " reference.conf files, too",
                    e);
        }
    }

    /// Has a loop run what follows from something that was done for it on another thread, such as one that waits for
    /// a disk.
    ///
    /// @return false if the actor system has ended meanwhile: nobody is left to be told
    static boolean answer(EventLoop loop, Runnable answer) {
        try {
            loop.execute(answer);
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    Reactor reactor() {
        return reactor;
    }

    /// The section `sluice.io`.
    Section config() {
        return config;
    }

    /// The place of a loop among the loops, from 0 on.
    int indexOf(EventLoop loop) {
        return reactor.loops().indexOf(loop);
    }
}
