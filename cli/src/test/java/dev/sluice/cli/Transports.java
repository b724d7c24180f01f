package dev.sluice.cli;

import dev.sluice.reactor.transport.Transport;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The transports that tests run on.
final class Transports {
    private static final ConcurrentHashMap<String, String> TOLD = new ConcurrentHashMap<>();

    private Transports() {}

    /// The names of those that are available here; why another one is not is printed.
    static Stream<String> available() {
        return ServiceLoader.load(Transport.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(Transports::isAvailable)
                .map(Transport::name);
    }

    private static boolean isAvailable(Transport transport) {
        String why = transport.unavailable();
        if (why != null && TOLD.put(transport.name(), why) == null) {
            System.out.println("SKIPPED the " + transport.name() + " transport: " + why);
        }
        return why == null;
    }
}
