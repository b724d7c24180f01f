package dev.sluice.futures.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import dev.sluice.futures.AsyncRead;
import dev.sluice.futures.AsyncWrite;
import dev.sluice.futures.Context;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.Step;
import dev.sluice.futures.WriteZeroException;
import dev.sluice.futures.testkit.MockIo;
import dev.sluice.futures.testkit.TaskSpy;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Streams of frames; checklist items 97-101.
@Timeout(60)
class FramedTest {
    private final TaskSpy task = new TaskSpy();

    /// Numbers of four bytes.
    private static final Decoder<Integer> INTS = in -> in.remaining() < 4 ? null : in.getInt();

    private static final Encoder<Integer> INTS_OUT = (n, out) -> out.putInt(n);

    private static ByteString ints(int... values) {
        return new ByteStringBuilder().putInts(values).result();
    }

    private <T> void next(PollStream<T> stream, T expected) throws IOException {
        assertThat(task.pollNext(stream)).isEqualTo(Step.item(expected));
    }

    private void isDone(PollStream<?> stream) throws IOException {
        assertThat(task.pollNext(stream)).isInstanceOf(Step.Done.class);
    }

    private void isPending(PollStream<?> stream) throws IOException {
        assertThat(task.pollNext(stream)).isInstanceOf(Step.Pending.class);
    }

    /// Item 97.
    @Test
    void twoFramesInOneReadNeedNoSecondOne() throws Exception {
        try (var io = MockIo.script().read(ints(1, 2))) {
            var frames = new FramedRead<>(io, INTS);
            next(frames, 1);
            next(frames, 2); // a second read would fail: the script has none
        }
    }

    /// Item 97.
    @Test
    void aFrameInTwoReadsIsOneItem() throws Exception {
        var frame = ints(0x01020304);
        try (var io = MockIo.script()
                .read(frame.take(1))
                .pending()
                .read(frame.drop(1))
                .eof()) {
            var frames = new FramedRead<>(io, INTS);
            isPending(frames);
            assertThat(task.isWoken()).isTrue();
            next(frames, 0x01020304);
            isDone(frames);
            isDone(frames);
        }
    }

    /// Item 98.
    @Test
    void bytesLeftAtTheEndAreAFailure() throws Exception {
        try (var io = MockIo.script().read(ints(1)).read("ab").eof()) {
            var frames = new FramedRead<>(io, INTS);
            next(frames, 1);
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> task.pollNext(frames))
                    .withMessageContaining("bytes remaining on stream: 2");
            isDone(frames);
            isDone(frames);
        }
    }

    /// Item 99.
    @Test
    void aFailureIsToldOnceThenTheEndThenItGoesOn() throws Exception {
        Decoder<Integer> picky = in -> {
            var n = INTS.decode(in);
            if (n != null && n < 0) {
                throw new ProtocolException("negative");
            }
            return n;
        };
        try (var io = MockIo.script().read(ints(1, -1, 2)).eof()) {
            var frames = new FramedRead<>(io, picky);
            next(frames, 1);
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> task.pollNext(frames));
            isDone(frames);
            next(frames, 2);
            isDone(frames);
        }
    }

    /// Item 99.
    @Test
    void aFailureOfTheReaderIsFollowedByTheEnd() throws Exception {
        try (var io = MockIo.script()
                .read("ab")
                .readError(new SocketException("reset"))
                .read("cd")) {
            var frames = new FramedRead<>(io, INTS);
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> task.pollNext(frames));
            isDone(frames);
            next(frames, 0x61626364);
        }
    }

    /// Item 99.
    @Test
    void anInputThatGoesOnAfterItsEndIsReadOn() throws Exception {
        try (var io = MockIo.script().read(ints(1)).eof().read(ints(2)).eof()) {
            var frames = new FramedRead<>(io, INTS);
            next(frames, 1);
            isDone(frames);
            next(frames, 2);
            isDone(frames);
        }
    }

    /// Item 102.
    @Test
    void aBadFrameDoesNotEndTheStream() throws Exception {
        try (var io = MockIo.script().read("a\nfar too long\nb\n").eof()) {
            var told = new ArrayList<String>();
            var lines = new FramedRead<>(io, new LineCodec(4)).onFailure(e -> told.add(e.getMessage()));
            assertThat(lines.toList().await()).isEqualTo(List.of("a", "b"));
            assertThat(told).containsExactly("line longer than 4 bytes");
        }
    }

    /// Item 100.
    @Test
    void anotherCodecGetsTheBytesThatWereRead() throws Exception {
        try (var io = MockIo.script()
                .read("hello\n\0\0\0\7rest\n")
                .writeExpect("ok\n\0\0\0\1")
                .eof()) {
            var lines = Framed.lines(io, 100);
            next(lines, "hello");
            assertThat(task.poll(lines.feed("ok"))).isEqualTo(Poll.done());
            var numbers =
                    new Framed<>(lines.input().withDecoder(INTS), lines.output().withEncoder(INTS_OUT));
            assertThatIllegalStateException()
                    .isThrownBy(() -> task.pollNext(lines))
                    .withMessageContaining("taken apart");
            next(numbers, 7);
            assertThat(task.poll(numbers.send(1))).isEqualTo(Poll.done());
            var again =
                    new FramedRead<>(io, new LineCodec(100), numbers.takeApart().unread());
            next(again, "rest");
            isDone(again);
        }
    }

    @Test
    void takenApartItGivesWhatIsLeftInBothDirections() throws Exception {
        try (var io = MockIo.script().read("one\ntwo")) {
            var lines = Framed.lines(io, 100);
            next(lines, "one");
            task.poll(lines.feed("x"));
            var left = lines.takeApart();
            assertThat(left).isEqualTo(new Framed.Leftover(ByteString.fromUtf8("two"), ByteString.fromUtf8("x\n")));
            assertThatIllegalStateException().isThrownBy(() -> task.poll(lines.send("y")));
        }
    }

    /// Item 101.
    @Test
    void muchUnsentIsWrittenBeforeMoreIsTaken() throws Exception {
        var big = ByteString.zeros(FramedWrite.BACK_PRESSURE_BYTES);
        try (var io = MockIo.script().pending().writeExpect(big).writeExpect("x")) {
            var out = new FramedWrite<>(io, new BytesCodec());
            assertThat(task.poll(out.feed(big))).isEqualTo(Poll.done());
            assertThat(out.unsentBytes()).isEqualTo(big.size());
            var second = out.feed(ByteString.of('x'));
            assertThat(task.poll(second).isReady()).isFalse();
            assertThat(out.unsentBytes()).isEqualTo(big.size());
            assertThat(task.poll(second).isReady()).isTrue();
            assertThat(out.unsentBytes()).isOne();
            assertThat(task.poll(out.flush()).isReady()).isTrue();
            assertThat(out.unsentBytes()).isZero();
        }
    }

    /// Item 101.
    @Test
    void littleIsOnlyCollectedUntilTheFlush() throws Exception {
        try (var io = MockIo.script().writeExpect("abc")) {
            var out = new FramedWrite<>(io, new BytesCodec()).backPressureAt(3);
            for (var part : List.of("a", "b", "c")) {
                task.poll(out.feed(ByteString.fromUtf8(part)));
            }
            assertThat(out.unsentBytes()).isEqualTo(3);
            assertThat(task.poll(out.shutdown()).isReady()).isTrue();
            assertThat(io.isShutDown()).isTrue();
        }
    }

    @Test
    void anAbandonedSendGoesOutWholeWithTheNext() throws Exception {
        try (var io = MockIo.script().writeExpect("ab").pending().writeExpect("c\nd\n")) {
            var lines = Framed.lines(io, 10);
            var send = lines.send("abc");
            assertThat(task.poll(send).isReady()).isFalse();
            send.abandon();
            assertThat(task.poll(lines.send("d")).isReady()).isTrue();
        }
    }

    @Test
    void nothingOfARefusedItemIsSent() throws Exception {
        Encoder<String> halfway = (text, out) -> {
            out.putUtf8(text);
            if (text.startsWith("!")) {
                throw new IllegalArgumentException("no");
            }
        };
        try (var io = MockIo.script().writeExpect("ab")) {
            var out = new FramedWrite<>(io, halfway);
            task.poll(out.feed("a"));
            assertThatIllegalArgumentException().isThrownBy(() -> task.poll(out.feed("!x".repeat(1000))));
            assertThat(task.poll(out.send("b")).isReady()).isTrue();
        }
    }

    @Test
    void aWriterThatTakesNothingIsAFailure() {
        AsyncWrite full = new AsyncWrite() {
            @Override
            public int pollWrite(Context cx, ByteBuffer src) {
                return 0;
            }

            @Override
            public boolean pollShutdown(Context cx) {
                return true;
            }
        };
        var out = new FramedWrite<>(full, new BytesCodec());
        assertThatExceptionOfType(WriteZeroException.class).isThrownBy(() -> task.poll(out.send(ByteString.of('a'))));
    }

    /// Item 93.
    @Test
    void aSendPolledAfterItsEndIsRefused() throws Exception {
        try (var io = MockIo.script().writeExpect("a")) {
            var send = new FramedWrite<>(io, new BytesCodec()).send(ByteString.of('a'));
            assertThat(task.poll(send).isReady()).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> task.poll(send)).withMessageContaining("polled after");
        }
    }

    @Test
    void aDecoderThatFindsNothingIsStoppedAtItsLimit() {
        AsyncRead endless = (cx, dst) -> {
            int n = dst.remaining();
            dst.position(dst.limit());
            return n;
        };
        var frames = new FramedRead<Integer>(endless, in -> null);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        task.pollNext(frames);
                    }
                })
                .withMessageContaining("no frame in");
    }

    @Test
    void framesThatAreThereLeaveOthersATurn() throws Exception {
        try (var io = MockIo.script().read(ByteString.zeros(4 * 1000))) {
            var frames = new FramedRead<>(io, INTS);
            var all = frames.forEach(n -> {});
            assertThat(task.poll(all).isReady()).isFalse();
            assertThat(task.isWoken()).isTrue();
        }
    }

    @Test
    void whatADecoderDoesToItsViewDoesNotMatter() throws Exception {
        Decoder<Integer> rude = in -> {
            in.order(ByteOrder.LITTLE_ENDIAN);
            if (in.remaining() < 4) {
                return null;
            }
            int n = in.getInt();
            in.limit(in.position());
            return n;
        };
        try (var io = MockIo.script().read(ints(1 << 24, 2 << 24)).eof()) {
            var frames = new FramedRead<>(io, rude);
            next(frames, 1);
            next(frames, 2);
            isDone(frames);
        }
    }

    @Test
    void whatWaitsForTheRestOfAFrameHoldsLittleMemory() {
        var unread = new Unread();
        unread.add(ByteBuffer.allocate(60_000));
        unread.forDecoder().position(59_990);
        unread.shrink();
        assertThat(unread.size()).isEqualTo(10);
        assertThat(unread.capacity()).isLessThan(100);
        unread.add(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(unread.takeAll()).isEqualTo(ByteString.zeros(10).append(ByteString.of(1, 2, 3)));
    }

    @Test
    void memoryGrowsWithWhatHasComeAndNotWithWhatIsAnnounced() throws Exception {
        var unread = new Unread();
        var codec = new LengthCodec(LengthField.ofInt());
        unread.add(ints(8 << 20).asByteBuffer());
        for (int i = 0; i < 100; i++) {
            assertThat(codec.decode(unread.forDecoder())).isNull();
            unread.add(ByteBuffer.allocate(100));
        }
        assertThat(unread.capacity()).isLessThan(4 * 10_000);
    }
}
