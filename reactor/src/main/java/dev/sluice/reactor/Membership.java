package dev.sluice.reactor;

import dev.sluice.reactor.transport.DatagramHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A multicast group that a [DatagramSocket] has joined on one interface, until this is closed or the socket is.
/// Any thread.
public final class Membership implements AutoCloseable {
    private final DatagramSocket socket;
    private final InetAddress group;
    private final NetworkInterface on;
    private final @Nullable InetAddress source;

    /// Null once the group has been left.
    private final AtomicReference<DatagramHandle.@Nullable Joined> joined;

    Membership(
            DatagramSocket socket,
            InetAddress group,
            NetworkInterface on,
            @Nullable InetAddress source,
            DatagramHandle.Joined joined) {
        this.socket = socket;
        this.group = group;
        this.on = on;
        this.source = source;
        this.joined = new AtomicReference<>(joined);
    }

    /// The group's address.
    public InetAddress group() {
        return group;
    }

    /// The interface on which the group is received.
    public NetworkInterface networkInterface() {
        return on;
    }

    /// Whose datagrams alone are received; null for anybody's.
    public @Nullable InetAddress source() {
        return source;
    }

    /// Leaves the group. Again, or after the socket has been closed, does nothing.
    @Override
    public void close() throws IOException {
        var once = joined.getAndSet(null);
        if (once != null) {
            socket.leave(this, once);
        }
    }

    static String text(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        return group.getHostAddress() + " on " + on.getName()
                + (source == null ? "" : " from " + source.getHostAddress());
    }

    @Override
    public String toString() {
        return text(group, on, source);
    }
}
