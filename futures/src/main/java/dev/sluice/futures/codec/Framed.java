package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.AsyncWrite;
import dev.sluice.futures.Context;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.Step;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// A connection that speaks in frames: a stream of items that come, and [#send] for those that go.
///
/// ```java
/// socket.use(s -> {
///     var lines = Framed.lines(s, 8192);
///     return lines.forEachAwait(line -> lines.send("you said " + line));
/// })
/// ```
///
/// The two directions share nothing: one task may use [#input] while another uses [#output]. The socket is not
/// closed here. Cancel safe: yes, see [FramedRead] and [FramedWrite].
///
/// @param <I> what comes
/// @param <O> what goes
public final class Framed<I, O> implements PollStream<I> {
    private final FramedRead<I> input;
    private final FramedWrite<O> output;

    /// Two directions of one connection.
    public Framed(FramedRead<I> input, FramedWrite<O> output) {
        this.input = input;
        this.output = output;
    }

    /// What was read and not taken, and what was taken and not sent.
    public record Leftover(ByteString unread, ByteString unsent) {}

    // Ways to frame.

    /// Frames of a codec.
    public static <S extends AsyncRead & AsyncWrite, T> Framed<T, T> of(S socket, Codec<T> codec) {
        return of(socket, codec, codec);
    }

    /// Frames that differ by direction.
    public static <S extends AsyncRead & AsyncWrite, I, O> Framed<I, O> of(
            S socket, Decoder<? extends I> decoder, Encoder<? super O> encoder) {
        return new Framed<>(new FramedRead<>(socket, decoder), new FramedWrite<>(socket, encoder));
    }

    /// Lines of UTF-8; see [LineCodec].
    ///
    /// @param maxLength of a line that is read, in bytes
    public static <S extends AsyncRead & AsyncWrite> Framed<String, String> lines(S socket, int maxLength) {
        return lines(socket, maxLength, StandardCharsets.UTF_8);
    }

    /// Lines of text; see [LineCodec].
    ///
    /// @param maxLength of a line that is read, in bytes
    public static <S extends AsyncRead & AsyncWrite> Framed<String, String> lines(
            S socket, int maxLength, Charset charset) {
        return of(socket, new LineCodec(maxLength, charset));
    }

    /// Frames that end with `delimiter`, in UTF-8; see [DelimiterCodec].
    ///
    /// @param maxFrameBytes of a frame that is read
    public static <S extends AsyncRead & AsyncWrite> Framed<ByteString, ByteString> delimited(
            S socket, String delimiter, int maxFrameBytes) {
        return of(socket, DelimiterCodec.sequence(ByteString.fromUtf8(delimiter), maxFrameBytes));
    }

    /// Frames that say how long they are; see [LengthCodec].
    public static <S extends AsyncRead & AsyncWrite> Framed<ByteString, ByteString> lengthPrefixed(
            S socket, LengthField field) {
        return of(socket, new LengthCodec(field));
    }

    /// Frames that all have the same size.
    public static <S extends AsyncRead & AsyncWrite> Framed<ByteString, ByteString> fixedSize(
            S socket, int frameBytes) {
        return of(socket, new FixedSizeCodec(frameBytes));
    }

    // Both directions.

    /// The next item; see [FramedRead] for what comes after a failure.
    @Override
    public Step<I> pollNext(Context cx) throws IOException {
        return input.pollNext(cx);
    }

    /// Sends an item, and all that was fed before. Cancel safe: yes, see [FramedWrite#send].
    public PollFuture<Void> send(O item) {
        return output.send(item);
    }

    /// Takes an item, and writes only when there is much unsent: for many items, and a [#flush] at the end.
    /// Cancel safe: yes, the item is taken or not.
    public PollFuture<Void> feed(O item) {
        return output.feed(item);
    }

    /// Sends all that was fed. Cancel safe: yes, the next flush goes on.
    public PollFuture<Void> flush() {
        return output.flush();
    }

    /// Sends all that was fed, and ends the output; items may still come. Cancel safe: yes, the next one goes on.
    public PollFuture<Void> shutdown() {
        return output.shutdown();
    }

    /// The items that come.
    public FramedRead<I> input() {
        return input;
    }

    /// Where items go.
    public FramedWrite<O> output() {
        return output;
    }

    /// Sets how many unsent bytes there may be before no more items are taken until they are written.
    public Framed<I, O> backPressureAt(int bytes) {
        output.backPressureAt(bytes);
        return this;
    }

    /// Goes on with another codec; bytes that were read and not taken, or not sent yet, are kept. This object
    /// is of no more use.
    public <T> Framed<T, T> withCodec(Codec<T> codec) {
        return new Framed<>(input.withDecoder(codec), output.withEncoder(codec));
    }

    /// Takes this apart: it is of no more use, and the socket may be used without it.
    public Leftover takeApart() {
        return new Leftover(input.takeApart(), output.takeApart());
    }
}
