package dev.sluice.cli;

import java.io.IOException;
import java.util.Locale;

/// The styles in which a program can use the core. Each shows what it is with an echo server.
enum Face {
    /// Plain blocking code on virtual threads.
    SOCKETS,

    /// Lazy futures that are polled on the event loops.
    FUTURES,

    /// Messages to and from actors.
    ACTORS;

    /// Starts an echo server.
    ///
    /// @param transport by name, or `auto`
    /// @param port 0 for one that the system chooses
    EchoServer echo(String transport, int loops, String host, int port) throws IOException {
        return switch (this) {
            case SOCKETS -> new SocketsEcho(transport, loops, host, port);
            case FUTURES -> new FuturesEcho(transport, loops, host, port);
            case ACTORS -> ActorsEcho.tcp(transport, loops, host, port, ActorsEcho.Style.FASTEST);
        };
    }

    /// Starts an echo of datagrams.
    ///
    /// @param transport by name, or `auto`
    /// @param port 0 for one that the system chooses
    EchoServer udpEcho(String transport, int loops, String host, int port) throws IOException {
        return switch (this) {
            case SOCKETS -> new SocketsUdpEcho(transport, loops, host, port);
            case FUTURES -> new FuturesUdpEcho(transport, loops, host, port);
            case ACTORS -> ActorsEcho.udp(transport, loops, host, port);
        };
    }

    /// The name on the command line.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
