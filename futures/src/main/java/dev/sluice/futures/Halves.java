package dev.sluice.futures;

/// The two directions of one connection, for two owners. Between them is no lock: reading and writing share
/// nothing.
public record Halves<S extends SocketStream>(ReadHalf<S> reader, WriteHalf<S> writer) {
    static <S extends SocketStream> Halves<S> of(S stream) {
        var split = new Split<>(stream);
        return new Halves<>(new ReadHalf<>(split), new WriteHalf<>(split));
    }
}
