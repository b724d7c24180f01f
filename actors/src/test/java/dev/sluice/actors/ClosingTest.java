package dev.sluice.actors;

import static dev.sluice.actors.Net.MUCH;
import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.actors.Net.Link;
import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.Command;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConfirmedClose;
import dev.sluice.actors.Tcp.ConfirmedClosed;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.ResumeReading;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Terminated;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The ends of a connection, and who is told.
@EveryProfile
class ClosingTest {
    private static final Duration SHORT = Duration.ofMillis(250);

    private final Setup setup;
    private final Net net;

    ClosingTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private Link keptOpen() throws Exception {
        return net.registered(handler -> new Register(handler, true, true));
    }

    /// This side has ended; the peer has not.
    private Link finSent(Probe closer) throws Exception {
        var link = net.link();
        closer.send(link.connection(), new ConfirmedClose());
        link.peer().readsTheEnd();
        return link;
    }

    private static void expectRefused(Probe sender, Command command) {
        var failed = sender.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(command);
        assertThat(failed.exception()).hasMessageContaining("closing");
    }

    private static void expectEnd(Link link, Class<?> event) {
        link.handler().expect(event);
        link.handler().watch(link.connection());
        link.handler().expectTerminated(link.connection());
        link.handler().expectNothing();
    }

    // From an open connection with nothing under way.

    /// B134, B135, B140.
    @Test
    void closeIsToldToHandlerAndCloser() throws Exception {
        var link = net.link();
        var closer = net.probe();
        closer.send(link.connection(), new Close());
        assertThat(closer.expect(Closed.class).connection()).isEqualTo(link.connection());
        link.peer().readsTheEnd();
        expectEnd(link, Closed.class);
        closer.expectNothing();
    }

    /// B136.
    @Test
    void confirmedCloseWaitsForThePeersEnd() throws Exception {
        var closer = net.probe();
        var link = finSent(closer);
        link.peer().write("more");
        assertThat(link.handler().receive(4).utf8()).isEqualTo("more");
        closer.expectNothing();
        link.peer().end();
        assertThat(closer.expect(ConfirmedClosed.class).isConfirmed()).isTrue();
        expectEnd(link, ConfirmedClosed.class);
    }

    /// B137, B140.
    @Test
    void abortResets() throws Exception {
        var link = net.link();
        var closer = net.probe();
        closer.send(link.connection(), new Abort());
        assertThat(closer.expect(Aborted.class).isAborted()).isTrue();
        link.peer().findsAReset();
        expectEnd(link, Aborted.class);
    }

    /// B138.
    @Test
    void confirmedCloseOfALostConnectionEndsAtOnce() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new SuspendReading());
        link.handler().expectNothingFrom(link.connection());
        link.peer().reset();
        link.handler().send(link.connection(), new ConfirmedClose());
        assertThat(link.handler().next()).isInstanceOfAny(ConfirmedClosed.class, ErrorClosed.class);
    }

    /// B139.
    @Test
    void closeWithUnreadBytesIsAReset() throws Exception {
        var link = net.pulled(it -> it.withReceiveBytes(1));
        link.peer().write("nobody reads the rest");
        link.handler().send(link.connection(), new ResumeReading());
        link.handler().receive(1); // where one byte is, all of them are
        link.handler().send(link.connection(), new Close());
        link.handler().expect(Closed.class);
        if (setup.isLinux()) {
            link.peer().findsAReset();
        } else { // the JDK sends the end first
            link.peer().readsTheEnd();
        }
    }

    /// B140.
    @Test
    void thePeersActorsAreToldTheOtherSide() throws Exception {
        for (var command : List.of(new Close(), new Abort())) {
            var handler = net.probe();
            var bound = net.bound(handler, Net.bind(handler));
            var client = net.probe();
            client.send(net.manager, new Tcp.Connect(bound.localAddress()).withHandler(client.ref()));
            var out = client.expect(Tcp.Connected.class).connection();
            var in = handler.expect(Tcp.Connected.class).connection();
            handler.send(in, new Register(handler.ref()));
            for (int i = 0; i < 100; i++) {
                client.send(out, new Write(ByteString.fromUtf8("ping")));
                handler.receive(4);
                handler.send(in, new Write(ByteString.fromUtf8("pong")));
                client.receive(4);
            }
            client.send(out, command);
            if (command instanceof Close) {
                client.expect(Closed.class);
                handler.expect(PeerClosed.class);
            } else {
                client.expect(Aborted.class);
                handler.expect(ErrorClosed.class);
            }
        }
    }

    // From an open connection with a write under way.

    /// B141.
    @Test
    void closeFlushesFirst() throws Exception {
        var link = net.link();
        var closer = net.probe();
        link.makeBusy("all");
        closer.send(link.connection(), new Close());
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
        link.handler().expectThis("all");
        expectEnd(link, Closed.class);
        closer.expect(Closed.class);
    }

    /// B155.
    @Test
    void aCloseWhileAConfirmedCloseFlushesDoesNotWaitForThePeer() throws Exception {
        var link = net.link();
        link.makeBusy("sent");
        link.handler().send(link.connection(), new ConfirmedClose());
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().read(MUCH)).isEqualTo(bytes(MUCH));
        link.handler().expectThis("sent");
        link.handler().expect(Closed.class);
        link.peer().readsTheEnd();
    }

    /// B142.
    @Test
    void confirmedCloseFlushesFirst() throws Exception {
        var link = net.link();
        link.makeBusy("all");
        link.handler().send(link.connection(), new ConfirmedClose());
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
        link.handler().expectThis("all");
        link.handler().expectNothing();
        link.peer().end();
        expectEnd(link, ConfirmedClosed.class);
    }

    /// B143, B116.
    @Test
    void abortDropsWhatIsUnderWayAndTellsItsWriter() throws Exception {
        var link = net.link();
        var writer = net.probe();
        var closer = net.probe();
        writer.send(link.connection(), new Write(bytes(MUCH), "never"));
        writer.settle(link.connection());
        closer.send(link.connection(), new Abort());
        writer.expect(Aborted.class);
        closer.expect(Aborted.class);
        expectEnd(link, Aborted.class);
        writer.expectNothing();
    }

    /// B144.
    @Test
    void whileFlushingBytesAreStillReceived() throws Exception {
        var link = net.link();
        link.makeBusy("all");
        link.handler().send(link.connection(), new Close());
        link.peer().write("meanwhile");
        assertThat(link.handler().receive(9).utf8()).isEqualTo("meanwhile");
        link.peer().readAll();
        link.handler().expectThis("all");
        link.handler().expect(Closed.class);
    }

    /// B145, B181.
    @Test
    void theHandlerMayEndWhileItsWritesAreFlushed() throws Exception {
        var link = net.link();
        var watcher = net.probe();
        link.makeBusy("all");
        link.handler().send(link.connection(), new Close());
        link.handler().stop();
        watcher.watch(link.connection());
        link.peer().write("nobody wants that");
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
        watcher.expectTerminated(link.connection());
    }

    /// B146, B149, D08, B116.
    @Test
    void whileFlushingOtherCommandsAreRefused() throws Exception {
        var link = net.link();
        var other = net.probe();
        link.makeBusy("all");
        link.handler().send(link.connection(), new Close());
        link.handler().settle(link.connection());
        for (var command : List.of(new Write(bytes(1)), new ResumeWriting(), new Register(other.ref()))) {
            other.send(link.connection(), command);
            expectRefused(other, command);
        }
        link.peer().readAll();
        link.handler().expectThis("all");
        expectEnd(link, Closed.class);
        other.expectNothing();
    }

    /// B147, D09.
    @Test
    void everyCloserIsTold() throws Exception {
        var link = net.link();
        link.makeBusy("all");
        var closers = List.of(net.probe(), net.probe(), net.probe());
        closers.get(0).send(link.connection(), new Close());
        closers.get(0).settle(link.connection());
        closers.get(1).send(link.connection(), new Close());
        closers.get(1).settle(link.connection());
        closers.get(2).send(link.connection(), new ConfirmedClose());
        closers.get(2).settle(link.connection());
        link.peer().readAll();
        for (var closer : closers) {
            closer.expect(Closed.class);
            closer.expectNothing();
        }
        link.handler().expectThis("all");
        expectEnd(link, Closed.class);
    }

    /// B148, D09.
    @Test
    void anAbortWhileFlushingIsToldToTheFirstCloserToo() throws Exception {
        var link = net.link();
        var closer = net.probe();
        var aborter = net.probe();
        var writer = net.probe();
        writer.send(link.connection(), new Write(bytes(MUCH), "never"));
        writer.settle(link.connection());
        closer.send(link.connection(), new Close());
        closer.settle(link.connection());
        aborter.send(link.connection(), new Abort());
        for (var concerned : List.of(closer, aborter, writer)) {
            concerned.expect(Aborted.class);
            concerned.expectNothing();
        }
        expectEnd(link, Aborted.class);
    }

    /// B150, B163, D09.
    @Test
    void anErrorWhileFlushingIsToldToTheCloserToo() throws Exception {
        var link = net.link();
        var closer = net.probe();
        link.makeBusy("never");
        closer.send(link.connection(), new Close());
        closer.settle(link.connection());
        link.peer().reset();
        closer.expect(ErrorClosed.class);
        expectEnd(link, ErrorClosed.class);
    }

    /// B151, B152, D05.
    @Test
    void thePeersEndWhileFlushingDoesNotChangeWhatWasAskedFor() throws Exception {
        for (boolean keepOpen : new boolean[] {false, true}) {
            var link = net.registered(handler -> new Register(handler, keepOpen, true));
            link.makeBusy("all");
            link.handler().send(link.connection(), new Close());
            link.handler().settle(link.connection());
            link.peer().write("end");
            link.peer().end();
            link.handler().receive(3);
            assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
            link.handler().expectThis("all");
            expectEnd(link, Closed.class);
        }
    }

    /// B151, B142.
    @Test
    void confirmedCloseAfterThePeersEndWhileFlushing() throws Exception {
        var link = net.link();
        link.makeBusy("all");
        link.handler().send(link.connection(), new ConfirmedClose());
        link.handler().settle(link.connection());
        link.peer().write("end");
        link.peer().end();
        link.handler().receive(3);
        link.peer().readAll();
        link.handler().expectThis("all");
        expectEnd(link, ConfirmedClosed.class);
    }

    /// B153.
    @Test
    void aTimeLimitEndsAFlushThatThePeerDoesNotTake() throws Exception {
        var link = net.link(it -> it.withCloseTimeout(SHORT));
        var closer = net.probe();
        link.makeBusy("never");
        closer.send(link.connection(), new Close());
        assertThat(closer.expect(ErrorClosed.class).cause()).contains("250 ms");
        expectEnd(link, ErrorClosed.class);
    }

    // After this side's end.

    /// B155, D09.
    @Test
    void closeAfterConfirmedCloseDoesNotWaitAndIsToldToBoth() throws Exception {
        var first = net.probe();
        var second = net.probe();
        var link = finSent(first);
        second.send(link.connection(), new Close());
        first.expect(Closed.class);
        second.expect(Closed.class);
        expectEnd(link, Closed.class);
    }

    /// B154, B156.
    @Test
    void abortAfterConfirmedCloseResetsAndIsToldToAll() throws Exception {
        var first = net.probe();
        var second = net.probe();
        var link = finSent(first);
        second.send(link.connection(), new Abort());
        first.expect(Aborted.class);
        second.expect(Aborted.class);
        expectEnd(link, Aborted.class);
    }

    /// B157, B158, B147.
    @Test
    void afterConfirmedCloseASecondOneIsToldAndWritesAreRefused() throws Exception {
        var first = net.probe();
        var second = net.probe();
        var link = finSent(first);
        var write = new Write(bytes(1));
        second.send(link.connection(), new ConfirmedClose());
        second.send(link.connection(), write);
        expectRefused(second, write);
        link.peer().end();
        first.expect(ConfirmedClosed.class);
        second.expect(ConfirmedClosed.class);
        expectEnd(link, ConfirmedClosed.class);
    }

    /// B154, B159.
    @Test
    void suspendedReadingDoesNotHideThePeersEnd() throws Exception {
        var closer = net.probe();
        var link = finSent(closer);
        link.handler().send(link.connection(), new SuspendReading());
        link.peer().end();
        closer.expect(ConfirmedClosed.class);
        expectEnd(link, ConfirmedClosed.class);
    }

    /// B160.
    @Test
    void theEndOfTheHandlerAfterConfirmedCloseResets() throws Exception {
        var closer = net.probe();
        var link = finSent(closer);
        link.handler().stop();
        closer.expect(Aborted.class);
        Eventually.until("the peer is reset", () -> {
            try {
                link.peer().write("?");
                return false;
            } catch (IOException _) {
                return true;
            }
        });
    }

    /// B161, D57.
    @Test
    void aTimeLimitEndsTheWaitForThePeer() throws Exception {
        var link = net.link(it -> it.withCloseTimeout(SHORT));
        link.handler().send(link.connection(), new ConfirmedClose());
        link.peer().readsTheEnd();
        assertThat(link.handler().expect(ErrorClosed.class).cause()).contains("250 ms");
    }

    // The peer ends first.

    /// B162, B170.
    @Test
    void thePeersEndClosesAfterAllItsBytes() throws Exception {
        var link = net.link();
        link.peer().write(bytes(100_000));
        link.peer().end();
        assertThat(link.handler().receive(100_000)).isEqualTo(bytes(100_000));
        var closed = link.handler().expect(PeerClosed.class);
        assertThat(closed.open()).isFalse();
        assertThat(closed.isPeerClosed()).isTrue();
        link.peer().readsTheEnd();
        link.handler().watch(link.connection());
        link.handler().expectTerminated(link.connection());
    }

    /// B163.
    @Test
    void thePeersEndFlushesWhatIsUnderWay() throws Exception {
        var link = net.link();
        link.makeBusy("all");
        link.peer().end();
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
        link.handler().expectThis("all");
        assertThat(link.handler().expect(PeerClosed.class).open()).isFalse();
        link.handler().expectNothing();
    }

    /// B164, B165, B170.
    @Test
    void keptOpenItCanStillWriteAndCloseInEachWay() throws Exception {
        for (var command : List.of(new Close(), new ConfirmedClose(), new Abort())) {
            var link = keptOpen();
            link.peer().end();
            assertThat(link.handler().expect(PeerClosed.class).open()).isTrue();
            link.handler().send(link.connection(), new Write(ByteString.fromUtf8("still"), "written"));
            link.handler().expectThis("written");
            assertThat(link.peer().readText(5)).isEqualTo("still");
            link.handler().send(link.connection(), command);
            expectEnd(
                    link,
                    switch (command) {
                        case Close _ -> Closed.class;
                        case ConfirmedClose _ -> ConfirmedClosed.class;
                        case Abort _ -> Aborted.class;
                    });
        }
    }

    /// B166.
    @Test
    void keptOpenCommandsForReadingChangeNothing() throws Exception {
        var link = keptOpen();
        link.peer().end();
        link.handler().expect(PeerClosed.class);
        for (var command : List.of(new ResumeReading(), new SuspendReading(), new ResumeReading())) {
            link.handler().send(link.connection(), command);
            link.handler().expectNothingFrom(link.connection());
        }
    }

    /// B167.
    @Test
    void keptOpenCloseFlushesFirst() throws Exception {
        var link = keptOpen();
        link.peer().end();
        link.handler().expect(PeerClosed.class);
        link.makeBusy("all");
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH));
        link.handler().expectThis("all");
        expectEnd(link, Closed.class);
    }

    /// B168.
    @Test
    void keptOpenTheEndOfTheHandlerResets() throws Exception {
        var link = keptOpen();
        link.makeBusy("never");
        link.peer().end();
        link.handler().expect(PeerClosed.class);
        var watcher = net.probe();
        watcher.watch(link.connection());
        link.handler().stop();
        watcher.expectTerminated(link.connection());
        link.peer().findsAReset();
    }

    /// B169, D22.
    @Test
    void keptOpenAResetIsToldThoughNothingIsUnderWay() throws Exception {
        assumeTrue(setup.isLinux(), "java.nio tells nobody of a reset after the end");
        var link = keptOpen();
        link.peer().end();
        link.handler().expect(PeerClosed.class);
        link.handler().send(link.connection(), new Write(bytes(10), "written"));
        link.handler().expectThis("written");
        link.peer().reset();
        expectEnd(link, ErrorClosed.class);
    }

    // The connection is lost.

    /// B171, B174, D58.
    @Test
    void aResetIsToldOnceWithItsReason() throws Exception {
        var link = net.link();
        link.handler().watch(link.connection());
        link.peer().reset();
        var closed = link.handler().expect(ErrorClosed.class);
        assertThat(closed.isErrorClosed()).isTrue();
        assertThat(closed.getErrorCause()).containsIgnoringCase("reset");
        assertThat(closed.exception()).isInstanceOf(IOException.class);
        link.handler().expectTerminated(link.connection());
        link.handler().expectNothing();
    }

    /// B174.
    @Test
    void aReasonIsNeverEmpty() {
        var nobody = ActorRef.noSender();
        assertThat(new ErrorClosed(nobody, new IOException()).cause()).contains("IOException");
    }

    /// B175, B147.
    @Test
    void afterTheEndEachCommandHasItsOutcome() throws Exception {
        var link = net.link();
        var write = new Write(bytes(1));
        link.handler().watch(link.connection());
        link.handler().send(link.connection(), new Close());
        link.handler().send(link.connection(), write);
        link.handler().send(link.connection(), new Close());
        link.handler().send(link.connection(), new Abort());
        int closed = 0;
        int refused = 0;
        for (var message = link.handler().next();
                !(message instanceof Terminated);
                message = link.handler().next()) {
            assertThat(message).isInstanceOfAny(Closed.class, CommandFailed.class);
            if (message instanceof Closed) {
                closed++;
            } else {
                refused++;
            }
        }
        assertThat(closed).isBetween(1, 3);
        assertThat(refused).isLessThanOrEqualTo(1);
    }
}
