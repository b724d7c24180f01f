package dev.sluice.contract;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.Transport;
import java.time.Duration;
import java.util.Comparator;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// One way to run the core: a transport, and the kind of its loops.
record Setup(Transport transport, boolean hosted) {
    private static final ConcurrentHashMap<String, String> TOLD = new ConcurrentHashMap<>();

    /// Every way that is available here; why another one is not is printed.
    static Stream<Setup> all() {
        return ServiceLoader.load(Transport.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Transport::name))
                .filter(Setup::isAvailable)
                .flatMap(transport -> Stream.of(new Setup(transport, false), new Setup(transport, true)));
    }

    /// Every transport that is available here, on dedicated loops.
    static Stream<Setup> dedicated() {
        return all().filter(setup -> !setup.hosted());
    }

    private static boolean isAvailable(Transport transport) {
        var why = transport.unavailable();
        if (why != null && TOLD.put(transport.name(), why) == null) {
            System.out.println("SKIPPED the " + transport.name() + " transport: " + why);
        }
        return why == null;
    }

    /// Without a watchdog, which tells of a machine that is slow.
    Reactor.Builder builder() {
        var builder = Reactor.builder().transport(transport).loops(2).blockedAfter(Duration.ZERO);
        return hosted ? builder.hosted() : builder;
    }

    /// Whether the kernel tells of the peer's close while nobody reads.
    boolean tellsPeerClosed() {
        return transport.name().equals("linux");
    }

    @Override
    public String toString() {
        return transport.name() + (hosted ? " hosted" : " dedicated");
    }
}
