package dev.sluice.futures.codec;

/// Frames in both directions.
public interface Codec<T> extends Decoder<T>, Encoder<T> {}
