package dev.sluice.actors;

import static dev.sluice.actors.Net.MUCH;
import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.actors.Net.Link;
import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.NoAck;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Writes, their acks, and the three ways of back-pressure; with a queue, and with one write at a time.
@EveryProfile
class WriteTest {
    private final Setup setup;
    private final Net net;

    WriteTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private Link nackLink() throws Exception {
        return net.registered(handler -> new Register(handler, false, false));
    }

    /// A write that is refused while a write is under way: with a queue, one that it cannot hold.
    private Write tooMuch(Object ack) {
        return new Write(setup.isOneWrite() ? bytes(1) : bytes(300 * 1024), ack);
    }

    private static CommandFailed expectRefused(Probe writer, Object command) {
        var failed = writer.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(command);
        assertThat(failed.exception()).isInstanceOf(RefusedException.class);
        return failed;
    }

    /// B073, B074, B075, B080, B081, D53.
    @Test
    void theWriterGetsItsAckAndNobodyElse() throws Exception {
        var link = net.link();
        var writer = net.probe();
        var ack = new Object();
        writer.send(link.connection(), new Write(ByteString.fromUtf8("one"), new NoAck("token")));
        writer.send(link.connection(), new Write(ByteString.fromUtf8("two")));
        writer.send(link.connection(), new Write(ByteString.fromUtf8("three"), ack));
        writer.expectThis(ack);
        assertThat(writer.sender()).isEqualTo(link.connection());
        assertThat(link.peer().readText(11)).isEqualTo("onetwothree");
        writer.expectNothingFrom(link.connection());
        link.handler().expectNothing();
    }

    /// B076.
    @Test
    void whatIsLargerThanTheBuffersArrivesWholeAndIsAckedAtTheEnd() throws Exception {
        var link = net.link();
        var all = bytes(MUCH);
        link.handler().send(link.connection(), new Write(all, "all"));
        assertThat(link.peer().read(100_000)).isEqualTo(all.take(100_000));
        link.handler().expectNothing(); // the rest is more than the buffers hold
        assertThat(link.peer().read(MUCH - 100_000)).isEqualTo(all.drop(100_000));
        link.handler().expectThis("all");
    }

    /// B077.
    @Test
    void anEmptyWriteIsAckedAtOnceIfItWantsIt() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), Write.empty());
        link.handler().send(link.connection(), new Write(ByteString.empty(), new NoAck("token")));
        link.handler().send(link.connection(), new Write(ByteString.empty(), "ack"));
        link.handler().expectThis("ack");
    }

    /// B078, B134, B135.
    @Test
    void theAckComesBeforeTheEnd() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("last"), "ack"));
        link.handler().send(link.connection(), new Close());
        link.handler().expectThis("ack");
        link.handler().expect(Closed.class);
        assertThat(link.peer().readAll().utf8()).isEqualTo("last");
        link.handler().expectNothing();
    }

    /// B079, B084.
    @Test
    void manySmallWritesSucceed() throws Exception {
        var link = net.link();
        for (int i = 0; i < 100; i++) {
            link.handler().send(link.connection(), new Write(ByteString.of((byte) i), i));
        }
        var read = link.peer().read(100);
        for (int i = 0; i < 100; i++) {
            assertThat(link.handler().next()).isEqualTo(i);
            assertThat(read.byteAt(i)).isEqualTo((byte) i);
        }
    }

    /// B082, B172, D58.
    @Test
    void aWriteToAPeerThatHasResetEndsForWriterAndHandler() throws Exception {
        var link = net.link();
        var writer = net.probe();
        writer.send(link.connection(), new Write(bytes(MUCH), "never"));
        var _ = link.peer().read(1); // the write is under way
        link.peer().reset();
        var told = writer.expect(ErrorClosed.class);
        assertThat(told.cause()).isNotEmpty();
        assertThat(link.handler().expect(ErrorClosed.class).exception()).isSameAs(told.exception());
        writer.expectNothing();

        var own = net.link();
        own.makeBusy("never");
        own.handler().watch(own.connection());
        own.peer().reset();
        own.handler().expect(ErrorClosed.class);
        own.handler().expectTerminated(own.connection());
    }

    /// B083.
    @Test
    void aWriteToAPeerThatHasGoneFailsAtTheLatestWithTheNext() throws Exception {
        var link = net.registered(handler -> new Register(handler, true, true));
        link.peer().close();
        link.handler().expect(Tcp.PeerClosed.class);
        Object message;
        do {
            link.handler().send(link.connection(), new Write(bytes(100), "taken"));
            message = link.handler().next();
        } while (message.equals("taken"));
        while (message instanceof CommandFailed) {
            message = link.handler().next();
        }
        assertThat(message).isInstanceOf(ErrorClosed.class);
    }

    /// B085, B086, B087, B096, B005.
    @Test
    void aWriteThatCannotWaitIsRefusedAndNotSent() throws Exception {
        var link = nackLink();
        link.makeBusy("first");
        var refused = tooMuch("no");
        link.handler().send(link.connection(), refused);
        assertThat(expectRefused(link.handler(), refused).exception()).hasMessageContaining("full");
        if (setup.isOneWrite()) {
            link.handler().send(link.connection(), Write.empty());
            expectRefused(link.handler(), Write.empty());
        }
        assertThat(link.peer().read(MUCH)).isEqualTo(bytes(MUCH));
        link.handler().expectThis("first");
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("next"), "second"));
        link.handler().expectThis("second");
        assertThat(link.peer().readText(4)).isEqualTo("next");
    }

    /// B080, B085, B096, B104.
    @Test
    void theQueueTakesUpToItsBoundAndKeepsTheOrder() throws Exception {
        assumeTrue(!setup.isOneWrite(), "there is no queue");
        var link = nackLink();
        link.makeBusy("first");
        var others = List.of(net.probe(), net.probe());
        var expected = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            var text = "[%03d]".formatted(i);
            expected.append(text);
            others.get(i % 2).send(link.connection(), new Write(ByteString.fromUtf8(text), i));
            others.get(i % 2).send(link.connection(), new Tcp.Unbind()); // refused when the write was taken
            others.get(i % 2).expect(CommandFailed.class);
        }
        link.peer().read(MUCH);
        assertThat(link.peer().readText(expected.length())).isEqualTo(expected.toString());
        for (int i = 0; i < 100; i++) {
            assertThat(others.get(i % 2).next()).isEqualTo(i);
        }
    }

    /// B088, B089, B091.
    @Test
    void aRefusalSuspendsWritingUntilItIsResumed() throws Exception {
        var link = net.link();
        link.makeBusy("first");
        var first = tooMuch("no");
        var second = new Write(ByteString.fromUtf8("small"), "no");
        link.handler().send(link.connection(), first);
        link.handler().send(link.connection(), second);
        assertThat(expectRefused(link.handler(), first).exception()).hasMessageContaining("full");
        assertThat(expectRefused(link.handler(), second).exception()).hasMessageContaining("suspended");
        link.peer().read(MUCH);
        link.handler().expectThis("first");
        link.handler().send(link.connection(), second); // though nothing is under way any more
        expectRefused(link.handler(), second);
        link.handler().send(link.connection(), new ResumeWriting());
        assertThat(link.handler().expect(WritingResumed.class).connection()).isEqualTo(link.connection());
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("again"), "again"));
        link.handler().expectThis("again");
        assertThat(link.peer().readText(5)).isEqualTo("again");
    }

    /// B089.
    @Test
    void resumeWithoutNeedIsAnsweredAtOnce() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new ResumeWriting());
        link.handler().expect(WritingResumed.class);
    }

    /// B090, B093, B094, D17.
    @Test
    void allRefusalsComeBeforeTheLastAckAndThenTheResume() throws Exception {
        var link = net.link();
        link.makeBusy("first");
        var second = tooMuch("no");
        var third = tooMuch("no");
        var fourth = new Write(ByteString.fromUtf8("while waiting"), "no");
        link.handler().send(link.connection(), second);
        link.handler().send(link.connection(), third);
        link.handler().send(link.connection(), new ResumeWriting());
        link.handler().send(link.connection(), fourth);
        expectRefused(link.handler(), second);
        expectRefused(link.handler(), third);
        expectRefused(link.handler(), fourth);
        link.handler().expectNothing();
        link.peer().read(MUCH);
        link.handler().expectThis("first");
        link.handler().expect(WritingResumed.class);
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("true"), "promise"));
        link.handler().expectThis("promise");
    }

    /// B092, B095, D23.
    @Test
    void aSecondResumeIsRefusedAndTheFirstIfTheConnectionEnds() throws Exception {
        var link = net.link();
        link.makeBusy("never");
        var other = net.probe();
        var first = new ResumeWriting();
        var second = new ResumeWriting();
        other.send(link.connection(), first);
        other.send(link.connection(), second);
        assertThat(expectRefused(other, second).cause()).isPresent();
        link.handler().send(link.connection(), new Abort());
        expectRefused(other, first);
        link.handler().expect(Aborted.class);
        other.expectNothing();
    }

    /// B095.
    @Test
    void aResumeThatWaitsIsRefusedWhenTheConnectionIsClosing() throws Exception {
        var link = net.link();
        link.makeBusy("first");
        var resume = new ResumeWriting();
        link.handler().send(link.connection(), resume);
        link.handler().send(link.connection(), new Close());
        expectRefused(link.handler(), resume);
        link.peer().readAll();
        link.handler().expectThis("first");
        link.handler().expect(Closed.class);
    }

    /// B120, D18.
    @Test
    void aHugeWriteDoesNotKeepOthersFromTheirTurn() throws Exception {
        var link = net.link();
        var all = bytes(1024 * 1024).repeat(24);
        var read = new CompletableFuture<ByteString>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                read.complete(link.peer().read(all.size()));
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        });
        var other = net.probeOnLoopOf(link.connection());
        link.handler().send(link.connection(), new Write(all, "all"));
        other.send(link.connection(), new Tcp.Unbind());
        other.expect(CommandFailed.class);
        link.handler().expectThis("all");
        assertThat(read.get(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(all);
    }

    /// B073, D47.
    @Test
    void aRopeOfManyFragmentsArrivesAsItIs() throws Exception {
        var link = net.link();
        var rope = ByteString.empty();
        var random = new Random(7);
        while (rope.size() < MUCH) {
            rope = rope.append(bytes(200 + random.nextInt(3_000)));
        }
        link.handler().send(link.connection(), new Write(rope, "rope"));
        assertThat(link.peer().read(rope.size())).isEqualTo(rope);
        link.handler().expectThis("rope");
    }

    /// B009.
    @Test
    @SuppressWarnings("NullAway")
    void anAckIsNeeded() {
        assertThatThrownBy(() -> new Write(ByteString.empty(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NoAck");
    }
}
