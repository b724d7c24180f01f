package dev.sluice.futures.testkit;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.AsyncWrite;
import dev.sluice.futures.Context;
import dev.sluice.futures.Waker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection that does what a script says, and fails the test by an [AssertionError] when it is used
/// otherwise: when something else is written, when more is read or written than the script has, and by [#close]
/// when it is not used up.
///
/// ```java
/// try (var io = MockIo.script().read("ab").pending().read("c").writeExpect("x").eof()) { … }
/// ```
///
/// A read gets the bytes of one [#read] at most. It waits for the writes that come before it in the script; a
/// write does not wait for reads. One thread at a time.
public final class MockIo implements AsyncRead, AsyncWrite, AutoCloseable {
    private enum Kind {
        READ,
        READ_ERROR,
        EOF,
        WRITE,
        WRITE_ERROR;

        boolean isWrite() {
            return this == WRITE || this == WRITE_ERROR;
        }
    }

    private static final class Action {
        final Kind kind;
        final ByteBuffer bytes;
        final @Nullable IOException error;

        /// How often it is not its turn yet.
        int pending;

        Action(Kind kind, ByteString bytes, @Nullable IOException error, int pending) {
            this.kind = kind;
            this.bytes = bytes.asByteBuffer();
            this.error = error;
            this.pending = pending;
        }

        @Override
        public String toString() {
            return kind + (bytes.hasRemaining() ? " " + ByteString.copyOf(bytes.duplicate()) : "");
        }
    }

    private final ArrayDeque<Action> script = new ArrayDeque<>();

    /// What stands at the end of the script, before the next action is added.
    private int pending;

    private boolean ended;
    private boolean isShutDown;
    private int flushes;

    /// Waits for a write that the script has before its read.
    private @Nullable Waker reader;

    private MockIo() {}

    /// An empty script, which the other methods add to.
    public static MockIo script() {
        return new MockIo();
    }

    // The script.

    /// Bytes of UTF-8 can be read.
    public MockIo read(String text) {
        return read(ByteString.fromUtf8(text));
    }

    /// Bytes can be read.
    public MockIo read(ByteString bytes) {
        if (bytes.isEmpty()) {
            throw new IllegalArgumentException("a read of no bytes; the end is eof()");
        }
        return add(Kind.READ, bytes, null);
    }

    /// A read fails.
    public MockIo readError(IOException error) {
        return add(Kind.READ_ERROR, ByteString.empty(), Objects.requireNonNull(error));
    }

    /// A read finds the end; what comes behind it in the script can be read after that.
    public MockIo eof() {
        return add(Kind.EOF, ByteString.empty(), null);
    }

    /// These bytes of UTF-8 have to be written, in one write or several.
    public MockIo writeExpect(String text) {
        return writeExpect(ByteString.fromUtf8(text));
    }

    /// These bytes have to be written, in one write or several. A write takes no more than one such action has.
    public MockIo writeExpect(ByteString bytes) {
        if (bytes.isEmpty()) {
            throw new IllegalArgumentException("a write of no bytes");
        }
        return add(Kind.WRITE, bytes, null);
    }

    /// A write fails.
    public MockIo writeError(IOException error) {
        return add(Kind.WRITE_ERROR, ByteString.empty(), Objects.requireNonNull(error));
    }

    /// What comes next in the script is pending at the first try; the task is woken at once.
    public MockIo pending() {
        pending++;
        return this;
    }

    private MockIo add(Kind kind, ByteString bytes, @Nullable IOException error) {
        script.add(new Action(kind, bytes, error, pending));
        pending = 0;
        return this;
    }

    // What is tested uses these.

    @Override
    public int pollRead(Context cx, ByteBuffer dst) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        var action = script.peek();
        if (action == null) {
            return endOfScript(cx);
        }
        if (action.kind.isWrite()) {
            reader = cx.waker();
            return AsyncIo.PENDING;
        }
        if (isPending(action, cx)) {
            return AsyncIo.PENDING;
        }
        ended = action.kind == Kind.EOF;
        if (action.error != null) {
            script.remove();
            throw action.error;
        }
        return ended ? end() : move(action, dst);
    }

    private int end() {
        script.remove();
        return AsyncIo.EOF;
    }

    /// After an end there are only more of it; before that the script is too short.
    private int endOfScript(Context cx) {
        if (pending > 0) {
            pending--;
            cx.waker().wake();
            return AsyncIo.PENDING;
        }
        if (ended) {
            return AsyncIo.EOF;
        }
        throw new AssertionError("a read, where the script has nothing more");
    }

    private int move(Action action, ByteBuffer dst) {
        int n = Math.min(dst.remaining(), action.bytes.remaining());
        dst.put(action.bytes.slice(action.bytes.position(), n));
        action.bytes.position(action.bytes.position() + n);
        if (!action.bytes.hasRemaining()) {
            script.remove();
        }
        return n;
    }

    private static boolean isPending(Action action, Context cx) {
        if (action.pending == 0) {
            return false;
        }
        action.pending--;
        cx.waker().wake();
        return true;
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer src) throws IOException {
        if (!src.hasRemaining()) {
            return 0;
        }
        var action = script.stream().filter(a -> a.kind.isWrite()).findFirst().orElse(null);
        if (isShutDown || action == null) {
            throw new AssertionError("a write of " + ByteString.copyOf(src.duplicate()) + ", where the script has "
                    + (isShutDown ? "a shutdown before" : "none"));
        }
        if (isPending(action, cx)) {
            return AsyncIo.PENDING;
        }
        if (action.error != null) {
            taken(action);
            throw action.error;
        }
        int n = Math.min(src.remaining(), action.bytes.remaining());
        var written = ByteString.copyOf(src.slice(src.position(), n));
        var expected = ByteString.copyOf(action.bytes.slice(action.bytes.position(), n));
        if (!written.equals(expected)) {
            throw new AssertionError("written " + written + ", where the script has " + expected);
        }
        src.position(src.position() + n);
        action.bytes.position(action.bytes.position() + n);
        if (!action.bytes.hasRemaining()) {
            taken(action);
        }
        return n;
    }

    private void taken(Action write) {
        script.remove(write);
        var waiting = reader;
        reader = null;
        if (waiting != null) {
            waiting.wake();
        }
    }

    @Override
    public boolean pollFlush(Context cx) {
        flushes++;
        return true;
    }

    @Override
    public boolean pollShutdown(Context cx) {
        isShutDown = true;
        return true;
    }

    // What the test asks.

    /// How often this was flushed.
    public int flushes() {
        return flushes;
    }

    /// Whether the output was shut down.
    public boolean isShutDown() {
        return isShutDown;
    }

    /// Checks that the script is used up.
    ///
    /// @throws AssertionError if it is not
    @Override
    public void close() {
        if (!script.isEmpty()) {
            throw new AssertionError("the script is not used up: " + script);
        }
    }
}
