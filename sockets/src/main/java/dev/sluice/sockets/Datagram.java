package dev.sluice.sockets;

import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import java.util.Objects;

/// A whole datagram, received or to be sent.
///
/// @param packet its bytes, which may be none
/// @param address who has sent it, or who is to get it. That of a sender has no name, and none is looked up
public record Datagram(ByteString packet, InetSocketAddress address) {
    /// Checks that there are both.
    public Datagram {
        Objects.requireNonNull(packet);
        Objects.requireNonNull(address);
    }
}
