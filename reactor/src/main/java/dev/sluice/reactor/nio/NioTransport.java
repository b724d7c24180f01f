package dev.sluice.reactor.nio;

import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The transport on `java.nio`, for every platform: a `Selector` per loop.
public final class NioTransport implements Transport {
    /// Called by [java.util.ServiceLoader].
    public NioTransport() {}

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public @Nullable String unavailable() {
        return null;
    }

    @Override
    public Poller openPoller() throws IOException {
        return new NioPoller();
    }
}
