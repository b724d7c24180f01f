package dev.sluice.futures;

/// What a task wants to know of a socket, and is told: a set of bits.
///
/// [#READABLE] and [#WRITABLE] can be asked for. The other two are told beside them, and are enough for an answer.
public final class Interest {
    /// Bytes, a datagram, the end or a failure can be had.
    public static final int READABLE = 1;

    /// Bytes can be written, or writing them would tell why they cannot.
    public static final int WRITABLE = 2;

    /// The peer will send no more; told to those who ask for [#READABLE].
    public static final int READ_CLOSED = 4;

    /// Nothing can be written any more: this side has shut its output down, or the connection is lost; told to
    /// those who ask for [#WRITABLE].
    public static final int WRITE_CLOSED = 8;

    static final int BOTH = READABLE | WRITABLE;

    private Interest() {}
}
