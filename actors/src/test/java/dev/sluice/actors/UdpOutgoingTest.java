package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.UdpOutgoing.Datagram;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.Handle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of datagrams while the system has no room for them. The numbers are those of
/// docs/actors-checklist.md.
@Timeout(60)
class UdpOutgoingTest {
    private record Failed(Object command, Exception why) {}

    private final AtomicBoolean full = new AtomicBoolean(true);
    private final UdpWorld world = new UdpWorld("nio", "sluice.io.udp.write-bound = 1000");
    private final Witness user = world.witness();
    private final Reactor reactor;
    private final DatagramSocket socket;
    private final java.net.DatagramSocket peer;
    private final UdpOutgoing outgoing;

    UdpOutgoingTest() throws Exception {
        var transport = ScriptedTransport.of(
                "nio",
                call -> call.name().equals("send") && full.get() ? Integer.valueOf(Handle.WOULD_BLOCK) : call.real());
        reactor = Reactor.builder().transport(transport).loops(1).open();
        socket = reactor.datagram(UdpWorld.ANY_PORT, Options.none());
        peer = UdpWorld.plain();
        outgoing = new UdpOutgoing(
                socket,
                UdpWorld.ANY_PORT,
                user.ref(),
                new UdpProtocol((ExtendedActorSystem) world.system, "udp"),
                (datagram, why) -> user.ref().tell(new Failed(datagram.command(), why), user.ref()));
    }

    @AfterEach
    void close() {
        reactor.close();
        peer.close();
        world.close();
    }

    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, socket.loop()).join();
    }

    private void send(String text, int bytes) {
        var payload = ByteString.concat(List.of(ByteString.fromUtf8(text), ByteString.copyOf(new byte[bytes])));
        var command = new Udp.Send(payload, UdpWorld.addressOf(peer), text);
        onLoop(() -> outgoing.send(new Datagram(command, user.ref())));
    }

    private void send(String text) {
        send(text, 0);
    }

    /// B194, B195, B212, D39.
    @Test
    void datagramsWaitForRoomAndGoInTheirOrder() throws Exception {
        send("one");
        send("two");
        send("three");
        user.assertNothing();
        full.set(false);
        for (var text : new String[] {"one", "two", "three"}) {
            user.expectSame(text);
            UdpWorld.receive(peer, text);
        }
    }

    /// B195, B212.
    @Test
    void whatIsBeyondTheBoundComesBackAtOnce() {
        send("under way", 5000); // does not count
        send("waits", 900);
        send("refused", 100);
        var failed = user.expect(Failed.class);
        assertThat(((Udp.Send) failed.command()).ack()).isEqualTo("refused");
        assertThat(failed.why()).isInstanceOf(RefusedException.class).hasMessageContaining("969 bytes wait");
        full.set(false);
        user.expectSame("under way");
        user.expectSame("waits");
        send("again", 100);
        user.expectSame("again");
    }

    @Test
    void whatHasNotBeenSentFailsWhenTheSocketEnds() {
        send("one");
        send("two");
        onLoop(outgoing::drop);
        assertThat(user.expect(Failed.class).why()).hasMessageContaining("closed");
        assertThat(user.expect(Failed.class).why()).hasMessageContaining("closed");
    }
}
