package dev.sluice.futures;

import java.io.IOException;

/// Takes a value, and may do input and output.
@FunctionalInterface
public interface IoConsumer<T> {
    /// Takes `value`.
    void accept(T value) throws IOException;
}
