import dev.sluice.reactor.nio.NioTransport;
import dev.sluice.reactor.transport.Transport;
import org.jspecify.annotations.NullMarked;

/// The readiness core: event loops, timers, non-blocking sockets, and the transport on `java.nio`.
///
/// Faces use `dev.sluice.reactor`; a transport implements `dev.sluice.reactor.transport` and is found by
/// [java.util.ServiceLoader].
@NullMarked
module dev.sluice.reactor {
    requires static org.jspecify;
    requires transitive dev.sluice.bytes;
    requires jdk.net;

    exports dev.sluice.reactor;
    exports dev.sluice.reactor.transport;

    uses Transport;

    provides Transport with
            NioTransport;
}
