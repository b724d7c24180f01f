package dev.sluice.cli;

import java.io.IOException;
import java.util.Locale;

/// The styles in which a program can use the core. Each shows what it is with an echo server.
enum Face {
    /// Plain blocking code on virtual threads.
    SOCKETS;

    /// Starts an echo server.
    ///
    /// @param transport by name, or `auto`
    /// @param port 0 for one that the system chooses
    EchoServer echo(String transport, int loops, String host, int port) throws IOException {
        return switch (this) {
            case SOCKETS -> new SocketsEcho(transport, loops, host, port);
        };
    }

    /// The name on the command line.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
