package dev.sluice.futures;

import static dev.sluice.futures.Net.bytes;
import static dev.sluice.futures.Net.get;
import static dev.sluice.futures.Net.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bytes go both ways, until an end; checklist items 15-19, 25-30 and 93.
@EveryTransport
@Timeout(60)
class StreamTest {
    private final Net net;
    private final Net.Pair pair;

    StreamTest(Setup setup) throws Exception {
        net = new Net(setup);
        pair = net.pair();
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Item 15.
    @Test
    void aThousandRoundsAreEchoedThenComesTheEnd() throws Exception {
        var echo = net.start(AsyncIo.copy(pair.far(), pair.far()).closing(pair.far()));
        var asking = net.start(rounds(pair.near(), 1024));
        get(asking);
        assertThat(pair.near().pollShutdown(new Polling().cx)).isTrue();
        assertThat(get(Net.readToEnd(pair.near()))).isEmpty();
        assertThat(get(echo).bytes()).isEqualTo(1024 * 11);
    }

    private static PollFuture<Void> rounds(TcpStream socket, int count) {
        return count == 0
                ? PollFuture.done()
                : Net.write(socket, "hello world")
                        .andThen(done -> Net.read(socket, 11))
                        .andThen(answer -> {
                            assertThat(answer).isEqualTo("hello world");
                            return rounds(socket, count - 1);
                        });
    }

    /// Item 16.
    @Test
    void aReadGivesWhatIsThere() throws Exception {
        get(Net.write(pair.far(), "some"));
        get(pair.near().readable());
        var room = ByteBuffer.allocate(100);
        assertThat(pair.near().pollRead(new Polling().cx, room)).isEqualTo(4);
        assertThat(text(room)).isEqualTo("some");
    }

    /// Item 17.
    @Test
    void bytesComeBeforeTheEndWhichStays() throws Exception {
        get(Net.write(pair.far(), "last words"));
        pair.far().close();
        assertThat(get(Net.readToEnd(pair.near()))).asString().isEqualTo("last words");
        for (int i = 0; i < 3; i++) {
            assertThat(pair.near().pollRead(new Polling().cx, ByteBuffer.allocate(1)))
                    .isEqualTo(AsyncIo.EOF);
        }
    }

    /// Item 18.
    @Test
    void aReadWithoutRoomDoesNotTouchTheSocket() throws Exception {
        var full = ByteBuffer.allocate(0);
        assertThat(pair.near().pollRead(new Polling().cx, full)).isZero();
        pair.far().abort();
        get(pair.near().readable()); // a read would fail
        assertThat(pair.near().pollRead(new Polling().cx, full)).isZero();
        assertThat(pair.near().tryRead(full)).isZero();
        assertThat(pair.near().pollPeek(new Polling().cx, full)).isZero();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> get(Net.read(pair.near(), 1)));
    }

    /// Item 19.
    @Test
    void peekingTwiceThenReadingGivesTheSameThreeTimes() throws Exception {
        var peeking = net.start(pair.near().peek(ByteBuffer.allocate(100)));
        get(Net.write(pair.far(), "again"));
        assertThat(get(peeking)).isEqualTo(5);
        for (int i = 0; i < 2; i++) {
            var room = ByteBuffer.allocate(100);
            assertThat(get(pair.near().peek(room))).isEqualTo(5);
            assertThat(text(room)).isEqualTo("again");
        }
        assertThat(get(Net.read(pair.near(), 5))).isEqualTo("again");
        var polling = new Polling();
        assertThat(pair.near().pollPeek(polling.cx, ByteBuffer.allocate(1))).isEqualTo(AsyncIo.PENDING);
        pair.far().close();
        polling.awaitWake();
        assertThat(pair.near().pollPeek(polling.cx, ByteBuffer.allocate(1))).isEqualTo(AsyncIo.EOF);
    }

    /// Item 25.
    @Test
    void severalBuffersAreWrittenAndReadInTurn() throws Exception {
        var srcs = new ByteBuffer[] {bytes("one"), bytes(""), bytes("three")};
        assertThat(pair.near().pollWrite(new Polling().cx, srcs, 0, 3)).isEqualTo(8);
        get(pair.far().readable());
        var dsts = new ByteBuffer[] {ByteBuffer.allocateDirect(4), ByteBuffer.allocateDirect(100)};
        assertThat(pair.far().pollRead(new Polling().cx, dsts, 0, 2)).isEqualTo(8);
        assertThat(text(dsts[0])).isEqualTo("onet");
        assertThat(text(dsts[1])).isEqualTo("hree");
        assertThat(pair.near().tryWrite(new ByteBuffer[] {bytes("a"), bytes("b")}, 0, 2))
                .isEqualTo(2);
        get(pair.far().readable());
        assertThat(pair.far().tryRead(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(9)}, 0, 2))
                .isEqualTo(2);
        assertThat(pair.far().tryRead(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1))
                .isEqualTo(AsyncIo.PENDING);
    }

    /// Item 27.
    @Test
    void shutdownEndsTheOutputAlone() throws Exception {
        var polling = new Polling();
        assertThat(pair.near().pollShutdown(polling.cx)).isTrue();
        assertThat(get(Net.readToEnd(pair.far()))).isEmpty();
        get(Net.write(pair.far(), "still"));
        assertThat(get(Net.read(pair.near(), 5))).isEqualTo("still");
    }

    /// Items 28 and 29.
    @Test
    void shutdownMayBeRepeatedAlsoAfterAReset() throws Exception {
        var polling = new Polling();
        assertThat(pair.near().pollShutdown(polling.cx)).isTrue();
        assertThat(pair.near().pollShutdown(polling.cx)).isTrue();
        pair.far().abort();
        get(pair.near().readable());
        assertThat(pair.near().pollShutdown(polling.cx)).isTrue();
        var other = net.pair();
        other.far().abort();
        get(other.near().readable());
        assertThat(other.near().pollShutdown(polling.cx)).isTrue();
        assertThat(other.near().pollShutdown(polling.cx)).isTrue();
    }

    /// Item 30.
    @Test
    void aWriteAfterTheShutdownIsABrokenPipe() throws Exception {
        assertThat(pair.near().pollShutdown(new Polling().cx)).isTrue();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> pair.near().pollWrite(new Polling().cx, bytes("x")))
                .withMessageContaining("EPIPE");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> get(Net.write(pair.near(), "x")))
                .withMessageContaining("EPIPE");
    }

    @Test
    void aFileIsWrittenWithoutABuffer(@TempDir Path directory) throws Exception {
        var file = directory.resolve("file");
        var content = Net.noise(100_000);
        Files.write(file, content);
        try (var channel = FileChannel.open(file)) {
            var sent = net.start(pair.near()
                    .writeFile(channel, 1000, content.length - 1000)
                    .andThen(done -> pair.near().shutdown()));
            assertThat(get(Net.readToEnd(pair.far()))).isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
            get(sent);
            assertThatExceptionOfType(EarlyEndException.class)
                    .isThrownBy(() -> get(pair.far().writeFile(channel, 99_990, 20)))
                    .withMessage("the input ended after 10 of 20 bytes");
        }
    }

    /// Item 93.
    @Test
    void futuresAreNotPolledAgainAfterTheirValue() throws Exception {
        var polling = new Polling();
        var writable = pair.near().writable();
        while (!writable.poll(polling.cx).isReady()) {
            polling.awaitWake();
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> writable.poll(polling.cx))
                .withMessageContaining("writable polled after it was done");
        try (var listener = net.listen()) {
            var connect = net.tcp().connect(listener.localAddress());
            assertThat(get(connect).isOpen()).isTrue();
            assertThatIllegalStateException()
                    .isThrownBy(() -> connect.poll(polling.cx))
                    .withMessageContaining("connect polled after it was done");
        }
    }

    /// Item 93.
    @Test
    void noFutureIsPolledAgainAfterItsEnd(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("file"), "content");
        try (var listener = net.listen();
                var channel = FileChannel.open(file)) {
            net.connect(listener);
            var all = new LinkedHashMap<String, PollFuture<?>>();
            all.put("accept", listener.accept());
            all.put("writeFile", pair.near().writeFile(channel, 0, 7));
            all.put("read", pair.far().read(ByteBuffer.allocate(7)));
            all.put("shutdown", pair.near().shutdown());
            all.put("readToEnd", pair.far().readToEnd(10));
            all.put("readable", pair.far().readable());
            all.put("within", PollFuture.ready(1).within(Duration.ofDays(1)));
            all.put("late", pair.near().read(ByteBuffer.allocate(1)).within(Duration.ZERO));
            all.put(
                    "race",
                    PollFuture.race(
                            PollFuture.ready(1),
                            PollFuture.sleep(Duration.ofDays(1)).map(done -> 1)));
            all.put("join", PollFuture.join(PollFuture.ready(1), PollFuture.ready(2)));
            all.put("join of many", PollFuture.join(List.of(PollFuture.ready(1))));
            all.put("loop", PollFuture.loop(1, n -> PollFuture.failed(new EOFException())));
            all.put("sleep", PollFuture.sleep(Duration.ZERO));
            all.put("yieldNow", PollFuture.yieldNow());
            all.put("lazy", PollFuture.lazy(PollFuture::done));
            all.put("closing", PollFuture.done().closing(() -> {}));
            all.put("orElse", PollFuture.failed(new EOFException()).orElse(e -> PollFuture.ready(1)));
            all.put("from", PollFuture.from(CompletableFuture.completedFuture(1)));
            var items = List.of(1, 2);
            all.put("forEach", PollStream.of(items).forEach(n -> {}));
            all.put("forEachAwait", PollStream.of(items).forEachAwait(n -> PollFuture.done()));
            all.put("forEachConcurrent", PollStream.of(items).forEachConcurrent(1, n -> PollFuture.done()));
            all.put("toList", PollStream.of(items).toList());
            all.put("next", PollStream.of(items).next());
            for (var one : all.entrySet()) {
                var polling = new Polling(one.getKey());
                pollToItsEnd(polling, one.getValue());
                assertThatIllegalStateException()
                        .as(one.getKey())
                        .isThrownBy(() -> polling.cx.poll(one.getValue()))
                        .withMessageContaining("polled after");
                polling.cx.release();
            }
        }
    }

    private static void pollToItsEnd(Polling polling, PollFuture<?> future) throws InterruptedException {
        try {
            while (!polling.cx.poll(future).isReady()) {
                polling.awaitWake();
            }
        } catch (IOException e) {
            assertThat(e).isInstanceOfAny(EOFException.class, SocketTimeoutException.class);
        }
    }

    @Test
    void closedTellsThatThePeerHasGone() throws Exception {
        var gone = net.start(pair.near().closed());
        get(Net.write(pair.far(), "last"));
        pair.far().close();
        if (!net.setup.isLinux()) { // only a read meets the end there
            assertThat(get(Net.readToEnd(pair.near()))).asString().isEqualTo("last");
        }
        get(gone);
    }

    @Test
    void useClosesTheSocketHoweverItEnds() throws Exception {
        int value = get(pair.near().use(it -> PollFuture.ready(1)));
        assertThat(value).isOne();
        assertThat(pair.near().isOpen()).isFalse();
        var never = net.start(pair.far().use(it -> Net.read(it, 1).andThen(one -> Net.read(it, 1))));
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> get(never));
        assertThat(pair.far().isOpen()).isFalse();
        var other = net.pair();
        var cancelled = net.start(other.near().use(it -> Net.read(it, 1)));
        assertThat(cancelled.cancel()).isTrue();
        assertThat(get(Net.readToEnd(other.far()))).isEmpty();
    }
}
