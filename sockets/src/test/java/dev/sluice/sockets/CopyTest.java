package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Bytes from one socket to another.
// 39
@EveryTransport
class CopyTest {
    private static final int TOO_MUCH = 32 << 20;

    private final Net net;
    private final Setup setup;
    private final Net.Outside from;
    private final Net.Outside to;

    CopyTest(Setup setup) throws IOException {
        this.setup = setup;
        net = new Net(setup);
        from = net.outside();
        to = net.outside();
    }

    @AfterEach
    void close() throws IOException {
        from.close();
        to.close();
        net.close();
    }

    private Async<Long> copying() {
        return setup.async(() -> from.near().in().copyTo(to.near().out()));
    }

    @Test
    void aCopyEndsWithItsInputAndLeavesTheTargetOpen() throws Exception {
        var copying = copying();
        from.send("one ");
        assertThat(to.receive(4)).isEqualTo("one ");
        from.send("two");
        from.peer().shutdownOutput();
        assertThat(copying.get()).isEqualTo(7);
        assertThat(to.receive(3)).isEqualTo("two");
        to.near().out().writeString("!");
        to.near().out().flush();
        assertThat(to.receive(1)).isEqualTo("!");
    }

    @Test
    void whatWasReceivedBeforeAndWhatWasWrittenBeforeIsPartOfIt() throws Exception {
        from.send("read this, not this");
        assertThat(from.near().in().readByteArray(5)).asString().isEqualTo("read ");
        to.near().out().writeString("first: ");
        var copying = copying();
        assertThat(to.receive(21)).isEqualTo("first: this, not this");
        from.peer().shutdownOutput();
        assertThat(copying.get()).isEqualTo(14);
    }

    @Test
    void aLimitIsKeptAndTheRestStays() throws Exception {
        from.send("0123456789");
        assertThat(from.near().in().awaitContent(10)).isTrue();
        assertThat(from.near().in().copyTo(to.near().out(), 0)).isZero();
        assertThat(from.near().in().copyTo(to.near().out(), 4)).isEqualTo(4);
        assertThat(to.receive(4)).isEqualTo("0123");
        assertThat(from.near().in().copyTo(to.near().out(), 5)).isEqualTo(5);
        assertThat(from.near().in().readByte()).isEqualTo((byte) '9');
        from.send("abc");
        assertThat(setup.async(() -> from.near().in().copyTo(to.near().out(), 2))
                        .get())
                .isEqualTo(2);
        assertThat(from.near().in().readByte()).isEqualTo((byte) 'c');
        assertThat(to.receive(7)).isEqualTo("45678ab");
    }

    @Test
    void aCopyThatClosesPassesTheEndOn() throws Exception {
        var copying = setup.async(() -> from.near().in().copyAndClose(to.near().out()));
        from.send("all");
        from.peer().shutdownOutput();
        assertThat(to.peer().getInputStream().readAllBytes()).asString().isEqualTo("all");
        assertThat(copying.get()).isEqualTo(3);
    }

    @Test
    void largeAmountsArriveWhole() throws Exception {
        var sent = Net.noise(16 << 20);
        var copying = setup.async(() -> from.near().in().copyAndClose(to.near().out()));
        var sender = setup.run(() -> {
            from.send(sent);
            from.peer().shutdownOutput();
        });
        assertThat(to.peer().getInputStream().readAllBytes()).isEqualTo(sent);
        assertThat(copying.get()).isEqualTo(sent.length);
        sender.get();
    }

    @Test
    void aSocketEchoesItself() throws Exception {
        var copying =
                setup.async(() -> from.near().in().copyAndClose(from.near().out()));
        from.send("echo");
        from.peer().shutdownOutput();
        assertThat(from.peer().getInputStream().readAllBytes()).asString().isEqualTo("echo");
        assertThat(copying.get()).isEqualTo(4);
    }

    @Test
    void aCopyFailsWithTheFailureOfItsInput() throws Exception {
        var copying = copying().awaitBlocked();
        from.reset();
        assertThat(copying.failure()).isInstanceOf(SocketException.class).hasMessageContaining("read");
    }

    @Test
    void aCopyFailsWithTheFailureOfItsTarget() throws Exception {
        var copying = copying();
        var sender = setup.run(() -> from.send(new byte[TOO_MUCH]));
        copying.awaitBlocked();
        to.reset();
        assertThat(copying.failure()).isInstanceOf(SocketException.class).hasMessageContaining("write");
        from.near().socket().abort();
        assertThat(sender.failure()).isInstanceOf(SocketException.class);
    }

    @Test
    void aCopyLearnsThatEitherSocketWasClosed() throws Exception {
        var why = new IOException("not wanted any more");
        var waitsForInput = copying().awaitBlocked();
        from.near().socket().cancel(why);
        assertThat(waitsForInput.failure())
                .isInstanceOf(AsynchronousCloseException.class)
                .hasCause(why);
    }

    @Test
    void aCopyToATargetThatIsClosedAlreadySaysSoAtOnce() throws Exception {
        to.near().out().close();
        assertThatExceptionOfType(ClosedWriteChannelException.class)
                .isThrownBy(() -> from.near().in().copyTo(to.near().out()));
        from.send("x");
        assertThat(from.near().in().readByte()).isEqualTo((byte) 'x');
    }

    @Test
    void anInterruptedCopyGoesOnWithoutLoss() throws Exception {
        var sent = Net.noise(8 << 20);
        var sender = setup.run(() -> {
            from.send(sent);
            from.peer().shutdownOutput();
        });
        var received = new ByteArrayOutputStream();
        long copied = 0;
        boolean done = false;
        while (!done) {
            var copying = copying();
            Eventually.until("it is blocked or done", () -> copying.result().isDone() || isParked(copying.thread()));
            copying.interrupt();
            try {
                copied += copying.get();
                done = true;
            } catch (InterruptedIOException e) {
                copied += e.bytesTransferred;
            }
            int there = to.peer().getInputStream().available();
            received.writeBytes(to.peer().getInputStream().readNBytes(there));
        }
        to.near().out().close();
        received.writeBytes(to.peer().getInputStream().readAllBytes());
        assertThat(received.toByteArray()).isEqualTo(sent);
        assertThat(copied).isEqualTo(sent.length);
        sender.get();
    }

    private static boolean isParked(Thread thread) {
        return LockSupport.getBlocker(thread) instanceof ParkingWaiter;
    }

    @Test
    void aCopyThatTimesOutTellsHowMuchWasCopied() throws Exception {
        from.send("some");
        assertThat(from.near().in().awaitContent(4)).isTrue();
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> Deadline.within(
                        Duration.ofMillis(20),
                        () -> from.near().in().copyTo(to.near().out())))
                .satisfies(e -> assertThat(e.bytesTransferred).isEqualTo(4));
        assertThat(to.receive(4)).isEqualTo("some");
    }

    // 36
    @Test
    void aTargetThatDoesNotReadStopsTheCopyAndItsSource() throws Exception {
        var copying = copying();
        var sender = setup.run(() -> from.send(Net.noise(2 * TOO_MUCH)));
        Eventually.until(
                "the copy waits for its target",
                () -> String.valueOf(LockSupport.getBlocker(copying.thread())).startsWith("write to"));
        assertThat(sender.result().isDone()).isFalse();
        assertThat(to.peer().getInputStream().readNBytes(2 * TOO_MUCH)).isEqualTo(Net.noise(2 * TOO_MUCH));
        sender.get();
        from.peer().shutdownOutput();
        assertThat(copying.get()).isEqualTo(2 * TOO_MUCH);
    }

    // 2
    @Test
    void aProxyPassesBothDirectionsAndEachEnd() throws Exception {
        // A server that answers only after it has seen the end of the question.
        try (var answers = net.listen();
                var server = answers.serve(socket -> {
                    var question = socket.openReadChannel().readRemaining(1 << 20);
                    socket.openWriteChannel().write(ByteString.concat(List.of(question, question)));
                });
                var listener = net.listen();
                var proxy = listener.serve(client -> {
                    try (var target = net.tcp().connect(answers.localAddress())) {
                        pass(client, target);
                    }
                });
                var client = new java.net.Socket(Net.LOOPBACK, listener.port())) {
            client.getOutputStream().write("question?".getBytes(UTF_8));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("question?question?");
            Eventually.until("both have ended", () -> proxy.connections() == 0 && server.connections() == 0);
        }
    }

    private static void pass(Socket one, Socket other) throws Exception {
        var forward = other.openWriteChannel();
        var input = one.openReadChannel();
        var there = Thread.startVirtualThread(() -> {
            try {
                input.copyAndClose(forward);
            } catch (IOException e) {
                other.cancel(e);
            }
        });
        other.openReadChannel().copyAndClose(one.openWriteChannel());
        there.join();
    }
}
