package dev.sluice.actors;

import dev.sluice.reactor.transport.Transport;
import java.util.Objects;
import org.apache.pekko.actor.setup.Setup;

/// Has the event loops of an actor system run on this transport, whatever `sluice.io.transport` says: one of the
/// program's own, or one that fails as a test wants it to. Given when the actor system is created:
/// `ActorSystem.create(name, ActorSystemSetup.create(BootstrapSetup.create(config), new TransportSetup(transport)))`.
public final class TransportSetup extends Setup {
    private final Transport transport;

    /// Loops on this transport.
    public TransportSetup(Transport transport) {
        this.transport = Objects.requireNonNull(transport);
    }

    Transport transport() {
        return transport;
    }
}
