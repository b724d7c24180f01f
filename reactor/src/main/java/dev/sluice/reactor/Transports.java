package dev.sluice.reactor;

import dev.sluice.reactor.transport.Transport;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// The transports that [ServiceLoader] finds, best first.
final class Transports {
    private static final System.Logger LOG = System.getLogger(Reactor.class.getName());

    private Transports() {}

    /// The best transport that is available here. Passing over a better one is told, with its reason.
    static Transport best() {
        var passedOver = new ArrayList<String>();
        for (var transport : all()) {
            var why = transport.unavailable();
            if (why == null) {
                LOG.log(Level.DEBUG, "transport {0}", transport.name());
                for (var reason : passedOver) {
                    LOG.log(Level.INFO, "{0} (using {1}, which is slower)", reason, transport.name());
                }
                return transport;
            }
            passedOver.add(why);
        }
        throw new AssertionError("the nio transport is missing or not available");
    }

    static Transport named(String name) {
        var names = new ArrayList<String>();
        for (var transport : all()) {
            if (transport.name().equals(name)) {
                var why = transport.unavailable();
                if (why != null) {
                    throw new UnsupportedOperationException(why);
                }
                return transport;
            }
            names.add(transport.name());
        }
        throw new IllegalArgumentException(
                "no transport \"" + name + "\"; there are auto, " + String.join(", ", names));
    }

    private static List<Transport> all() {
        var found = new ArrayList<Transport>();
        var providers = ServiceLoader.load(Transport.class, Transport.class.getClassLoader()).stream()
                .toList();
        for (var provider : providers) {
            try {
                found.add(provider.get());
            } catch (ServiceConfigurationError e) {
                LOG.log(Level.WARNING, "a transport on the path cannot be loaded and is left out", e);
            }
        }
        found.sort(Comparator.comparingInt(Transport::preference).reversed());
        return found;
    }
}
