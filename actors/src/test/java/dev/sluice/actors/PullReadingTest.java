package dev.sluice.actors;

import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Net.Link;
import dev.sluice.actors.Tcp.ConfirmedClose;
import dev.sluice.actors.Tcp.ConfirmedClosed;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.ResumeReading;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reading in pull mode: each Received is asked for.
@EveryTransport
class PullReadingTest {
    private final Net net;

    PullReadingTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private static void resume(Link link) {
        link.handler().send(link.connection(), new ResumeReading());
    }

    /// B127, B128.
    @Test
    void eachResumeGivesOneEventOfOneBuffer() throws Exception {
        var link = net.pulled(it -> it.withReceiveBytes(4_096));
        link.peer().write(bytes(6_000));
        link.handler().expectNothingFrom(link.connection());
        var all = ByteString.empty();
        while (all.size() < 6_000) {
            resume(link);
            var data = link.handler().expect(Received.class).data();
            assertThat(data.size()).isLessThanOrEqualTo(4_096);
            all = all.append(data);
            link.handler().expectNothingFrom(link.connection());
        }
        assertThat(all).isEqualTo(bytes(6_000));
    }

    /// B129, B130.
    @Test
    void manyResumesBeforeBytesComeAreOneDemand() throws Exception {
        var link = net.pulled(it -> it);
        for (int i = 0; i < 5; i++) {
            resume(link);
        }
        link.handler().expectNothingFrom(link.connection());
        link.peer().write("one");
        link.handler().receive(3);
        link.peer().write("two");
        link.handler().expectNothingFrom(link.connection());
        link.handler().expectNothingFrom(link.connection());
        resume(link);
        link.handler().receive(3);
    }

    /// B131, B170.
    @Test
    void thePeersEndIsToldWhenItIsAskedFor() throws Exception {
        var link = net.pulled(it -> it);
        link.peer().write("last");
        link.peer().end();
        resume(link);
        link.handler().receive(4);
        link.handler().expectNothingFrom(link.connection());
        link.handler().expectNothingFrom(link.connection());
        resume(link);
        link.handler().expect(PeerClosed.class);
    }

    /// B125.
    @Test
    void aResetIsToldUnasked() throws Exception {
        var link = net.pulled(it -> it);
        link.peer().reset();
        link.handler().expect(ErrorClosed.class);
    }

    /// B132.
    @Test
    void suspendTakesTheDemandBack() throws Exception {
        var link = net.pulled(it -> it);
        resume(link);
        link.handler().send(link.connection(), new SuspendReading());
        link.handler().expectNothingFrom(link.connection());
        link.peer().write("bytes");
        link.handler().expectNothingFrom(link.connection());
        link.handler().expectNothingFrom(link.connection());
        resume(link);
        link.handler().receive(5);
    }

    /// B133.
    @Test
    void anEchoNeedsNoBuffer() throws Exception {
        var link = net.pulled(it -> it);
        var all = bytes(300_000);
        var writer = Thread.ofPlatform().daemon().start(() -> {
            try {
                link.peer().write(all);
                link.peer().end();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        var echoed = CompletableFuture.supplyAsync(() -> {
            try {
                return link.peer().readAll();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        resume(link);
        while (link.handler().next() instanceof Received(var data, var connection)) {
            link.handler().send(connection, new Write(data, "written"));
            link.handler().expectThis("written");
            resume(link);
        }
        assertThat(echoed.get(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(all);
        writer.join();
    }

    /// B159, D06.
    @Test
    void confirmedCloseNeedsNoDemandForThePeersEnd() throws Exception {
        var link = net.pulled(it -> it);
        link.handler().send(link.connection(), new ConfirmedClose());
        link.peer().readsTheEnd();
        link.peer().end();
        link.handler().expect(ConfirmedClosed.class);
    }

    /// B159, D06.
    @Test
    void confirmedCloseFindsAnEndThatCameBefore() throws Exception {
        var link = net.pulled(it -> it);
        link.peer().end();
        link.handler().expectNothingFrom(link.connection());
        link.handler().expectNothingFrom(link.connection());
        link.handler().send(link.connection(), new ConfirmedClose());
        link.handler().expect(ConfirmedClosed.class);
    }

    /// B159.
    @Test
    void confirmedCloseKeepsToTheDemandForBytes() throws Exception {
        var link = net.pulled(it -> it.withReceiveBytes(1_000));
        link.handler().send(link.connection(), new ConfirmedClose());
        link.peer().readsTheEnd();
        link.peer().write(bytes(2_000));
        link.peer().end();
        var all = ByteString.empty();
        while (all.size() < 2_000) {
            link.handler().expectNothing();
            resume(link);
            all = all.append(link.handler().expect(Received.class).data());
        }
        assertThat(all).isEqualTo(bytes(2_000));
        link.handler().expect(ConfirmedClosed.class);
    }
}
