package dev.sluice.reactor;

/// Anything that can be woken: an actor's connection, a poll task, a parked thread.
///
/// A waiter is handed to a [Readiness] after an operation said that it would block, and is woken once.
@FunctionalInterface
public interface Waiter {
    /// Says that trying again is worth while; the waiter may find that it is not. Called from any thread, also
    /// twice or while a call to it is under way. Must return quickly, must not block and must not throw.
    void wake();
}
