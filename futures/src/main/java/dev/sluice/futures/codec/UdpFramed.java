package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteStringBuilder;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.Context;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.Step;
import dev.sluice.futures.UdpSocket;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A UDP socket that speaks in frames. A datagram may hold several; none goes over its end.
///
/// A datagram that makes no sense costs that datagram only: it is told as a failure, and the stream, which has
/// no end, goes on with the next one. One task at a time receives; sending is another matter. The socket is not
/// closed. Cancel safe: yes.
///
/// @param <I> what comes
/// @param <O> what goes
public final class UdpFramed<I, O> implements PollStream<UdpFramed.Frame<I>> {
    private static final int LARGEST_DATAGRAM = 65_535;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final UdpSocket socket;
    private final Decoder<? extends I> decoder;
    private final Encoder<? super O> encoder;

    /// Who has sent [#datagram].
    private final Peer from = new Peer();

    /// What is left of it.
    private ByteBuffer datagram = NONE;

    /// @param socket where nobody else receives
    public UdpFramed(UdpSocket socket, Decoder<? extends I> decoder, Encoder<? super O> encoder) {
        this.socket = Objects.requireNonNull(socket);
        this.decoder = Objects.requireNonNull(decoder);
        this.encoder = Objects.requireNonNull(encoder);
    }

    /// Frames of one codec.
    public static <T> UdpFramed<T, T> of(UdpSocket socket, Codec<T> codec) {
        return new UdpFramed<>(socket, codec, codec);
    }

    /// A frame that has come.
    ///
    /// @param from who has sent it
    public record Frame<T>(T item, InetSocketAddress from) {}

    @Override
    public Step<Frame<I>> pollNext(Context cx) throws IOException {
        while (cx.proceed()) {
            var item = datagram != NONE ? decode() : null;
            if (item != null) {
                return Step.item(new Frame<>(item, from.toSocketAddress()));
            }
            if (!receives(cx)) {
                cx.giveBack();
                break;
            }
        }
        return Step.pending();
    }

    /// The next frame of the datagram; after the last one, or a failure, the datagram is gone.
    private @Nullable I decode() throws IOException {
        var in = datagram;
        datagram = NONE;
        try {
            var item = decoder.decodeEnd(in);
            datagram = item != null ? in : NONE;
            return item;
        } catch (FrameException e) {
            datagram = in;
            throw e;
        }
    }

    private boolean receives(Context cx) throws IOException {
        var buffers = cx.buffers();
        var large = buffers.take();
        try {
            int n = socket.pollRecvFrom(cx, large.limit(LARGEST_DATAGRAM), from);
            if (n == AsyncIo.PENDING) {
                return false;
            }
            datagram = ByteBuffer.allocate(n).put(large.flip()).flip();
            return true;
        } finally {
            buffers.give(large);
        }
    }

    /// Sends the frame of an item as one datagram. Cancel safe: yes, it goes out whole or not at all.
    ///
    /// @throws IllegalArgumentException if the address has a name that is not resolved
    public PollFuture<Void> send(O item, InetSocketAddress to) {
        var peer = Peer.of(to).toSocketAddress();
        return PollFuture.lazy(() -> send(encode(item), peer));
    }

    private ByteBuffer encode(O item) throws IOException {
        var out = new ByteStringBuilder();
        encoder.encode(item, out);
        return out.result().asByteBuffer();
    }

    private PollFuture<Void> send(ByteBuffer frame, InetSocketAddress to) {
        return socket.sendDgram(frame, to).andThen(sent -> {
            if (frame.hasRemaining()) {
                throw new IOException("send to " + to + " took only " + frame.position() + " of " + frame.limit()
                        + " bytes of a datagram");
            }
            return PollFuture.done();
        });
    }
}
