package dev.sluice.actors;

import static dev.sluice.actors.UdpWorld.HELLO;
import static dev.sluice.actors.UdpWorld.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.UdpConnected.CommandFailed;
import dev.sluice.actors.UdpConnected.Connected;
import dev.sluice.actors.UdpConnected.Disconnected;
import dev.sluice.actors.UdpConnected.Received;
import dev.sluice.bytes.ByteString;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.pekko.actor.Terminated;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets with one peer. The numbers are those of docs/actors-checklist.md.
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
@Timeout(60)
class UdpConnectedTest {
    private final UdpWorld world;
    private final Witness user;
    private final String transport;

    UdpConnectedTest(String transport) {
        this.transport = transport;
        world = new UdpWorld(transport);
        user = world.witness();
    }

    @AfterEach
    void close() {
        world.close();
    }

    /// B207.
    @Test
    void onlyThePeerIsHeard() throws Exception {
        try (var peer = UdpWorld.plain();
                var stranger = UdpWorld.plain()) {
            var connected = world.connect(user, UdpWorld.addressOf(peer));
            assertThat(connected.remoteAddress()).isEqualTo(UdpWorld.addressOf(peer));
            user.tell(connected.connection(), UdpConnectedMessage.send(HELLO));
            var here = UdpWorld.receive(peer, "hello");
            assertThat(here.getPort()).isEqualTo(connected.localAddress().getPort());
            UdpWorld.send(stranger, "strange", here);
            UdpWorld.send(peer, "answer", here);
            var received = user.expect(Received.class);
            assertThat(received.data()).isEqualTo(ByteString.fromUtf8("answer"));
            assertThat(received.connection()).isEqualTo(connected.connection());
            assertThat(received.isTruncated()).isFalse();
        }
    }

    /// B208.
    @Test
    void theLocalAddressIsWhatThePeerSees() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var local = UdpWorld.closedPort();
            user.tell(
                    world.udpConnected(),
                    UdpConnectedMessage.connect(user.ref(), UdpWorld.addressOf(peer), local, List.of()));
            var connected = user.expect(Connected.class);
            assertThat(connected.localAddress()).isEqualTo(local);
            user.tell(connected.connection(), UdpConnectedMessage.send(HELLO));
            assertThat(UdpWorld.receive(peer, "hello")).isEqualTo(local);
        }
    }

    /// D52.
    @Test
    void noLocalAddressIsNull() throws Exception {
        try (var peer = UdpWorld.plain()) {
            user.tell(
                    world.udpConnected(),
                    UdpConnectedMessage.connect(user.ref(), UdpWorld.addressOf(peer), null, List.of()));
            user.tell(user.expect(Connected.class).connection(), UdpConnectedMessage.send(HELLO));
            UdpWorld.receive(peer, "hello");
        }
    }

    /// B209.
    @Test
    void aPeerWhoseNameIsUnknownCannotBeHadAlsoASecondTime() {
        for (int i = 0; i < 2; i++) {
            var connect = UdpConnectedMessage.connect(
                    user.ref(), InetSocketAddress.createUnresolved("no-such-host.invalid", 9));
            user.tell(world.udpConnected(), connect);
            var failed = user.expect(CommandFailed.class);
            assertThat(failed.cmd()).isSameAs(connect);
            assertThat(failed.exception()).isInstanceOf(UnknownHostException.class);
            user.watch(failed.worker());
            user.expect(Terminated.class);
        }
        assertThat(UdpConnected.get(world.system).channels()).isZero();
    }

    /// B210, D30.
    @Test
    void aPeerIsFoundByItsName() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var connected = world.connect(user, InetSocketAddress.createUnresolved("localhost", peer.getLocalPort()));
            assertThat(connected.remoteAddress().isUnresolved()).isFalse();
            user.tell(connected.connection(), UdpConnectedMessage.send(HELLO));
            UdpWorld.receive(peer, "hello");
        }
    }

    /// B211, D31.
    @Test
    void aPeerThatIsNotThereIsNoEnd() throws Exception {
        var nobody = UdpWorld.closedPort();
        var connected = world.connect(user, nobody);
        for (int i = 0; i < 20; i++) {
            user.tell(connected.connection(), UdpConnectedMessage.send(HELLO, i));
            assertThat(user.expect(Integer.class)).isEqualTo(i);
        }
        try (var peer = new DatagramSocket(nobody)) {
            peer.setSoTimeout(20_000);
            user.tell(connected.connection(), UdpConnectedMessage.send(HELLO));
            UdpWorld.send(peer, "here I am", UdpWorld.receive(peer, "hello"));
            assertThat(user.expect(Received.class).data()).isEqualTo(ByteString.fromUtf8("here I am"));
        }
    }

    /// B212.
    @Test
    void manyDatagramsCanBeSentWithoutWaitingForAcks() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var connected = world.connect(user, UdpWorld.addressOf(peer));
            for (int i = 0; i < 50; i++) {
                user.tell(connected.connection(), UdpConnectedMessage.send(ByteString.fromUtf8("no. " + i), i));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(user.expect(Integer.class)).isEqualTo(i);
                UdpWorld.receive(peer, "no. " + i);
            }
        }
    }

    /// B213.
    @Test
    void afterDisconnectedThePortIsFree() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var connected = world.connect(user, UdpWorld.addressOf(peer));
            user.watch(connected.connection());
            var other = world.witness();
            other.tell(connected.connection(), UdpConnectedMessage.disconnect());
            assertThat(other.expect(Disconnected.class).connection()).isEqualTo(connected.connection());
            user.expect(Terminated.class);
            new DatagramSocket(connected.localAddress()).close();
        }
    }

    /// B214.
    @Test
    void theSocketEndsWithItsHandlerNotWithItsCommander() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var commander = world.witness();
            var handler = world.witness();
            commander.tell(world.udpConnected(), UdpConnectedMessage.connect(handler.ref(), UdpWorld.addressOf(peer)));
            var connection = commander.expect(Connected.class).connection();
            user.watch(connection);
            user.watch(commander.ref());
            commander.stop();
            user.expect(Terminated.class);
            user.tell(connection, UdpConnectedMessage.send(HELLO, "still there"));
            user.expectSame("still there");
            handler.stop();
            assertThat(user.expect(Terminated.class).getActor()).isEqualTo(connection);
        }
    }

    /// B215, D36.
    @Test
    void emptyDatagramsGoBothWays() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var connected = world.connect(user, UdpWorld.addressOf(peer));
            UdpWorld.send(
                    peer,
                    "",
                    new InetSocketAddress(LOCALHOST, connected.localAddress().getPort()));
            UdpWorld.send(
                    peer,
                    "next",
                    new InetSocketAddress(LOCALHOST, connected.localAddress().getPort()));
            assertThat(user.expect(Received.class).data().isEmpty()).isTrue();
            assertThat(user.expect(Received.class).data()).isEqualTo(ByteString.fromUtf8("next"));
            user.tell(connected.connection(), UdpConnectedMessage.send(ByteString.empty(), "ack"));
            if (transport.equals("nio")) {
                assertThat(user.expect(CommandFailed.class).exception())
                        .isInstanceOf(UnsupportedOperationException.class);
            } else {
                user.expectSame("ack");
                UdpWorld.receive(peer, "");
            }
        }
    }

    @Test
    void readingCanBeSuspended() throws Exception {
        try (var peer = UdpWorld.plain()) {
            var connected = world.connect(user, UdpWorld.addressOf(peer));
            var here = new InetSocketAddress(LOCALHOST, connected.localAddress().getPort());
            user.tell(connected.connection(), UdpConnectedMessage.suspendReading());
            for (int i = 0; i < 10; i++) {
                user.tell(connected.connection(), UdpConnectedMessage.send(HELLO, "around"));
                user.expectSame("around");
                UdpWorld.receive(peer, "hello");
                UdpWorld.send(peer, "held", here);
            }
            user.assertNothing();
            user.tell(connected.connection(), UdpConnectedMessage.resumeReading());
            for (int i = 0; i < 10; i++) {
                assertThat(user.expect(Received.class).data()).isEqualTo(ByteString.fromUtf8("held"));
            }
        }
    }
}
