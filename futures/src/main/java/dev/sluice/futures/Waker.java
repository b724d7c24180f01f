package dev.sluice.futures;

import dev.sluice.reactor.Waiter;

/// Says to whoever polls a future that polling it again is worth while.
///
/// A waker is known by its identity. It may be woken from any thread, any number of times, also while the future
/// is being polled; it never blocks and never throws.
@FunctionalInterface
public interface Waker extends Waiter {}
