package dev.sluice.futures;

import static dev.sluice.futures.Net.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The helpers over TCP; checklist items 15, 48, 53 and 61-63.
@EveryTransport
@Timeout(60)
class SocketCopyTest {
    private final Net net;
    private final Net.Pair front;
    private final Net.Pair rear;

    SocketCopyTest(Setup setup) throws Exception {
        net = new Net(setup);
        front = net.pair();
        rear = net.pair();
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// Item 15.
    @Test
    void fiveBytesComeBackThroughAChain() throws Exception {
        var echo = net.start(AsyncIo.readExact(front.far(), ByteBuffer.allocate(5))
                .andThen(got -> AsyncIo.writeAll(got.io(), got.buf().flip()))
                .andThen(sent -> AsyncIo.shutdown(sent.io())));
        get(front.near().writeString("hello, world"));
        assertThat(get(front.near().readToString(100))).isEqualTo("hello");
        get(echo);
    }

    /// Items 48 and 53.
    @Test
    void linesGoThroughABufferedWriterAndReader() throws Exception {
        var out = new BufWriter<>(front.near());
        var writing = net.start(PollStream.of(List.of("one\r\n", "two\n", "three"))
                .forEachAwait(out::writeString)
                .andThen(done -> out.shutdown()));
        assertThat(get(new BufReader<>(front.far()).lines().toList())).isEqualTo(List.of("one", "two", "three"));
        get(writing);
    }

    /// Items 61 and 62.
    @Test
    void aProxyPassesMegabytesOnBothWaysAndEachEnd() throws Exception {
        var proxy = net.start(AsyncIo.copyBidirectional(front.far(), rear.near()));
        var there = Net.noise(3_000_000);
        var back = Net.noise(2_000_000);
        var asking = net.start(front.near()
                .writeAll(ByteBuffer.wrap(there))
                .andThen(done -> front.near().shutdown()));
        assertThat(get(Net.readToEnd(rear.far()))).isEqualTo(there);
        var answering = net.start(rear.far()
                .writeAll(ByteBuffer.wrap(back))
                .andThen(done -> rear.far().shutdown()));
        assertThat(get(Net.readToEnd(front.near()))).isEqualTo(back);
        assertThat(get(proxy)).isEqualTo(new CopyBidirectional.Counts(3_000_000, 2_000_000));
        get(asking);
        get(answering);
    }

    /// Item 63.
    @Test
    void aResetEndsTheProxyAndTheCountsStay() throws Exception {
        var copy = AsyncIo.copyBidirectional(front.far(), rear.near());
        var proxy = net.start(copy);
        get(front.near().writeString("hello"));
        get(rear.far().readExact(ByteBuffer.allocate(5)));
        rear.far().abort();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> get(proxy));
        assertThat(copy.firstToSecond()).isEqualTo(5);
    }
}
