package dev.sluice.futures;

import java.io.IOException;

/// Gives a value, and may do input and output.
@FunctionalInterface
public interface IoSupplier<T> {
    /// The value.
    T get() throws IOException;
}
