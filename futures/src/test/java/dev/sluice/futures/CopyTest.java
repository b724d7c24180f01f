package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Copying one way and both ways; checklist items 58-63.
@Timeout(60)
class CopyTest {
    private static final Context CX = Context.of(() -> {});

    /// Items 58 and 93.
    @Test
    void copyCountsFlushesAndDoesNotShutDown() throws Exception {
        var target = new Narrow(() -> 3);
        var source = Trickle.of("hello, world", 5);
        var future = AsyncIo.copy(source, target);
        assertThat(future.await()).isEqualTo(new AsyncIo.Copied<>(12, source, target));
        assertThat(target.text()).isEqualTo("hello, world");
        assertThat(target.flushed()).as("flushed when the copy was done").isEqualTo(12);
        assertThat(target.isShutDown()).isFalse();
        assertThatIllegalStateException().isThrownBy(future::await).withMessageContaining("copy polled after");
    }

    /// Item 58. The source ends without a pause in which something could be flushed.
    @Test
    void copyIsDoneWhenAllIsFlushed() throws Exception {
        var target = new Narrow(() -> 100);
        var bytes = Net.bytes("all");
        AsyncRead source = (cx, dst) -> {
            int n = bytes.remaining();
            dst.put(bytes);
            return n > 0 ? n : AsyncIo.EOF;
        };
        assertThat(AsyncIo.copy(source, target).await().bytes()).isEqualTo(3);
        assertThat(target.flushed()).isEqualTo(3);
    }

    @Test
    void copyWithALimitLeavesTheRest() throws Exception {
        var source = Trickle.of("hello, world", 100);
        var target = new Narrow(() -> 100);
        assertThat(AsyncIo.copy(source.take(5), target).await().bytes()).isEqualTo(5);
        assertThat(target.text()).isEqualTo("hello");
        assertThat(source.readToString(100).await()).isEqualTo(", world");
    }

    /// Item 54.
    @Test
    void copyToAWriterThatTakesNoMoreTellsTheCount() {
        assertThatExceptionOfType(WriteZeroException.class)
                .isThrownBy(() -> AsyncIo.copy(Trickle.of("hello"), new Narrow(() -> 9).room(3))
                        .await())
                .matches(e -> e.bytesWritten() == 3);
    }

    /// Item 59.
    @Test
    void copyFlushesWhileTheSourceHasNothing() throws Exception {
        var request = AsyncIo.duplex(100);
        var reached = AsyncIo.duplex(100);
        var copy = AsyncIo.copy(request.second(), new BufWriter<>(reached.first()));
        request.first().writeString("ping").await();
        assertThat(CX.poll(copy).isReady()).isFalse();
        var dst = ByteBuffer.allocate(4);
        assertThat(reached.second().read(dst).await()).isEqualTo(4);
        copy.abandon();
        CX.release();
    }

    /// Item 60.
    @Test
    void anEndlessCopyYields() throws Exception {
        var wakes = new AtomicInteger();
        var cx = Context.of(wakes::incrementAndGet);
        var copy = AsyncIo.copy(AsyncIo.repeat((byte) 1), AsyncIo.sink());
        for (int i = 1; i <= 10; i++) {
            assertThat(cx.poll(copy).isReady()).isFalse();
            assertThat(wakes).hasValueGreaterThanOrEqualTo(i);
        }
    }

    private record Proxy(DuplexStream client, DuplexStream server, CopyBidirectional<DuplexStream, DuplexStream> copy) {
        static Proxy open(int capacity) {
            var front = AsyncIo.duplex(capacity);
            var rear = AsyncIo.duplex(capacity);
            return new Proxy(front.first(), rear.first(), AsyncIo.copyBidirectional(front.second(), rear.second()));
        }
    }

    /// Items 61 and 93.
    @Test
    void theEndOfOneSideIsPassedOnAndTheOtherGoesOn() throws Exception {
        var proxy = Proxy.open(100);
        proxy.client().shutdown().await();
        assertThat(CX.poll(proxy.copy()).isReady()).isFalse();
        assertThat(proxy.server().read(ByteBuffer.allocate(1)).await()).isEqualTo(AsyncIo.EOF);
        proxy.server().writeString("late").await();
        proxy.server().shutdown().await();
        assertThat(proxy.copy().await()).isEqualTo(new CopyBidirectional.Counts(0, 4));
        assertThat(proxy.client().readToString(100).await()).isEqualTo("late");
        assertThatIllegalStateException()
                .isThrownBy(() -> CX.poll(proxy.copy()))
                .withMessageContaining("copyBidi");
    }

    /// Item 62.
    @Test
    void aBlockedDirectionDoesNotHoldTheOtherBack() throws Exception {
        var proxy = Proxy.open(8);
        var task = proxy.copy().spawn();
        var flood = AsyncIo.copy(AsyncIo.repeat((byte) 1), proxy.client()).spawn(); // nobody reads it
        for (int i = 0; i < 100; i++) {
            proxy.server().writeInt(i).await();
            assertThat(proxy.client().readInt().await()).isEqualTo(i);
        }
        flood.cancel();
        task.cancel();
    }

    /// Item 62.
    @Test
    void aBusyDirectionDoesNotHoldTheOtherBack() throws Exception {
        var rear = AsyncIo.duplex(100);
        var busy = AsyncIo.join(AsyncIo.repeat((byte) 1), new Narrow(() -> 1000));
        var copy = AsyncIo.copyBidirectional(busy, AsyncIo.join(rear.second(), AsyncIo.sink()));
        rear.first().writeString("hello").await();
        for (int i = 0; i < 10; i++) {
            assertThat(CX.poll(copy).isReady()).isFalse();
        }
        assertThat(copy.secondToFirst()).isEqualTo(5);
        assertThat(copy.firstToSecond()).isPositive();
    }

    /// Item 63.
    @Test
    void aFailureEndsBothAtOnceAndTheCountsStay() throws Exception {
        var rear = AsyncIo.duplex(100);
        var failing = AsyncIo.join(Trickle.of("abc").failing(new IOException("reset")), AsyncIo.sink());
        var copy = AsyncIo.copyBidirectional(failing, rear.second());
        rear.first().writeString("hello").await();
        assertThatExceptionOfType(IOException.class).isThrownBy(copy::await).withMessage("reset");
        assertThat(copy.firstToSecond()).isEqualTo(3);
        assertThat(copy.secondToFirst()).isEqualTo(5);
    }

    /// Item 63.
    @Test
    void aFailureToWriteEndsBoth() throws Exception {
        var proxy = Proxy.open(100);
        proxy.client().writeString("hello").await();
        proxy.server().close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(proxy.copy()::await)
                .withMessageContaining("broken pipe");
        assertThat(proxy.copy().firstToSecond()).isZero();
    }

    @Test
    void nothingForTheIdleLimitIsAFailureAndBytesBeginItAnew() throws Exception {
        var now = new AtomicLong();
        var cx = Context.of(() -> {}, now::get);
        var proxy = Proxy.open(100);
        var copy = proxy.copy().idleLimit(Duration.ofMillis(1));
        assertThat(cx.poll(copy).isReady()).isFalse();
        now.set(900_000);
        proxy.server().writeString("hello").await();
        assertThat(cx.poll(copy).isReady()).isFalse();
        now.set(1_800_000);
        assertThat(cx.poll(copy).isReady()).isFalse();
        assertThat(cx.deadlineNanos()).isEqualTo(1_900_000);
        now.set(1_900_000);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> cx.poll(copy))
                .withMessage("nothing was copied for 1 ms, after 0 bytes one way and 5 the other");
        assertThat(copy.secondToFirst()).isEqualTo(5);
    }
}
