package dev.sluice.actors;

import java.io.IOException;

/// A command was refused because of the state that its receiver was in. Has no stack trace: the place where it was
/// made tells nothing.
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String why) {
        super(why);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
