package dev.sluice.futures;

/// The halves of two connections cannot be reunited. Both can be used on.
public final class UnpairedHalvesException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient ReadHalf<?> reader;
    private final transient WriteHalf<?> writer;

    UnpairedHalvesException(ReadHalf<?> reader, WriteHalf<?> writer) {
        super("the " + reader + " and the " + writer + " are not of one connection");
        this.reader = reader;
        this.writer = writer;
    }

    /// The half that was asked to reunite.
    public ReadHalf<?> reader() {
        return reader;
    }

    /// The half that is a stranger to it.
    public WriteHalf<?> writer() {
        return writer;
    }
}
