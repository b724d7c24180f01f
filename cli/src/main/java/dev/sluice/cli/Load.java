package dev.sluice.cli;

/// What the client of the demo puts on a server.
///
/// @param window how many messages of a connection may be under way
/// @param maxPayload the size of the largest payload, in bytes; sizes are random up to that
record Load(String name, int connections, int window, int maxPayload) {
    /// Many connections, each with one small message at a time.
    static final Load PING_PONG = new Load("ping-pong", 200, 1, 512);

    /// Few connections, each with many large messages under way.
    static final Load PIPELINED = new Load("pipelined", 16, 16, 64 * 1024);
}
