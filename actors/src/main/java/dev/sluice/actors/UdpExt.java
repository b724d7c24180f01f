package dev.sluice.actors;

import dev.sluice.reactor.Reactor;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/// UDP of one actor system: the manager, and what all sockets share.
public final class UdpExt implements Extension {
    static final AbstractExtensionId<UdpExt> ID = new AbstractExtensionId<>() {
        @Override
        public UdpExt createExtension(ExtendedActorSystem system) {
            return new UdpExt(system);
        }
    };

    private final UdpProtocol udp;
    private final ActorRef manager;

    private UdpExt(ExtendedActorSystem system) {
        udp = new UdpProtocol(system, "udp");
        manager = system.systemActorOf(UdpManager.props(udp, false), "sluice-udp");
    }

    /// The actor that [Udp.Bind] and [Udp.SimpleSender] are sent to.
    public ActorRef manager() {
        return manager;
    }

    /// The actor that [Udp.Bind] and [Udp.SimpleSender] are sent to.
    public ActorRef getManager() {
        return manager;
    }

    /// The event loops that sockets run on.
    public Reactor reactor() {
        return udp.loops().reactor();
    }

    /// How many sockets are open.
    public int channels() {
        return udp.channels();
    }
}
