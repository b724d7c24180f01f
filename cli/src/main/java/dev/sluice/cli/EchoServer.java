package dev.sluice.cli;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A server that sends back what comes, whatever face it is written in.
interface EchoServer extends AutoCloseable {
    /// How many connections the system queues until they are accepted.
    int BACKLOG = 4096;

    /// The address that it serves.
    InetSocketAddress address();

    /// Blocks until it has stopped accepting, or receiving datagrams.
    ///
    /// @throws IOException if it stopped because of a failure
    void awaitClosed() throws IOException, InterruptedException;

    /// Drains: accepts no more, lets connections end within the grace period, then resets what is left.
    /// Datagrams that have come are sent back.
    @Override
    void close();
}
