package dev.sluice.reactor.transport;

/// Whoever is told that a handle's state has changed. Called by the poller, on the loop's thread.
@FunctionalInterface
public interface Watcher {
    /// Bytes, a connection to accept, or the end of input can be had.
    int READ = 1;

    /// Bytes can be written, or a connection attempt has ended.
    int WRITE = 2;

    /// The peer will send no more: it has shut down its side, closed, or reset the connection.
    int PEER_CLOSED = 4;

    /// The socket is in error or hung up both ways; every operation will say so.
    int FAILED = 8;

    /// Tells what has become ready: a set of the bits above. A bit may be told again, or in vain; none is
    /// withheld.
    void ready(int events);
}
