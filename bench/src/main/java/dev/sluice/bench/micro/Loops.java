package dev.sluice.bench.micro;

import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/// The loops that are measured: one, on the best transport of this system.
final class Loops {
    private Loops() {}

    static Reactor open() {
        try {
            return Reactor.builder().loops(1).blockedAfter(Duration.ZERO).open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
