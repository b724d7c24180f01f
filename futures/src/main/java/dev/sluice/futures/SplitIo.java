package dev.sluice.futures;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// The two directions of one object, for two tasks, which may be on different threads. Their polls exclude each
/// other, as the object may be made for one thread; sockets need no such lock, and have halves of their own.
///
/// @param reader of the object
/// @param writer of the object
public record SplitIo<S extends AsyncRead & AsyncWrite>(Reader<S> reader, Writer<S> writer) {
    static <S extends AsyncRead & AsyncWrite> SplitIo<S> of(S io) {
        var shared = new Shared<>(Objects.requireNonNull(io));
        return new SplitIo<>(new Reader<>(shared), new Writer<>(shared));
    }

    /// The object; its halves are not to be used any more.
    ///
    /// @throws IllegalArgumentException if the halves are not of one object; they can be used on
    public S unsplit() {
        if (!reader.isPairOf(writer)) {
            throw new IllegalArgumentException("the " + reader + " and the " + writer + " are not of one object");
        }
        return reader.shared.io;
    }

    /// The object, to be held for one poll at a time.
    private static final class Shared<S> implements AutoCloseable {
        private final S io;
        private final ReentrantLock lock = new ReentrantLock();

        Shared(S io) {
            this.io = io;
        }

        Shared<S> hold() {
            lock.lock();
            return this;
        }

        /// Ends the hold.
        @Override
        public void close() {
            lock.unlock();
        }
    }

    /// The reading half.
    public static final class Reader<S extends AsyncRead & AsyncWrite> implements AsyncRead {
        private final Shared<S> shared;

        private Reader(Shared<S> shared) {
            this.shared = shared;
        }

        @Override
        public int pollRead(Context cx, ByteBuffer dst) throws IOException {
            try (var held = shared.hold()) {
                return held.io.pollRead(cx, dst);
            }
        }

        @Override
        public long pollRead(Context cx, ByteBuffer[] dsts, int offset, int length) throws IOException {
            try (var held = shared.hold()) {
                return held.io.pollRead(cx, dsts, offset, length);
            }
        }

        /// Whether `writer` is the other half of the same object.
        public boolean isPairOf(Writer<?> writer) {
            return shared == writer.shared;
        }

        @Override
        public String toString() {
            return "read half of " + shared.io;
        }
    }

    /// The writing half.
    public static final class Writer<S extends AsyncRead & AsyncWrite> implements AsyncWrite {
        private final Shared<S> shared;

        private Writer(Shared<S> shared) {
            this.shared = shared;
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer src) throws IOException {
            try (var held = shared.hold()) {
                return held.io.pollWrite(cx, src);
            }
        }

        @Override
        public long pollWrite(Context cx, ByteBuffer[] srcs, int offset, int length) throws IOException {
            try (var held = shared.hold()) {
                return held.io.pollWrite(cx, srcs, offset, length);
            }
        }

        @Override
        public boolean pollFlush(Context cx) throws IOException {
            try (var held = shared.hold()) {
                return held.io.pollFlush(cx);
            }
        }

        @Override
        public boolean pollShutdown(Context cx) throws IOException {
            try (var held = shared.hold()) {
                return held.io.pollShutdown(cx);
            }
        }

        @Override
        public String toString() {
            return "write half of " + shared.io;
        }
    }
}
