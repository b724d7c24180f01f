package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.bytes.ByteStringBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An operation that waits allocates nothing each time it is polled, and holds no buffer; checklist item 26.
@Timeout(60)
class PollAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int POLLS = 20_000;
    private static final int MESSAGES = 1_000;

    /// How often that many polls are tried until the compiler has removed what it can.
    private static final int TRIES = 100;

    private static final AsyncRead SILENT = (cx, dst) -> AsyncIo.PENDING;

    private static final class Full implements AsyncWrite {
        @Override
        public int pollWrite(Context cx, ByteBuffer src) {
            return AsyncIo.PENDING;
        }

        @Override
        public boolean pollFlush(Context cx) {
            return false;
        }

        @Override
        public boolean pollShutdown(Context cx) {
            return false;
        }
    }

    /// Item 26.
    @Test
    void aPollThatWaitsAllocatesNothing() throws IOException {
        var target = new Full();
        var one = AsyncIo.join(SILENT, target);
        var src = ByteBuffer.allocate(4);
        var reader = new BufReader<>(Trickle.of("half a line", 100).chain(SILENT));
        for (PollFuture<?> future : List.of(
                SILENT.read(ByteBuffer.allocate(1)),
                SILENT.readExact(ByteBuffer.allocate(1)),
                SILENT.readToEnd(new ByteStringBuilder(), 100),
                SILENT.readLong(),
                SILENT.take(1).chain(SILENT).readByte(),
                new BufReader<>(SILENT).fillBuf(),
                reader.readLine(),
                new BufReader<>(SILENT).readLong(),
                new BufReader<>(SILENT).lines().next(),
                target.writeAll(src),
                target.writeAll(src, src),
                target.flush(),
                target.shutdown(),
                new BufWriter<>(target, 1).writeAll(src),
                AsyncIo.copy(SILENT, target),
                AsyncIo.copy(Trickle.of("kept", 100), target),
                AsyncIo.copyBidirectional(one, one))) {
            assertThat(allocatedBy(future)).as("%s", future).isLessThan(POLLS);
        }
    }

    /// It lets go of its memory while it waits.
    @Test
    void aReaderThatWaitsBeforeEachMessageTakesMemoryForThatOnly() throws IOException {
        var message = ByteBuffer.wrap("a message\n".getBytes(StandardCharsets.UTF_8));
        var reader = new BufReader<>((cx, dst) -> {
            if (!message.hasRemaining()) {
                message.rewind();
                return AsyncIo.PENDING;
            }
            dst.put(message);
            return message.limit();
        });
        var cx = Context.of(() -> {});
        long before = 0;
        for (int i = 0; i < 2 * MESSAGES; i++) {
            if (i == MESSAGES) {
                before = THREADS.getCurrentThreadAllocatedBytes();
            }
            var line = reader.readLine();
            if (!cx.poll(line).equals(Poll.ready(Optional.of("a message")))
                    || cx.poll(reader.fillBuf()).isReady()) {
                throw new AssertionError("not a message and then nothing");
            }
        }
        assertThat((THREADS.getCurrentThreadAllocatedBytes() - before) / MESSAGES)
                .isLessThan(2048);
    }

    /// The bytes that some thousand polls allocate once they are compiled.
    private static long allocatedBy(PollFuture<?> future) throws IOException {
        var cx = Context.of(() -> {});
        poll(future, cx);
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && bytes >= POLLS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            poll(future, cx);
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        return bytes;
    }

    private static void poll(PollFuture<?> future, Context cx) throws IOException {
        for (int i = 0; i < POLLS; i++) {
            if (cx.poll(future).isReady()) {
                throw new AssertionError(future + " does not wait");
            }
        }
    }
}
