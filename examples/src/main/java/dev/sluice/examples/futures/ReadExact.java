package dev.sluice.examples.futures;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.TcpStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Fills a buffer; a future written by hand. Cancel safe: yes, the buffer's position is the progress.
public final class ReadExact<S extends AsyncRead> implements PollFuture<ReadExact.Filled<S>> {
    /// What was read from, and what was read.
    public record Filled<S>(S io, ByteBuffer buf) {}

    private final S source;
    private @Nullable ByteBuffer dst; // null once this is over

    /// Fills `dst` from `source`.
    public ReadExact(S source, ByteBuffer dst) {
        this.source = Objects.requireNonNull(source);
        this.dst = Objects.requireNonNull(dst);
    }

    @Override
    public Poll<Filled<S>> poll(Context cx) throws IOException {
        var buf = dst;
        if (buf == null) {
            throw new IllegalStateException("ReadExact polled after it was done");
        }
        while (buf.hasRemaining()) {
            int n = source.pollRead(cx, buf);
            if (n == AsyncIo.PENDING) {
                return Poll.pending(); // the source has kept the waker
            }
            if (n == AsyncIo.EOF) {
                dst = null;
                throw new EOFException("early end, " + buf.remaining() + " bytes are missing");
            }
        }
        dst = null;
        return Poll.ready(new Filled<>(source, buf));
    }

    /// Prints the first bytes that a server sends. Arguments: host, port, how many.
    public static void main(String[] args) throws Exception {
        var filled = TcpStream.connect(args[0], Integer.parseInt(args[1]))
                .andThen(socket -> new ReadExact<>(socket, ByteBuffer.allocate(Integer.parseInt(args[2]))))
                .await();
        System.out.println(StandardCharsets.UTF_8.decode(filled.buf().flip()));
        filled.io().close();
    }
}
