package dev.sluice.futures;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// One way to run a test: a transport.
record Setup(String transport) {
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    /// Every transport that is available here; why another one is not is printed.
    static Stream<Setup> all() {
        return Stream.of("linux", "nio").filter(Setup::isAvailable).map(Setup::new);
    }

    private static boolean isAvailable(String transport) {
        try {
            Reactor.builder().transport(transport);
            return true;
        } catch (UnsupportedOperationException e) {
            if (TOLD.add(transport)) {
                System.out.println("SKIPPED the " + transport + " transport: " + e.getMessage());
            }
            return false;
        }
    }

    /// The transport, to put somebody before it.
    Transport itself() {
        try (var reactor = reactor()) {
            return reactor.transport();
        }
    }

    Reactor reactor() {
        try {
            return Reactor.builder().transport(transport).loops(2).open();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    boolean isLinux() {
        return transport.equals("linux");
    }

    @Override
    public String toString() {
        return transport;
    }
}
