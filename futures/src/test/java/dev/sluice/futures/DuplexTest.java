package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Objects in memory, and objects made of others; checklist items 38, 60, 64 and 65.
@Timeout(60)
class DuplexTest {
    private static ByteBuffer utf8(String text) {
        return ByteString.fromUtf8(text).asByteBuffer();
    }

    /// Item 64.
    @Test
    void whoWritesMoreThanTheCapacityWaitsForTheReader() throws Exception {
        var duplex = AsyncIo.duplex(4);
        var wakes = new AtomicInteger();
        var cx = Context.of(wakes::incrementAndGet);
        var src = utf8("123456");
        var writing = duplex.first().writeAll(src);
        assertThat(cx.poll(writing).isReady()).isFalse();
        assertThat(src.remaining()).isEqualTo(2);
        assertThat(wakes).hasValue(0);
        var dst = ByteBuffer.allocate(3);
        duplex.second().readExact(dst).await();
        assertThat(wakes).hasValue(1);
        assertThat(cx.poll(writing).isReady()).isTrue();
        assertThat(duplex.first()
                        .shutdown()
                        .andThen(done -> duplex.second().readToString(9))
                        .await())
                .isEqualTo("456");
    }

    /// Item 64.
    @Test
    void whoReadsWaitsForTheWriter() throws Exception {
        var duplex = AsyncIo.duplex(4);
        var wakes = new AtomicInteger();
        var cx = Context.of(wakes::incrementAndGet);
        var reading = duplex.first().readByte();
        assertThat(cx.poll(reading).isReady()).isFalse();
        duplex.second().writeByte('x').await();
        assertThat(wakes).hasValue(1);
        assertThat(cx.poll(reading)).isEqualTo(Poll.ready((byte) 'x'));
    }

    /// Item 64.
    @Test
    void aClosedEndIsABrokenPipeAtOnce() throws Exception {
        var duplex = AsyncIo.duplex(4);
        var wakes = new AtomicInteger();
        var cx = Context.of(wakes::incrementAndGet);
        var writing = duplex.first().writeAll(utf8("123456"));
        assertThat(cx.poll(writing).isReady()).isFalse();
        duplex.second().close();
        assertThat(wakes).hasValue(1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> cx.poll(writing))
                .withMessage("broken pipe: the other end has been closed");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> duplex.first().write(utf8("")).await())
                .withMessageContaining("broken pipe");
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> duplex.second().readByte().await());
    }

    /// Item 64.
    @Test
    void whatWasWrittenBeforeTheCloseIsReadThenTheEnd() throws Exception {
        var duplex = AsyncIo.duplex(4);
        duplex.first().writeString("abc").await();
        duplex.first().close();
        assertThat(duplex.second().readToString(9).await()).isEqualTo("abc");
        assertThat(duplex.second().read(ByteBuffer.allocate(1)).await()).isEqualTo(AsyncIo.EOF);
    }

    /// Items 30 and 64.
    @Test
    void afterAShutdownNothingIsWrittenAndReadingGoesOn() throws Exception {
        var duplex = AsyncIo.duplex(4);
        duplex.first().shutdown().await();
        duplex.first().shutdown().await();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> duplex.first().writeByte(1).await())
                .withMessage("broken pipe: this end has been shut down");
        duplex.second().writeByte(7).await();
        assertThat(duplex.first().readByte().await()).isEqualTo((byte) 7);
    }

    @Test
    void aSecondReaderThatWaitsIsRefused() throws Exception {
        var duplex = AsyncIo.duplex(4);
        var reading = duplex.first().readByte();
        Context.of(() -> {}).poll(reading);
        assertThatIllegalStateException()
                .isThrownBy(() -> Context.of(() -> {}).poll(duplex.first().readByte()))
                .withMessageContaining("waits already");
    }

    @Test
    void endsOnTwoThreadsLoseNothing() throws Exception {
        int count = 200_000;
        var duplex = AsyncIo.duplex(7);
        var echo = AsyncIo.copy(duplex.second(), duplex.second())
                .andThen(copied -> AsyncIo.shutdown(copied.writer()))
                .spawn();
        var writing = AsyncIo.copy(AsyncIo.repeat((byte) 'x').take(count), duplex.first())
                .andThen(copied -> AsyncIo.shutdown(copied.writer()))
                .spawn();
        assertThat(AsyncIo.copy(duplex.first(), AsyncIo.sink()).await().bytes()).isEqualTo(count);
        writing.await();
        echo.await();
    }

    /// Item 65.
    @Test
    void emptySinkAndRepeat() throws Exception {
        assertThat(AsyncIo.empty().read(ByteBuffer.allocate(1)).await()).isEqualTo(AsyncIo.EOF);
        assertThat(AsyncIo.sink().write(utf8("hello")).await()).isEqualTo(5);
        var dst = ByteBuffer.allocate(3);
        assertThat(AsyncIo.repeat((byte) 7).read(dst).await()).isEqualTo(3);
        assertThat(dst.array()).containsOnly(7);
    }

    /// Items 60 and 65.
    @Test
    void everythingInMemoryUsesTheBudget() throws Exception {
        var one = ByteBuffer.allocate(1);
        var duplex = AsyncIo.duplex(1);
        assertThat(stops(cx -> AsyncIo.empty().pollRead(cx, one.clear()))).isTrue();
        assertThat(stops(cx -> AsyncIo.repeat((byte) 1).pollRead(cx, one.clear())))
                .isTrue();
        assertThat(stops(cx -> AsyncIo.sink().pollWrite(cx, one.clear()))).isTrue();
        assertThat(stops(cx -> {
                    int n = duplex.first().pollWrite(cx, one.clear());
                    return n == AsyncIo.PENDING ? n : duplex.second().pollRead(cx, one.clear());
                }))
                .isTrue();
    }

    private interface Attempt {
        int poll(Context cx) throws IOException;
    }

    /// Whether the attempt is pending, and has woken the waker, as soon as the budget is used up.
    private static boolean stops(Attempt attempt) throws IOException {
        var wakes = new AtomicInteger();
        var cx = Context.of(wakes::incrementAndGet);
        for (int i = 0; i <= Context.BUDGET; i++) {
            if (attempt.poll(cx) == AsyncIo.PENDING) {
                return wakes.get() == 1;
            }
        }
        return false;
    }

    /// Item 38.
    @Test
    void halvesOfAnObjectAreUsedInTwoTasksAndPutTogether() throws Exception {
        var duplex = AsyncIo.duplex(3);
        var halves = AsyncIo.split(duplex.first());
        var echo = AsyncIo.copy(duplex.second(), duplex.second())
                .andThen(copied -> AsyncIo.shutdown(copied.writer()))
                .spawn();
        var writing = halves.writer()
                .writeString("there and back")
                .andThen(done -> halves.writer().shutdown())
                .spawn();
        assertThat(halves.reader().readToString(100).await()).isEqualTo("there and back");
        writing.await();
        echo.await();
        assertThat(halves.reader().isPairOf(halves.writer())).isTrue();
        assertThat(AsyncIo.unsplit(halves.reader(), halves.writer())).isSameAs(duplex.first());
    }

    /// Item 38.
    @Test
    void halvesOfTwoObjectsAreNotPutTogether() {
        var one = AsyncIo.split(AsyncIo.duplex(1).first());
        var other = AsyncIo.split(AsyncIo.duplex(1).first());
        assertThat(one.reader().isPairOf(other.writer())).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncIo.unsplit(one.reader(), other.writer()))
                .withMessageContaining("are not of one object");
    }

    @Test
    void aReaderAndAWriterAreOneObject() throws Exception {
        var target = new Narrow(() -> 3);
        var joined = AsyncIo.join(Trickle.of("hello"), target);
        assertThat(AsyncIo.copy(joined, joined).await().bytes()).isEqualTo(5);
        joined.shutdown().await();
        assertThat(target.text()).isEqualTo("hello");
        assertThat(target.isShutDown()).isTrue();
    }
}
