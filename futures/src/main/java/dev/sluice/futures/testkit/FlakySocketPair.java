package dev.sluice.futures.testkit;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.AsyncWrite;
import dev.sluice.futures.Context;
import dev.sluice.futures.IoSupplier;
import dev.sluice.futures.Waker;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Two ends of a connection in memory that does all that a connection may do: reads and writes are short, an
/// operation is pending though it could go on, and, if the test wants it, the connection is reset.
///
/// A seed decides, so in one thread the same seed does the same again. The ends may be used from any threads.
public final class FlakySocketPair {
    private static final int CAPACITY_BYTES = 4096;

    private final ReentrantLock lock = new ReentrantLock();

    // All below, and what is in the pipes, is guarded by the lock.

    private final Random random;
    private final int operationsPerReset;
    private boolean reset;

    /// To be woken when the lock is given up.
    private final List<Waker> due = new ArrayList<>();

    private final Pipe there = new Pipe();
    private final Pipe back = new Pipe();
    private final End first = new End(back, there);
    private final End second = new End(there, back);

    private FlakySocketPair(long seed, int operationsPerReset) {
        this.random = new Random(seed);
        this.operationsPerReset = operationsPerReset;
    }

    /// A pair whose connection lasts.
    public static FlakySocketPair of(long seed) {
        return new FlakySocketPair(seed, 0);
    }

    /// A pair whose connection is reset after so many operations on average.
    public static FlakySocketPair withResets(long seed, int operationsPerReset) {
        if (operationsPerReset < 1) {
            throw new IllegalArgumentException("a reset every " + operationsPerReset + " operations");
        }
        return new FlakySocketPair(seed, operationsPerReset);
    }

    /// One end.
    public End first() {
        return first;
    }

    /// The other end.
    public End second() {
        return second;
    }

    private static final class Pipe {
        /// Between operations, position to limit is what was written and not read.
        final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY_BYTES).limit(0);

        boolean ended;
        boolean abandoned;

        @Nullable
        Waker reader;

        @Nullable
        Waker writer;
    }

    /// An end of the connection.
    public final class End implements AsyncRead, AsyncWrite, AutoCloseable {
        private final Pipe in;
        private final Pipe out;
        private boolean closed;

        private End(Pipe in, Pipe out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public int pollRead(Context cx, ByteBuffer dst) throws IOException {
            if (!dst.hasRemaining()) {
                return 0;
            }
            if (!cx.proceed()) {
                return AsyncIo.PENDING;
            }
            return locked(() -> read(cx, dst));
        }

        private int read(Context cx, ByteBuffer dst) throws IOException {
            check("read");
            if (isLazy(cx)) {
                return AsyncIo.PENDING;
            }
            if (!in.bytes.hasRemaining()) {
                if (in.ended) {
                    return AsyncIo.EOF;
                }
                in.reader = cx.waker();
                return AsyncIo.PENDING;
            }
            int n = some(Math.min(dst.remaining(), in.bytes.remaining()));
            dst.put(in.bytes.slice(in.bytes.position(), n));
            in.bytes.position(in.bytes.position() + n);
            in.writer = toWake(in.writer);
            return n;
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer src) throws IOException {
            if (!src.hasRemaining()) {
                return 0;
            }
            if (!cx.proceed()) {
                return AsyncIo.PENDING;
            }
            return locked(() -> write(cx, src));
        }

        private int write(Context cx, ByteBuffer src) throws IOException {
            check("write");
            if (out.ended || out.abandoned) {
                throw new SocketException("write failed: broken pipe");
            }
            if (isLazy(cx)) {
                return AsyncIo.PENDING;
            }
            out.bytes.compact();
            int n = some(Math.min(src.remaining(), out.bytes.remaining()));
            out.bytes.put(src.slice(src.position(), n)).flip();
            src.position(src.position() + n);
            if (n == 0) {
                out.writer = cx.waker();
                return AsyncIo.PENDING;
            }
            out.reader = toWake(out.reader);
            return n;
        }

        /// Ends the output; what was written can still be read.
        @Override
        public boolean pollShutdown(Context cx) throws IOException {
            return locked(() -> {
                out.ended = true;
                out.reader = toWake(out.reader);
                return true;
            });
        }

        /// Closes this end: the other one reads to the end, and cannot write.
        @Override
        public void close() throws IOException {
            locked(() -> {
                closed = true;
                out.ended = true;
                in.abandoned = true;
                return wakeAll();
            });
        }

        private void check(String operation) throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (!reset && operationsPerReset > 0 && random.nextInt(operationsPerReset) == 0) {
                reset = wakeAll();
            }
            if (reset) {
                throw new SocketException(operation + " failed: connection reset by peer");
            }
        }
    }

    /// Whether an operation is pending for no reason; it may be tried again at once.
    private boolean isLazy(Context cx) {
        if (random.nextInt(4) != 0) {
            return false;
        }
        due.add(cx.waker());
        return true;
    }

    /// From 1 to `most`, often 1, often all.
    private int some(int most) {
        return switch (most == 0 ? 2 : random.nextInt(3)) {
            case 0 -> 1;
            case 1 -> 1 + random.nextInt(most);
            default -> most;
        };
    }

    private boolean wakeAll() {
        for (var pipe : new Pipe[] {there, back}) {
            pipe.reader = toWake(pipe.reader);
            pipe.writer = toWake(pipe.writer);
        }
        return true;
    }

    private @Nullable Waker toWake(@Nullable Waker waiting) {
        if (waiting != null) {
            due.add(waiting);
        }
        return null;
    }

    /// Does something under the lock, and wakes who is to be woken after that.
    private <T> T locked(IoSupplier<T> operation) throws IOException {
        Waker[] woken = {};
        lock.lock();
        try {
            return operation.get();
        } finally {
            woken = due.toArray(woken);
            due.clear();
            lock.unlock();
            for (var waker : woken) {
                waker.wake();
            }
        }
    }
}
