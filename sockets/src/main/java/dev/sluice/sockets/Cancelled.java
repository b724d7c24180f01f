package dev.sluice.sockets;

import org.jspecify.annotations.Nullable;

/// A channel was closed, and why, if there was a reason: what the exceptions of later operations are made of.
record Cancelled(@Nullable Throwable cause) {}
