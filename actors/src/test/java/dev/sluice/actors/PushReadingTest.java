package dev.sluice.actors;

import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.actors.Net.Link;
import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.ResumeReading;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reading in push mode: as it comes, unless it is suspended.
@EveryTransport
class PushReadingTest {
    private final Setup setup;
    private final Net net;

    PushReadingTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private void suspend(Link link) {
        link.handler().send(link.connection(), new SuspendReading());
        link.handler().expectNothingFrom(link.connection());
    }

    private static void resume(Link link) {
        link.handler().send(link.connection(), new ResumeReading());
    }

    /// B117, B126, D45.
    @Test
    void whatComesIsTheStream() throws Exception {
        var link = net.link();
        var all = bytes(3_000_000);
        link.peer().write(all.take(7));
        var first = link.handler().receive(7);
        link.peer().write(all.drop(7));
        assertThat(first.append(link.handler().receive(all.size() - 7))).isEqualTo(all);
    }

    /// B126, D45.
    @Test
    void whatIsKeptIsNotWrittenOver() throws Exception {
        var handler = net.probe();
        var bound = net.bound(handler, Net.bind(handler));
        var peers = List.of(net.peer(bound.localAddress()), net.peer(bound.localAddress()));
        var connections = List.of(
                handler.expect(Tcp.Connected.class).connection(),
                handler.expect(Tcp.Connected.class).connection());
        connections.forEach(it -> handler.send(it, new Tcp.Register(handler.ref())));
        var sent = new ArrayList<ByteString>();
        var kept = new ArrayList<ByteString>();
        for (int i = 0; i < 40; i++) {
            var message = bytes(30_000 * (i + 1));
            var peer = peers.get(i % 2);
            var writing = Eventually.async(() -> {
                peer.write(message);
                return message;
            });
            kept.add(handler.receive(message.size()));
            sent.add(Eventually.get(writing));
        }
        assertThat(kept).isEqualTo(sent);
    }

    /// B118.
    @Test
    void oneEventCarriesNoMoreThanTheBuffer() throws Exception {
        var link = net.link(it -> it.withReceiveBytes(4_096));
        suspend(link);
        link.peer().write(bytes(4_096 + 1_500));
        resume(link);
        var all = ByteString.empty();
        while (all.size() < 4_096 + 1_500) {
            var data = link.handler().expect(Received.class).data();
            assertThat(data.size()).isLessThanOrEqualTo(4_096);
            all = all.append(data);
        }
        assertThat(all).isEqualTo(bytes(4_096 + 1_500));
    }

    /// B119.
    @Test
    void aTurnThatIsSmallerThanTheBufferBoundsEachEvent() throws Exception {
        var link = net.link(it -> it.withTurnBytes(1_000));
        link.peer().write(bytes(50_000));
        var all = ByteString.empty();
        while (all.size() < 50_000) {
            var data = link.handler().expect(Received.class).data();
            assertThat(data.size()).isLessThanOrEqualTo(1_000);
            all = all.append(data);
        }
        assertThat(all).isEqualTo(bytes(50_000));
    }

    /// B120, D18.
    @Test
    void aFastPeerDoesNotKeepCommandsFromTheirTurn() throws Exception {
        var link = net.link();
        var writer = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    link.peer().write(bytes(500_000));
                }
            } catch (IOException _) {
                return; // aborted
            }
        });
        for (int i = 0; i < 20; i++) {
            link.handler().expect(Received.class);
        }
        link.handler().send(link.connection(), new Abort());
        Object message;
        do {
            message = link.handler().next();
        } while (message instanceof Received);
        assertThat(message).isInstanceOf(Aborted.class);
        writer.join();
    }

    /// B121, B122.
    @Test
    void whileSuspendedNothingIsReceivedAndAResumeGivesWhatHasCome() throws Exception {
        var link = net.link();
        for (int i = 0; i < 20; i++) {
            suspend(link);
            link.peer().write("while suspended");
            link.handler().expectNothingFrom(link.connection());
            link.handler().expectNothingFrom(link.connection());
            resume(link);
            assertThat(link.handler().receive(15).utf8()).isEqualTo("while suspended");
        }
    }

    /// B123.
    @Test
    void oneResumeEndsManySuspends() throws Exception {
        var link = net.link();
        suspend(link);
        suspend(link);
        suspend(link);
        link.peer().write("bytes");
        resume(link);
        link.handler().receive(5);
    }

    /// B124.
    @Test
    void aPeerIsSlowedDown() throws Exception {
        var handler = net.probe();
        var small = List.of(TcpSO.receiveBufferSize(Peer.RECEIVE_BYTES));
        var bind = Net.bind(handler);
        var bound = net.bound(handler, new Tcp.Bind(handler.ref(), bind.localAddress(), 100, small, false, null, null));
        try (var channel = SocketChannel.open(bound.localAddress())) {
            var connection = handler.expect(Tcp.Connected.class).connection();
            handler.send(connection, new Tcp.Register(handler.ref()));
            handler.send(connection, new SuspendReading());
            handler.expectNothingFrom(connection);
            channel.configureBlocking(false);
            int sent = 0;
            for (int n = 1; n > 0; ) {
                n = channel.write(ByteBuffer.allocate(64 * 1024));
                sent += n;
                assertThat(sent).isLessThan(64 * 1024 * 1024);
            }
            handler.send(connection, new ResumeReading());
            handler.receive(sent);
        }
    }

    /// B125.
    @Test
    void aResetIsToldAtOnceThoughReadingIsSuspended() throws Exception {
        var link = net.link();
        suspend(link);
        link.peer().reset();
        link.handler().expect(ErrorClosed.class);
        link.handler().expectNothing();
    }

    /// B125, B173.
    @Test
    void aResetIsToldAtOnceThoughBytesWait() throws Exception {
        assumeTrue(setup.isLinux(), "java.nio tells a reset only to those that read all that came before");
        var link = net.link();
        suspend(link);
        link.peer().write("nobody reads that");
        link.handler().expectNothingFrom(link.connection());
        link.peer().reset();
        link.handler().expect(ErrorClosed.class);
    }

    /// B125.
    @Test
    void thePeersEndIsToldWhenReadingGoesOn() throws Exception {
        var link = net.link();
        suspend(link);
        link.peer().end();
        link.handler().expectNothingFrom(link.connection());
        link.handler().expectNothingFrom(link.connection());
        resume(link);
        assertThat(link.handler().expect(PeerClosed.class).open()).isFalse();
    }

    /// B125, B162.
    @Test
    void whatCameBeforeThePeersEndIsNotLost() throws Exception {
        var link = net.link(it -> it.withReceiveBytes(1_000));
        suspend(link);
        link.peer().write(bytes(10_000));
        link.peer().end();
        link.handler().expectNothingFrom(link.connection());
        resume(link);
        assertThat(link.handler().receive(10_000)).isEqualTo(bytes(10_000));
        link.handler().expect(PeerClosed.class);
        link.peer().readsTheEnd();
    }

    /// B059.
    @Test
    void othersMaySuspendAndResumeToo() throws Exception {
        var link = net.link();
        var other = net.probe();
        other.send(link.connection(), new SuspendReading());
        other.expectNothingFrom(link.connection());
        link.peer().write("bytes");
        other.send(link.connection(), new Write(ByteString.empty()));
        other.send(link.connection(), new ResumeReading());
        link.handler().receive(5);
        other.expectNothing();
    }
}
