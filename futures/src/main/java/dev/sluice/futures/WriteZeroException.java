package dev.sluice.futures;

import java.io.IOException;

/// A writer took no bytes although there were some: it will never take more.
public final class WriteZeroException extends IOException {
    private static final long serialVersionUID = 1;

    private final long bytesWritten;

    /// @param bytesWritten how many bytes the operation had written before
    public WriteZeroException(long bytesWritten) {
        super("the writer takes no more, after " + bytesWritten + " bytes (write zero)");
        this.bytesWritten = bytesWritten;
    }

    /// How many bytes the operation had written before.
    public long bytesWritten() {
        return bytesWritten;
    }
}
