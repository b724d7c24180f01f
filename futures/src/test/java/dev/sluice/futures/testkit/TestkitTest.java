package dev.sluice.futures.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.Step;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The test kit itself.
@Timeout(60)
class TestkitTest {
    private final TaskSpy task = new TaskSpy();
    private final ByteBuffer buffer = ByteBuffer.allocate(10);

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aScriptIsPlayedInItsOrder() throws Exception {
        try (var io = MockIo.script()
                .read("ab")
                .pending()
                .read("c")
                .writeExpect("x")
                .readError(new IOException("lost"))
                .eof()) {
            var cx = task.context();
            assertThat(io.pollRead(cx, buffer)).isEqualTo(2);
            assertThat(io.pollRead(cx, buffer)).isEqualTo(AsyncIo.PENDING);
            assertThat(task.wakes()).isOne();
            assertThat(io.pollRead(cx, buffer)).isOne();
            assertThat(io.pollRead(cx, buffer)).isEqualTo(AsyncIo.PENDING); // until x is written
            assertThat(task.wakes()).isOne();
            assertThat(io.pollWrite(cx, utf8("x"))).isOne();
            assertThat(task.wakes()).isEqualTo(2);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> io.pollRead(cx, buffer))
                    .withMessage("lost");
            assertThat(io.pollRead(cx, buffer)).isEqualTo(AsyncIo.EOF);
            assertThat(io.pollRead(cx, buffer)).isEqualTo(AsyncIo.EOF);
            assertThat(ByteString.copyOf(buffer.flip()).utf8()).isEqualTo("abc");
        }
    }

    @Test
    void aScriptThatIsNotFollowedFailsTheTest() throws Exception {
        var cx = task.context();
        var unused = MockIo.script().read("ab");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(unused::close)
                .withMessageContaining("not used up");
        unused.pollRead(cx, buffer);
        unused.close();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> unused.pollRead(cx, buffer))
                .withMessageContaining("nothing more");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> unused.pollWrite(cx, utf8("x")))
                .withMessageContaining("where the script has none");
        var other = MockIo.script().writeExpect("abc");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> other.pollWrite(cx, utf8("abd")));
        assertThat(other.pollWrite(cx, utf8("ab"))).isEqualTo(2);
        assertThat(other.pollWrite(cx, utf8("cd"))).isOne();
        other.close();
    }

    @Test
    void aSpyTellsWhetherItWasWokenSinceItPolled() throws Exception {
        PollStream<Integer> twice = cx -> {
            cx.waker().wake();
            return Step.pending();
        };
        assertThat(task.isWoken()).isFalse();
        assertThat(task.pollNext(twice)).isInstanceOf(Step.Pending.class);
        assertThat(task.isWoken()).isTrue();
        assertThat(task.poll(PollFuture.ready(1)).isReady()).isTrue();
        assertThat(task.isWoken()).isFalse();
        assertThat(task.wakes()).isOne();
    }

    @Test
    void timeGoesByOnlyWhenTheTestSaysSo() throws Exception {
        var clock = new ManualClock();
        var spy = clock.spy();
        PollFuture<Integer> never = PollFuture.sleep(Duration.ofDays(1)).map(done -> 1);
        var limited = never.within(Duration.ofHours(1));
        assertThat(spy.poll(limited).isReady()).isFalse();
        clock.advance(Duration.ofMinutes(59));
        assertThat(spy.isWoken()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(spy.isWoken()).isTrue();
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> spy.poll(limited));
    }

    @Test
    void theSameSeedDoesTheSameAgain() throws Exception {
        assertThat(story(7)).isEqualTo(story(7)).isNotEqualTo(story(8));
    }

    private static List<Integer> story(long seed) throws IOException {
        var pair = FlakySocketPair.of(seed);
        var task = new TaskSpy();
        var told = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            told.add(pair.first().pollWrite(task.context(), ByteBuffer.allocate(100)));
            told.add(pair.second().pollRead(task.context(), ByteBuffer.allocate(80)));
        }
        return told;
    }

    @Test
    void aFullConnectionTakesMoreAfterARead() throws Exception {
        var pair = FlakySocketPair.of(1);
        var cx = task.context();
        long written = 0;
        while (true) {
            int wakes = task.wakes();
            int n = pair.first().pollWrite(cx, ByteBuffer.allocate(1000));
            if (n == AsyncIo.PENDING && task.wakes() == wakes) {
                break;
            }
            written += Math.max(n, 0);
            task.poll(PollFuture.ready(1)); // a full budget
        }
        assertThat(written).isPositive();
        int wakes = task.wakes();
        var dst = ByteBuffer.allocate(10_000);
        while (pair.second().pollRead(cx, dst) < 0) {
            wakes = task.wakes();
        }
        assertThat(task.wakes()).isGreaterThan(wakes);
        pair.first().close();
        long read = dst.position();
        for (int n = 0; n != AsyncIo.EOF; n = pair.second().pollRead(cx, dst.clear())) {
            read += Math.max(n, 0);
            task.poll(PollFuture.ready(1));
        }
        assertThat(read).isEqualTo(written);
    }
}
