package dev.sluice.futures;

import java.nio.ByteBuffer;

/// A datagram has been sent, all of it.
///
/// @param buf what it was sent from; nothing remains in it
public record Sent(ByteBuffer buf) {}
