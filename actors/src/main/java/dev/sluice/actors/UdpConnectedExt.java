package dev.sluice.actors;

import dev.sluice.reactor.Reactor;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/// Connected UDP of one actor system: the manager, and what all sockets share.
public final class UdpConnectedExt implements Extension {
    static final AbstractExtensionId<UdpConnectedExt> ID = new AbstractExtensionId<>() {
        @Override
        public UdpConnectedExt createExtension(ExtendedActorSystem system) {
            return new UdpConnectedExt(system);
        }
    };

    private final UdpProtocol udp;
    private final ActorRef manager;

    private UdpConnectedExt(ExtendedActorSystem system) {
        udp = new UdpProtocol(system, "udp-connected");
        manager = system.systemActorOf(UdpManager.props(udp, true), "sluice-udp-connected");
    }

    /// The actor that [UdpConnected.Connect] is sent to.
    public ActorRef manager() {
        return manager;
    }

    /// The actor that [UdpConnected.Connect] is sent to.
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
