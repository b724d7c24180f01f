package dev.sluice.cli;

/// What the client of the demo puts on a server.
///
/// @param connections how many connections, or sockets for datagrams
/// @param window how many messages of a connection may be under way
/// @param maxPayload the size of the largest payload, in bytes; sizes are random up to that
/// @param datagrams whether each message is a datagram
record Load(String name, int connections, int window, int maxPayload, boolean datagrams) {
    /// Few sockets, each with a burst of small datagrams at a time, so few that they have room in a buffer of
    /// the system.
    static final Load DATAGRAMS = new Load("datagrams", 16, 4, 1200, true);

    /// Many connections, each with one small message at a time.
    static final Load PING_PONG = new Load("ping-pong", 200, 1, 512, false);

    /// Few connections, each with many large messages under way.
    static final Load PIPELINED = new Load("pipelined", 16, 16, 64 * 1024, false);
}
