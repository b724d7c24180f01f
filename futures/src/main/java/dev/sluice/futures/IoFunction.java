package dev.sluice.futures;

import java.io.IOException;

/// A function that may do input and output.
@FunctionalInterface
public interface IoFunction<T, R> {
    /// What it gives for `value`.
    R apply(T value) throws IOException;
}
