package dev.sluice.reactor.transport;

import java.io.IOException;
import java.net.ProtocolFamily;

/// The readiness facility that one loop sleeps in: an epoll instance, a `Selector`, a simulator.
///
/// [#select] and [#dispatch] take turns and are called by one thread at a time: the loop, or the thread that the
/// loop has lent its poller to. The other methods may be called from any thread.
public interface Poller extends AutoCloseable {
    /// Waits until a watched socket is ready, [#wakeup] is called, or the time is up. What was found is kept for
    /// [#dispatch].
    ///
    /// @param timeoutNanos how long to wait at most; 0 does not wait, a negative number waits without limit. The
    ///     wait may end up to a millisecond late.
    /// @return how many sockets have news
    int select(long timeoutNanos) throws IOException;

    /// Tells the watchers what the last [#select] found.
    ///
    /// @param afterEach runs after each watcher has been told; may open and close sockets of this poller
    void dispatch(Runnable afterEach);

    /// Ends a wait in [#select], or the next one if none is under way.
    void wakeup();

    /// A new stream socket, neither bound nor connected. It belongs to this poller for life.
    StreamHandle openStream(ProtocolFamily family) throws IOException;

    /// A new listening socket, not yet bound. It belongs to this poller for life.
    ListenHandle openListener(ProtocolFamily family) throws IOException;

    /// A new datagram socket, neither bound nor connected; one of IPv6 takes IPv4 addresses, too. It belongs to
    /// this poller for life.
    DatagramHandle openDatagram(ProtocolFamily family) throws IOException;

    /// Gives the poller's own descriptors back. Its sockets have been closed before.
    @Override
    void close() throws IOException;
}
