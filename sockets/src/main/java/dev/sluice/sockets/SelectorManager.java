package dev.sluice.sockets;

import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// Serves the sockets made with it: tells the threads that wait when it is worth trying again.
///
/// Closing it closes its sockets; operations that wait end with an
/// [java.nio.channels.AsynchronousCloseException]. One is enough for a program. It works for virtual and platform
/// threads alike. Any thread may use it.
public final class SelectorManager implements AutoCloseable {
    /// What a channel holds at most of what has been received but not read, or written but not flushed.
    static final int CHANNEL_BYTES = 16 * 1024;

    private static final int IDLE_CHANNEL_BUFFERS = 256;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Reactor reactor;
    private final BufferPool channelBuffers = new BufferPool(CHANNEL_BYTES, false, IDLE_CHANNEL_BUFFERS);

    private SelectorManager(Reactor reactor) {
        this.reactor = reactor;
    }

    /// A selector on the best transport that is available, with a loop per processor.
    public static SelectorManager create() {
        return create(reactor -> reactor);
    }

    /// A selector with settings of its own, such as `r -> r.transport("nio").loops(1)`.
    ///
    /// @throws UnsupportedOperationException if the transport asked for cannot be used here
    /// @throws UncheckedIOException if the system gives no selector, as when too many files are open
    public static SelectorManager create(UnaryOperator<Reactor.Builder> settings) {
        var builder =
                Reactor.builder().name("selector-" + COUNT.incrementAndGet()).hosted();
        try {
            return new SelectorManager(settings.apply(builder).open());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The loops and the transport underneath.
    public Reactor reactor() {
        return reactor;
    }

    BufferPool channelBuffers() {
        return channelBuffers;
    }

    /// Closes the selector and its sockets. Again does nothing.
    @Override
    public void close() {
        reactor.close();
    }

    @Override
    public String toString() {
        return reactor.toString();
    }
}
