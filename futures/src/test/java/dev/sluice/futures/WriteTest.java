package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.bytes.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Writing to any target; checklist items 53-57.
@Timeout(60)
class WriteTest {
    private static Narrow narrow(int bytes) {
        return new Narrow(() -> bytes);
    }

    private static ByteBuffer utf8(String text) {
        return ByteString.fromUtf8(text).asByteBuffer();
    }

    /// Takes from many buffers with one call, `bytes` at a time, and may end inside one or between two.
    private static final class Gathering implements AsyncWrite {
        private final Narrow inner;
        private final int bytes;
        private int calls;

        Gathering(int bytes) {
            this.bytes = bytes;
            this.inner = new Narrow(() -> bytes);
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer src) {
            return inner.pollWrite(cx, src);
        }

        @Override
        public long pollWrite(Context cx, ByteBuffer[] srcs, int offset, int length) {
            calls++;
            long all = 0;
            for (int i = offset; i < offset + length && all < bytes; i++) {
                int limit = srcs[i].limit();
                srcs[i].limit(Math.min(limit, srcs[i].position() + (int) (bytes - all)));
                while (srcs[i].hasRemaining()) {
                    int n = pollWrite(cx, srcs[i]);
                    all += Math.max(0, n);
                }
                srcs[i].limit(limit);
            }
            return all;
        }

        @Override
        public boolean pollShutdown(Context cx) {
            return true;
        }
    }

    /// Items 53 and 93.
    @Test
    void writeAllWritesAllInOrder() throws Exception {
        var target = narrow(4);
        var future = AsyncIo.writeAll(target, utf8("hello, world"));
        var written = future.await();
        assertThat(written.io()).isSameAs(target);
        assertThat(written.buf().hasRemaining()).isFalse();
        assertThat(target.text()).isEqualTo("hello, world");
        assertThat(target.writes()).isEqualTo(3);
        assertThatIllegalStateException().isThrownBy(future::await).withMessageContaining("writeAll polled after");
    }

    @Test
    void writeTellsHowMuchWasTaken() throws Exception {
        var src = utf8("hello");
        assertThat(narrow(3).write(src).await()).isEqualTo(3);
        assertThat(src.remaining()).isEqualTo(2);
    }

    /// Item 54.
    @Test
    void aWriterThatTakesNoMoreIsAFailure() {
        var src = utf8("hello");
        assertThatExceptionOfType(WriteZeroException.class)
                .isThrownBy(() -> narrow(2).room(3).writeAll(src).await())
                .withMessageContaining("after 3 bytes")
                .matches(e -> e.bytesWritten() == 3);
        assertThat(src.remaining()).isEqualTo(2);
        assertThatExceptionOfType(WriteZeroException.class)
                .isThrownBy(
                        () -> narrow(2).room(3).writeAll(utf8("ab"), utf8("cd")).await())
                .matches(e -> e.bytesWritten() == 3);
    }

    /// Item 55.
    @Test
    void writeAllCanBeCancelledAnywhere() throws Exception {
        var target = narrow(1);
        var src = utf8("hello, world");
        Cancelling.untilDone(() -> target.writeAll(src));
        assertThat(target.text()).isEqualTo("hello, world");
        var srcs = new ByteBuffer[] {utf8("one"), utf8(""), utf8("two")};
        Cancelling.untilDone(() -> target.writeAll(srcs));
        assertThat(target.text()).isEqualTo("hello, worldonetwo");
    }

    /// Items 25 and 56.
    @Test
    void severalBuffersGoOnWhereTheyWereCut() throws Exception {
        for (int bytes = 1; bytes < 14; bytes++) {
            var target = new Gathering(bytes);
            target.writeAll(utf8(""), utf8("abc"), utf8("def"), utf8(""), utf8("gh"), utf8("ijklm"), utf8(""))
                    .await();
            assertThat(target.inner.text()).as("%d bytes at a time", bytes).isEqualTo("abcdefghijklm");
        }
        var whole = new Gathering(100);
        whole.writeAll(utf8("abc"), utf8("def")).await();
        assertThat(whole.calls).isOne();
    }

    /// Item 56.
    @Test
    void noBuffersAndEmptyBuffersAreWrittenAtOnce() throws Exception {
        var target = narrow(1);
        target.writeAll().await();
        target.writeAll(utf8(""), utf8("")).await();
        target.writeAll(ByteString.empty()).await();
        assertThat(target.writes()).isZero();
    }

    @Test
    void stringsAndRopesAreWritten() throws Exception {
        var target = narrow(3);
        target.writeString("grüße ").await();
        target.writeAll(ByteString.fromUtf8("foo ").append(ByteString.fromUtf8("bar")))
                .await();
        assertThat(target.text()).isEqualTo("grüße foo bar");
    }

    @Test
    void numbersGoInBothOrders() throws Exception {
        var target = narrow(3);
        target.writeByte(0x1FE).await();
        target.writeShort(0x0102).await();
        target.writeShort(0x0102, ByteOrder.LITTLE_ENDIAN).await();
        target.writeInt(0x01020304).await();
        target.writeInt(0x01020304, ByteOrder.LITTLE_ENDIAN).await();
        target.writeLong(0x0102030405060708L).await();
        target.writeLong(0x0102030405060708L, ByteOrder.LITTLE_ENDIAN).await();
        target.writeFloat(1.5f).await();
        target.writeFloat(1.5f, ByteOrder.LITTLE_ENDIAN).await();
        target.writeDouble(1.5).await();
        target.writeDouble(1.5, ByteOrder.LITTLE_ENDIAN).await();
        assertThat(ByteString.copyOf(target.bytes()).hex())
                .isEqualTo("fe" + "0102" + "0201" + "01020304" + "04030201" + "0102030405060708" + "0807060504030201"
                        + "3fc00000" + "0000c03f" + "3ff8000000000000" + "000000000000f83f");
    }

    @Test
    void flushAndShutdownReachTheTarget() throws Exception {
        var target = narrow(1);
        assertThat(Cancelling.untilDone(() -> AsyncIo.flush(target))).isSameAs(target);
        target.flush().await();
        assertThat(target.flushes()).isEqualTo(2);
        target.shutdown().await();
        assertThat(AsyncIo.shutdown(target).await().isShutDown()).isTrue();
    }

    /// Item 57.
    @Test
    void aBufferedWriterCollects() throws Exception {
        var target = narrow(100);
        var writer = new BufWriter<>(target, 8);
        writer.writeString("12345").await();
        writer.writeString("678").await();
        assertThat(target.writes()).isZero();
        writer.writeString("9").await();
        assertThat(target.text()).isEqualTo("12345678");
        assertThat(writer.buffered()).isOne();
        writer.flush().await();
        assertThat(target.text()).isEqualTo("123456789");
        assertThat(target.flushes()).isOne();
    }

    /// Item 57.
    @Test
    void aLargeWriteGoesPastTheBuffer() throws Exception {
        var target = narrow(100);
        var writer = new BufWriter<>(target, 4);
        writer.writeString("12345").await();
        assertThat(target.text()).isEqualTo("12345");
        assertThat(writer.buffered()).isZero();
        writer.writeString("1").await();
        writer.writeString("2345").await();
        assertThat(target.text()).isEqualTo("12345" + "1" + "2345");
    }

    /// Item 57.
    @Test
    void aBufferedWriterFlushesOnlyWhenItIsTold() throws Exception {
        var target = narrow(100);
        var writer = new BufWriter<>(target);
        writer.writeString("12345").await();
        assertThat(target.writes()).isZero();
        writer.shutdown().await();
        assertThat(target.text()).isEqualTo("12345");
        assertThat(target.isShutDown()).isTrue();
    }

    @Test
    void aBufferedWriterLosesNothingByCancels() throws Exception {
        var target = narrow(1);
        var writer = new BufWriter<>(target, 4);
        for (int i = 0; i < 10; i++) {
            var src = utf8("abc");
            Cancelling.untilDone(() -> writer.writeAll(src));
        }
        Cancelling.untilDone(writer::flush);
        assertThat(target.text()).isEqualTo("abc".repeat(10));
    }
}
