package dev.sluice.futures;

import java.io.EOFException;

/// The input ended in the middle of what was to be read.
public final class EarlyEndException extends EOFException {
    private static final long serialVersionUID = 1;

    private final long bytesRead;

    /// @param bytesRead how many bytes of it had been read
    /// @param wanted how many it would have been
    public EarlyEndException(long bytesRead, long wanted) {
        super("the input ended after " + bytesRead + " of " + wanted + " bytes");
        this.bytesRead = bytesRead;
    }

    /// How many bytes the operation had read before the end.
    public long bytesRead() {
        return bytesRead;
    }
}
