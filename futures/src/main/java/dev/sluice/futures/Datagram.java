package dev.sluice.futures;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// A datagram that was received.
///
/// @param buf what it was received into; its position is behind the datagram's last byte
/// @param from who has sent it
/// @param length how long it was when it was sent
/// @param truncated whether `buf` had no room for all of it, so that the rest is gone
public record Datagram(ByteBuffer buf, InetSocketAddress from, int length, boolean truncated) {}
