package dev.sluice.futures;

import java.io.IOException;

/// What was looked for did not come within the limit: the end of a line, a delimiter, the end of the input.
public final class LimitExceededException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param limit in bytes
    /// @param missing what did not come
    public LimitExceededException(int limit, String missing) {
        super("more than " + limit + " bytes without " + missing);
    }

    static int checked(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " is negative");
        }
        return limit;
    }
}
