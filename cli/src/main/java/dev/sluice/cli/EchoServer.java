package dev.sluice.cli;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A server that sends back what comes, whatever face it is written in.
interface EchoServer extends AutoCloseable {
    /// How many connections the system queues until they are accepted.
    int BACKLOG = 4096;

    /// Where it listens.
    InetSocketAddress address();

    /// Blocks until it has stopped accepting.
    ///
    /// @throws IOException if it stopped because accepting failed
    void awaitClosed() throws IOException, InterruptedException;

    /// Drains: accepts no more, lets connections end within the grace period, then resets what is left.
    @Override
    void close();
}
