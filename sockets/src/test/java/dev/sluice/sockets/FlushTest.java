package dev.sluice.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a flush promises, what a close does, and how a lost connection is told.
@EveryTransport
class FlushTest {
    /// More than the kernel keeps for a peer that does not read.
    private static final int TOO_MUCH = 32 << 20;

    private final Net net;
    private final Setup setup;

    FlushTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    // 11
    @Test
    void autoFlushSendsEachWrite() throws Exception {
        try (var server = net.listen()) {
            var near = net.connect(server);
            var out = near.openWriteChannel(true);
            var in = server.accept().openReadChannel();
            assertThat(out.autoFlush()).isTrue();
            out.writeString("line\n");
            assertThat(in.readLine()).isEqualTo("line");
            out.writeInt(42);
            assertThat(in.readInt()).isEqualTo(42);
            out.write(ByteString.fromUtf8("rope\n"));
            assertThat(in.readLine()).isEqualTo("rope");
            out.toOutputStream().write('x');
            assertThat(in.readByte()).isEqualTo((byte) 'x');
            assertThat(out.write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
            assertThat(in.readByte()).isEqualTo((byte) 1);
        }
    }

    // 12
    @Test
    void withoutAFlushThePeerSeesNothing() throws Exception {
        try (var outside = net.outside()) {
            var out = outside.near().out();
            out.writeString("first");
            out.writeLong(1);
            out.write(ByteString.fromUtf8("second"));
            // On loopback, what was sent is there when the call that sent it returns.
            assertThat(outside.peer().getInputStream().available()).isZero();
            out.flush();
            assertThat(outside.receive(19)).startsWith("first").endsWith("second");
        }
    }

    // 12
    @Test
    void aFullBufferIsSentUnasked() throws Exception {
        try (var outside = net.outside()) {
            var out = outside.near().out();
            var written = Net.noise(SelectorManager.CHANNEL_BYTES + 1);
            for (byte one : written) {
                out.writeByte(one);
            }
            assertThat(outside.peer().getInputStream().readNBytes(SelectorManager.CHANNEL_BYTES))
                    .isEqualTo(Arrays.copyOf(written, SelectorManager.CHANNEL_BYTES));
            assertThat(outside.peer().getInputStream().available())
                    .as("the byte that began the next buffer")
                    .isZero();
        }
    }

    // 12
    @Test
    void whatIsAsLargeAsTheBufferGoesPastIt() throws Exception {
        try (var outside = net.outside()) {
            var written = Net.noise(1 + SelectorManager.CHANNEL_BYTES);
            outside.near().out().writeByte(written[0]);
            outside.near().out().writeFully(Arrays.copyOfRange(written, 1, written.length));
            assertThat(outside.peer().getInputStream().readNBytes(written.length))
                    .isEqualTo(written);
        }
    }

    // 24
    @Test
    void whatWasFlushedArrivesThoughTheSelectorIsClosedAtOnce() throws Exception {
        try (var outside = net.outside()) {
            var sent = Net.noise(100_000); // the kernel takes that much
            outside.near().out().writeFully(sent, 0, 99_000);
            outside.near().out().writeFully(sent, 99_000, 1_000);
            outside.near().out().flush();
            net.selector.close();
            assertThat(outside.peer().getInputStream().readAllBytes()).isEqualTo(sent);
        }
    }

    // 25
    @Test
    void closeSendsWhatWasWritten() throws Exception {
        try (var outside = net.outside()) {
            outside.near().out().writeString("last words");
            outside.near().socket().close();
            assertThat(outside.peer().getInputStream().readAllBytes())
                    .asString()
                    .isEqualTo("last words");
        }
    }

    // 25
    @Test
    void closingTheWriteChannelSendsWhatWasWrittenThenTheEnd() throws Exception {
        try (var outside = net.outside()) {
            outside.near().out().writeString("last words");
            outside.near().out().close();
            assertThat(outside.peer().getInputStream().readAllBytes())
                    .asString()
                    .isEqualTo("last words");
            outside.send("heard\n");
            assertThat(outside.near().in().readLine()).isEqualTo("heard");
        }
    }

    // 25
    @Test
    void closeGivesUpAfterItsLimitAndTellsWhatWasNotSent() throws Exception {
        try (var outside = net.outside(o -> o.closeTimeout(Duration.ofMillis(20)))) {
            int kept = fillKernelThenBuffer(outside);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> outside.near().socket().close())
                    .withMessageContaining("closed with " + kept + " bytes not sent")
                    .withMessageContaining("127.0.0.1")
                    .withCauseInstanceOf(SocketTimeoutException.class);
            assertThat(outside.near().socket().isClosed()).isTrue();
            assertThat(net.selector.reactor().openSockets()).isZero();
        }
    }

    // 25
    @Test
    void closeWaitsForAPeerThatReads() throws Exception {
        try (var outside = net.outside()) {
            int kept = fillKernelThenBuffer(outside);
            var closing = setup.run(outside.near().socket()::close).awaitBlocked();
            long received = drain(outside.peer().getInputStream());
            closing.get();
            assertThat(received).isGreaterThan(kept);
        }
    }

    // 25
    @Test
    void closeWithoutALimitWaitsAsLongAsItTakes() throws Exception {
        try (var outside = net.outside(o -> o.closeTimeout(Duration.ZERO))) {
            fillKernelThenBuffer(outside);
            var closing = setup.run(outside.near().socket()::close).awaitBlocked();
            drain(outside.peer().getInputStream());
            closing.get();
        }
    }

    // 25
    @Test
    void anInterruptEndsACloseThatFlushes() throws Exception {
        try (var outside = net.outside()) {
            fillKernelThenBuffer(outside);
            var closing = setup.run(outside.near().socket()::close).awaitBlocked();
            assertThat(closing.interrupt().failure())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not sent")
                    .hasCauseInstanceOf(InterruptedIOException.class);
            assertThat(outside.near().socket().isClosed()).isTrue();
        }
    }

    /// Leaves something in the channel's buffer that the kernel will not take.
    private int fillKernelThenBuffer(Net.Outside outside) throws Exception {
        fillKernel(outside);
        var more = new byte[1000];
        outside.near().out().writeFully(more);
        return more.length;
    }

    /// Writes until the kernel takes no more, and will not before the peer reads: when what is on its way has come,
    /// it may find room for a little more.
    private void fillKernel(Net.Outside outside) throws Exception {
        var out = outside.near().out();
        assertThat(taken(out)).isPositive();
        do {
            outside.awaitHeldBack();
        } while (taken(out) > 0);
    }

    private int taken(ByteWriteChannel out) throws Exception {
        var writer = setup.run(() -> out.writeFully(new byte[TOO_MUCH])).awaitBlocked();
        return ((InterruptedIOException) writer.interrupt().failure()).bytesTransferred;
    }

    private static long drain(InputStream from) throws IOException {
        long sum = 0;
        var room = new byte[1 << 16];
        for (int n; (n = from.read(room)) >= 0; ) {
            sum += n;
        }
        return sum;
    }

    // 25
    @Test
    void abortResetsTheConnection() throws Exception {
        try (var outside = net.outside()) {
            outside.near().out().writeString("never sent");
            outside.near().socket().abort();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> outside.peer().getInputStream().read())
                    .withMessageContaining("reset");
            assertThat(outside.near().socket().isClosed()).isTrue();
        }
    }

    // 25
    @Test
    void cancellingTheWriteChannelResetsTheConnectionAndKeepsTheCause() throws Exception {
        try (var outside = net.outside()) {
            var why = new IOException("the report could not be made");
            outside.near().out().writeString("half a rep");
            outside.near().out().cancel(why);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> outside.peer().getInputStream().read())
                    .withMessageContaining("reset");
            assertThatExceptionOfType(ClosedWriteChannelException.class)
                    .isThrownBy(() -> outside.near().out().writeByte(1))
                    .withCause(why);
            assertThat(outside.near().out().closedCause()).isSameAs(why);
        }
    }

    // 22
    @Test
    void aResetIsToldByTheReadThatMeetsIt() throws Exception {
        try (var outside = net.outside()) {
            var reader = setup.async(() -> outside.near().in().readByte()).awaitBlocked();
            outside.reset();
            assertThat(reader.failure())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset")
                    .hasMessageContaining(
                            "127.0.0.1:" + outside.peer().getLocalPort()); // both addresses, or the peer's at least
        }
    }

    // 22
    @Test
    void aResetIsToldByTheWriteThatMeetsIt() throws Exception {
        try (var outside = net.outside()) {
            var writer = setup.run(() -> outside.near().out().writeFully(new byte[TOO_MUCH]))
                    .awaitBlocked();
            outside.reset();
            assertThat(writer.failure()).isInstanceOf(SocketException.class).hasMessageContaining("write");
        }
    }

    // 22
    @Test
    void aLostConnectionCanBeClosedWithoutTrouble() throws Exception {
        try (var outside = net.outside()) {
            outside.reset();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> outside.near().in().readByte());
            outside.near().in().close();
            outside.near().out().close();
            outside.near().socket().close();
        }
    }

    // 23
    @Test
    void aWriteAfterThePeersCloseFailsAtTheLatestWithTheNextFlush() throws Exception {
        try (var outside = net.outside()) {
            var near = outside.near();
            outside.peer().close();
            assertThat(near.in().exhausted()).isTrue();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
                // The kernel takes the first; the peer answers it with a reset, which a later one meets.
                while (true) {
                    near.out().writeString("is anybody there?");
                    near.out().flush();
                }
            });
        }
    }

    // 23
    @Test
    void closeTellsThatALostConnectionDidNotTakeWhatWasWritten() throws Exception {
        try (var outside = net.outside()) {
            outside.near().out().writeString("12345");
            outside.reset();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> outside.near().socket().close())
                    .withMessageContaining("closed with 5 bytes not sent on the stream to 127.0.0.1:");
        }
    }

    // 36
    @Test
    void aWriterWaitsWhileThePeerDoesNotReadAndGoesOnWhenItDoes() throws Exception {
        try (var outside = net.outside()) {
            var writer = setup.run(() -> outside.near().out().writeFully(Net.noise(TOO_MUCH)))
                    .awaitBlocked();
            assertThat(outside.peer().getInputStream().readNBytes(TOO_MUCH)).isEqualTo(Net.noise(TOO_MUCH));
            writer.get();
        }
    }

    // 36
    @Test
    void cancellingWakesAWriterThatWaits() throws Exception {
        try (var outside = net.outside()) {
            var why = new IOException("enough");
            var writer = setup.run(() -> outside.near().out().writeFully(new byte[TOO_MUCH]))
                    .awaitBlocked();
            outside.near().out().cancel(why);
            assertThat(writer.failure()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void ifAnotherThreadIsInsideAWriteCloseDoesNotWaitForIt() throws Exception {
        try (var outside = net.outside()) {
            var writer = setup.run(() -> outside.near().out().writeFully(new byte[TOO_MUCH]))
                    .awaitBlocked();
            outside.near().socket().close();
            assertThat(writer.failure()).isInstanceOf(AsynchronousCloseException.class);
        }
    }

    // 23
    @Test
    void aWriterThatIsInterruptedInAFlushKnowsHowMuchOfItsOwnBytesWasTaken() throws Exception {
        try (var outside = net.outside()) {
            var out = outside.near().out();
            fillKernelThenBuffer(outside);
            var mine = new byte[SelectorManager.CHANNEL_BYTES]; // large enough to be preceded by a flush
            var writer = setup.run(() -> out.writeFully(mine)).awaitBlocked();
            outside.peer().getInputStream().readNBytes(100);
            var e = (InterruptedIOException) writer.interrupt().failure();
            assertThat(e.bytesTransferred).isZero();
        }
    }

    @Test
    void anInterruptedWriteGoesOnWhereItStopped() throws Exception {
        try (var outside = net.outside()) {
            var sent = Net.noise(TOO_MUCH);
            var buffer = ByteBuffer.wrap(sent);
            var out = outside.near().out();
            var writer = setup.run(() -> out.writeFully(buffer)).awaitBlocked();
            var e = (InterruptedIOException) writer.interrupt().failure();
            assertThat(e.bytesTransferred).isEqualTo(buffer.position()).isPositive();
            var rest = setup.run(() -> {
                out.writeFully(buffer);
                out.flushAndClose();
            });
            assertThat(outside.peer().getInputStream().readAllBytes()).isEqualTo(sent);
            rest.get();
        }
    }

    @Test
    void anInterruptedFlushKeepsWhatItDidNotSend() throws Exception {
        try (var outside = net.outside()) {
            var out = outside.near().out();
            fillKernel(outside);
            out.writeString("0123456789");
            var flusher = setup.run(out::flush).awaitBlocked();
            assertThat(flusher.interrupt().failure()).isInstanceOf(InterruptedIOException.class);
            out.writeString("the end");
            var closer = setup.run(out::flushAndClose);
            assertThat(new String(
                            outside.peer().getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .endsWith("0123456789the end");
            closer.get();
        }
    }

    @Test
    void aWriteThatTimesOutLeavesTheSocketOpen() throws Exception {
        try (var outside = net.outside(o -> o.writeTimeout(Duration.ofMillis(20)))) {
            var sent = Net.noise(TOO_MUCH);
            var buffer = ByteBuffer.wrap(sent);
            var out = outside.near().out();
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> out.writeFully(buffer))
                    .satisfies(e -> assertThat(e.bytesTransferred).isEqualTo(buffer.position()));
            var reader = setup.async(() -> outside.peer().getInputStream().readNBytes(TOO_MUCH));
            writeAll(out, buffer);
            assertThat(reader.get()).isEqualTo(sent);
        }
    }

    private static void writeAll(ByteWriteChannel out, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            try {
                out.writeFully(buffer);
            } catch (SocketTimeoutException e) {
                assertThat(e).hasMessageContaining("timed out"); // the reader is slow
            }
        }
    }

    // 31
    @Test
    void writingToAClosedChannelIsToldWithItsOwnType() throws Exception {
        var pair = net.pair();
        pair.near().out().writeString("done");
        pair.near().out().close();
        assertThat(pair.near().out().isClosedForWrite()).isTrue();
        assertThat(pair.near().out().closedCause()).isNull();
        assertThatExceptionOfType(ClosedWriteChannelException.class)
                .isThrownBy(() -> pair.near().out().writeString("more"))
                .isInstanceOf(IOException.class);
        assertThatExceptionOfType(ClosedWriteChannelException.class)
                .isThrownBy(() -> pair.near().out().flush());
        assertThat(pair.far().in().readRemaining(100).toString()).contains("4");
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> pair.far().in().readByte());
    }
}
