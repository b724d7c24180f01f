package dev.sluice.actors;

import static dev.sluice.actors.UdpWorld.ANY_PORT;
import static dev.sluice.actors.UdpWorld.HELLO;
import static dev.sluice.actors.UdpWorld.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.actors.Udp.Bound;
import dev.sluice.actors.Udp.CommandFailed;
import dev.sluice.actors.Udp.Received;
import dev.sluice.actors.Udp.Send;
import dev.sluice.actors.Udp.SimpleSender;
import dev.sluice.actors.Udp.SimpleSenderReady;
import dev.sluice.actors.Udp.Unbound;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets that speak with anybody. The numbers are those of docs/actors-checklist.md.
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
@Timeout(60)
class UdpTest {
    private final String transport;
    private UdpWorld world;
    private Witness user;

    UdpTest(String transport) {
        this.transport = transport;
        world = new UdpWorld(transport);
        user = world.witness();
    }

    private void restart(String... settings) {
        world.close();
        world = new UdpWorld(transport, settings);
        user = world.witness();
    }

    @AfterEach
    void close() {
        world.close();
    }

    /// B188.
    @Test
    void aSimpleSenderSendsAndHearsNothing() throws Exception {
        var sender = world.simpleSender(user);
        try (var plain = UdpWorld.plain()) {
            user.tell(sender, UdpMessage.send(HELLO, UdpWorld.addressOf(plain)));
            var from = UdpWorld.receive(plain, "hello");
            assertThat(from.getPort()).isPositive();
            UdpWorld.send(plain, "answer", from);
            user.tell(sender, UdpMessage.send(HELLO, UdpWorld.addressOf(plain), "sent"));
            user.expectSame("sent");
            user.assertNothing();
        }
    }

    /// B188.
    @Test
    void workersAreTheSendersOfTheFirstAnswer() {
        user.tell(world.udp(), UdpMessage.simpleSender());
        var sender = user.senderOf(SimpleSenderReady.class);
        user.tell(sender, UdpMessage.unbind());
        assertThat(user.senderOf(Unbound.class)).isEqualTo(sender);
    }

    /// B189, D38.
    @Test
    void aSimpleSenderOutlivesItsRequesterUnlessToldOtherwise() throws Exception {
        var brief = world.witness();
        var lasting = world.simpleSender(brief);
        brief.tell(world.udp(), new SimpleSender(List.of(), true));
        var ending = brief.expect(SimpleSenderReady.class).socket();
        user.watch(ending);
        brief.stop();
        assertThat(user.expect(Terminated.class).getActor()).isEqualTo(ending);
        try (var plain = UdpWorld.plain()) {
            user.tell(lasting, UdpMessage.send(HELLO, UdpWorld.addressOf(plain)));
            UdpWorld.receive(plain, "hello");
        }
    }

    /// B190.
    @Test
    void eachDatagramIsAnEventForTheBindHandler() throws Exception {
        var handler = world.witness();
        user.tell(world.udp(), UdpMessage.bind(handler.ref(), ANY_PORT));
        var bound = user.expect(Bound.class);
        assertThat(bound.localAddress().getPort()).isPositive();
        try (var plain = UdpWorld.plain()) {
            UdpWorld.send(plain, "one", bound.localAddress());
            UdpWorld.send(plain, "", bound.localAddress());
            UdpWorld.send(plain, "three", bound.localAddress());
            for (var text : List.of("one", "", "three")) {
                var received = handler.expect(Received.class);
                assertThat(received.data()).isEqualTo(ByteString.fromUtf8(text));
                assertThat(received.sender()).isEqualTo(UdpWorld.addressOf(plain));
                assertThat(received.isTruncated()).isFalse();
                assertThat(received.socket()).isEqualTo(bound.socket());
            }
        }
        user.assertNothing();
    }

    /// B191.
    @Test
    void sixtyDatagramsGoBackAndForth() {
        var other = world.witness();
        var here = world.bind(user);
        var there = world.bind(other);
        for (int i = 0; i < 60; i++) {
            boolean out = i % 3 != 0;
            var text = ByteString.fromUtf8("datagram " + i);
            (out ? user : other)
                    .tell((out ? here : there).socket(), UdpMessage.send(text, (out ? there : here).localAddress()));
            var received = (out ? other : user).expect(Received.class);
            assertThat(received.data()).isEqualTo(text);
            assertThat(received.sender()).isEqualTo((out ? here : there).localAddress());
        }
    }

    /// B192.
    @Test
    void optionsAreSetBeforeTheSocketIsBound() {
        var bound = world.bind(user, UdpSO.reuseAddress(true), UdpSO.reusePort(true), UdpSO.broadcast(true));
        var second = world.witness();
        second.tell(world.udp(), UdpMessage.bind(second.ref(), bound.localAddress(), List.of(UdpSO.reusePort(true))));
        assertThat(second.expect(Bound.class).localAddress()).isEqualTo(bound.localAddress());
    }

    /// B192.
    @Test
    void anOptionThatCannotBeHadFailsTheBind() {
        var bind = UdpMessage.bind(user.ref(), ANY_PORT, List.of(TcpSO.tcpNoDelay(true)));
        user.tell(world.udp(), bind);
        var failed = user.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(bind);
        assertThat(failed.exception()).hasMessageContaining("TCP_NODELAY");
    }

    /// B193, D36.
    @Test
    void theAckComesWhenTheSystemHasTheDatagramWhichMayBeEmpty() throws Exception {
        var bound = world.bind(user);
        try (var plain = UdpWorld.plain()) {
            var ack = List.of("any object");
            user.tell(bound.socket(), UdpMessage.send(ByteString.empty(), UdpWorld.addressOf(plain), ack));
            user.expectSame(ack);
            UdpWorld.receive(plain, "");
            user.tell(bound.socket(), UdpMessage.send(HELLO, UdpWorld.addressOf(plain), UdpMessage.noAck("token")));
            UdpWorld.receive(plain, "hello");
            user.assertNothing();
        }
    }

    /// B193.
    @Test
    @SuppressWarnings("NullAway")
    void anAckThatIsNullIsRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UdpMessage.send(HELLO, ANY_PORT, null))
                .withMessageContaining("NoAck");
    }

    /// B196, D33.
    @Test
    void aNameIsLookedUpAndTheDatagramGoes() throws Exception {
        var sender = world.simpleSender(user);
        var bound = world.bind(user);
        try (var plain = UdpWorld.plain()) {
            var name = InetSocketAddress.createUnresolved("localhost", plain.getLocalPort());
            for (var from : List.of(sender, bound.socket())) {
                user.tell(from, UdpMessage.send(ByteString.fromUtf8("1"), name, 1));
                user.tell(from, UdpMessage.send(ByteString.fromUtf8("2"), name, 2));
                user.expectSame(1);
                user.expectSame(2);
                UdpWorld.receive(plain, "1");
                UdpWorld.receive(plain, "2");
            }
        }
    }

    /// B196.
    @Test
    void aNameThatIsUnknownFailsItsDatagramsAlone() throws Exception {
        var sender = world.simpleSender(user);
        var send = UdpMessage.send(HELLO, InetSocketAddress.createUnresolved("no-such-host.invalid", 9));
        user.tell(sender, send);
        var failed = user.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(send);
        assertThat(failed.cause()).containsInstanceOf(UnknownHostException.class);
        assertSends(sender);
    }

    /// B197, D31.
    @Test
    void aDatagramThatCannotBeSentComesBackAndTheSocketLives() throws Exception {
        var bound = world.bind(user);
        for (var target : List.of(
                new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 9), // without the option
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                new InetSocketAddress(InetAddress.ofLiteral("::1"), 9))) { // another family
            var send = UdpMessage.send(HELLO, target, "ack");
            user.tell(bound.socket(), send);
            var failed = user.expect(CommandFailed.class);
            assertThat(failed.cmd()).isSameAs(send);
            assertThat(failed.exception().getMessage()).isNotEmpty();
        }
        assertSends(bound.socket());
    }

    private void assertSends(ActorRef socket) throws Exception {
        try (var plain = UdpWorld.plain()) {
            user.tell(socket, UdpMessage.send(HELLO, UdpWorld.addressOf(plain), "sent"));
            user.expectSame("sent");
            UdpWorld.receive(plain, "hello");
        }
    }

    /// B198, D32.
    @Test
    void whatIsTooLongIsRefusedAndNotCut() throws Exception {
        restart("sluice.io.udp.direct-buffer-size = 1000");
        var bound = world.bind(user);
        user.tell(bound.socket(), UdpMessage.send(ByteString.copyOf(new byte[1001]), bound.localAddress()));
        assertThat(user.expect(CommandFailed.class).exception()).hasMessageContaining("1001 bytes");
        user.tell(bound.socket(), UdpMessage.send(ByteString.copyOf(new byte[1000]), bound.localAddress()));
        assertThat(user.expect(Received.class).data().size()).isEqualTo(1000);
        user.assertNothing();
    }

    /// B198.
    @Test
    void noDatagramIsLongerThanTheProtocolAllows() {
        var bound = world.bind(user);
        user.tell(bound.socket(), UdpMessage.send(ByteString.copyOf(new byte[65_508]), bound.localAddress()));
        assertThat(user.expect(CommandFailed.class).exception()).hasMessageContaining("65508 bytes");
        user.tell(bound.socket(), UdpMessage.send(ByteString.copyOf(new byte[65_507]), bound.localAddress()));
        assertThat(user.expect(Received.class).data().size()).isEqualTo(65_507);
    }

    /// B199, B200, D35.
    @Test
    void nothingIsReceivedWhileReadingIsSuspended() throws Exception {
        var bound = world.bind(user);
        try (var plain = UdpWorld.plain()) {
            user.tell(bound.socket(), UdpMessage.suspendReading());
            roundTrip(bound, plain);
            for (int i = 0; i < 3; i++) {
                UdpWorld.send(plain, "held", bound.localAddress());
                roundTrip(bound, plain);
            }
            user.tell(bound.socket(), UdpMessage.resumeReading());
            user.tell(bound.socket(), UdpMessage.resumeReading());
            for (int i = 0; i < 3; i++) {
                assertThat(user.expect(Received.class).data()).isEqualTo(ByteString.fromUtf8("held"));
            }
            UdpWorld.send(plain, "now", bound.localAddress());
            assertThat(user.expect(Received.class).data()).isEqualTo(ByteString.fromUtf8("now"));
        }
    }

    /// The socket's actor has handled all that came before, and its loop has looked for datagrams: whoever would have
    /// been told of one has been told before the second answer.
    private void roundTrip(Bound bound, DatagramSocket plain) throws Exception {
        for (int i = 0; i < 2; i++) {
            user.tell(bound.socket(), UdpMessage.send(HELLO, UdpWorld.addressOf(plain), "around"));
            user.expectSame("around");
            UdpWorld.receive(plain, "hello");
            nextTurn();
        }
    }

    /// Each loop has asked anew what is ready, and told it. Messages alone are no sign of that: a loop may handle one
    /// after the other as they come, all in one turn.
    private void nextTurn() {
        for (var loop : Loops.ID.get(world.system).reactor().loops()) {
            var turned = new CompletableFuture<Void>();
            loop.execute(() -> loop.executeNextTurn(() -> turned.complete(null)));
            turned.orTimeout(UdpWorld.PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
        }
    }

    /// B201.
    @Test
    void afterUnboundThePortIsFree() {
        var bound = world.bind(user);
        user.watch(bound.socket());
        user.tell(bound.socket(), UdpMessage.unbind());
        assertThat(user.expect(Unbound.class).socket()).isEqualTo(bound.socket());
        user.expect(Terminated.class);
        user.tell(world.udp(), UdpMessage.bind(user.ref(), bound.localAddress()));
        assertThat(user.expect(Bound.class).localAddress()).isEqualTo(bound.localAddress());
    }

    /// B202.
    @Test
    void aBindThatFailsComesBackWithItsCause() {
        var bound = world.bind(user);
        var bind = UdpMessage.bind(user.ref(), bound.localAddress());
        user.tell(world.udp(), bind);
        var failed = user.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(bind);
        assertThat(failed.exception())
                .isInstanceOf(BindException.class)
                .hasMessageContaining(String.valueOf(bound.localAddress().getPort()));
        user.tell(world.udp(), UdpMessage.bind(user.ref(), InetSocketAddress.createUnresolved("localhost", 0)));
        var unknown = user.expect(CommandFailed.class);
        assertThat(unknown.exception()).isInstanceOf(UnknownHostException.class);
        user.watch(failed.worker());
        user.expect(Terminated.class);
        user.watch(unknown.worker());
        user.expect(Terminated.class);
        assertThat(Udp.get(world.system).channels()).isEqualTo(1);
    }

    /// B203.
    @Test
    void theSocketEndsWithItsHandler() {
        var handler = world.witness();
        user.tell(world.udp(), UdpMessage.bind(handler.ref(), ANY_PORT));
        var bound = user.expect(Bound.class);
        user.watch(bound.socket());
        handler.stop();
        user.expect(Terminated.class);
        user.tell(world.udp(), UdpMessage.bind(user.ref(), bound.localAddress()));
        user.expect(Bound.class);
    }

    /// B204.
    @Test
    void aDatagramThatIsCutOffSaysSo() throws Exception {
        restart("sluice.io.udp.direct-buffer-size = 1000");
        var bound = world.bind(user);
        try (var plain = UdpWorld.plain()) {
            UdpWorld.send(plain, new byte[1500], bound.localAddress());
            var received = user.expect(Received.class);
            assertThat(received.isTruncated()).isTrue();
            assertThat(received.data().size()).isEqualTo(1000);
            assertThat(received.length()).isEqualTo(1500);
        }
    }

    /// B205, D34, D39.
    @Test
    void soManyDatagramsAreReceivedInATurn() throws Exception {
        restart("sluice.io.udp.receive-throughput = 3", "sluice.io.loops = 1");
        var handler = world.witness();
        user.tell(world.udp(), UdpMessage.bind(handler.ref(), ANY_PORT));
        var bound = user.expect(Bound.class);
        try (var plain = UdpWorld.plain()) {
            int inOneTurn;
            do { // what is sent may still be on its way
                user.tell(bound.socket(), UdpMessage.suspendReading());
                roundTrip(bound, plain);
                for (int i = 0; i < 7; i++) {
                    UdpWorld.send(plain, "x", bound.localAddress());
                }
                roundTrip(bound, plain); // the loop knows that they are there
                tellInOneTurn(bound.socket(), UdpMessage.resumeReading(), UdpMessage.suspendReading());
                roundTrip(bound, plain);
                inOneTurn = receivedBy(handler);
                assertThat(inOneTurn).isLessThanOrEqualTo(3);
                user.tell(bound.socket(), UdpMessage.resumeReading());
                for (int i = inOneTurn; i < 7; i++) {
                    handler.expect(Received.class);
                }
            } while (inOneTurn < 3);
        }
    }

    /// How many datagrams a handler has been told of and has not been asked for yet.
    private static int receivedBy(Witness handler) {
        handler.tell(handler.ref(), "no datagram");
        int received = 0;
        while (handler.expect(Object.class) instanceof Received) {
            received++;
        }
        return received;
    }

    /// Sends all at once, on the loop of the socket: it does nothing in between.
    private static final class InOneTurn extends UntypedAbstractActor {
        InOneTurn(ActorRef socket, ActorRef sender, List<Udp.Command> commands, CountDownLatch sent) {
            commands.forEach(command -> socket.tell(command, sender));
            sent.countDown();
        }

        @Override
        public void onReceive(Object message) {
            unhandled(message);
        }
    }

    /// Returns when all have been sent.
    private void tellInOneTurn(ActorRef socket, Udp.Command... commands) throws InterruptedException {
        var sent = new CountDownLatch(1);
        var props = Props.create(InOneTurn.class, () -> new InOneTurn(socket, user.ref(), List.of(commands), sent));
        world.system.actorOf(Udp.sameLoop(socket, props));
        Eventually.happens(sent);
    }

    @Test
    void asManySocketsAsTheSettingsSay() throws Exception {
        restart("sluice.io.udp.max-channels = 2");
        var first = world.bind(user);
        world.simpleSender(user);
        var third = UdpMessage.simpleSender();
        user.tell(world.udp(), third);
        var failed = user.expect(CommandFailed.class);
        assertThat(failed.cmd()).isSameAs(third);
        assertThat(failed.exception()).isInstanceOf(CapacityException.class).hasMessageContaining("sluice.io.udp");
        user.watch(first.socket());
        user.tell(first.socket(), UdpMessage.unbind());
        user.expect(Unbound.class);
        user.expect(Terminated.class);
        world.simpleSender(user);
    }

    @Test
    void whatIsSentToAClosedSocketComesBack() throws Exception {
        var bound = world.bind(user);
        var send = new Send(HELLO, bound.localAddress(), "ack");
        tellInOneTurn(bound.socket(), UdpMessage.unbind(), send);
        var answers = List.of(user.expect(Udp.Event.class), user.expect(Udp.Event.class));
        assertThat(answers)
                .contains(new Unbound(bound.socket()))
                .contains(new CommandFailed(send, new RefusedException("closed"), bound.socket()));
    }

    @Test
    void commandsThatAreMisplacedComeBackWithTheReason() {
        user.tell(world.udp(), UdpMessage.unbind());
        assertThat(user.expect(CommandFailed.class).exception()).hasMessageContaining("sender of the manager's answer");
        user.tell(world.udp(), UdpConnectedMessage.connect(user.ref(), new InetSocketAddress(LOCALHOST, 9)));
        assertThat(user.expect(UdpConnected.CommandFailed.class).exception()).hasMessageContaining("other one");
        var bound = world.bind(user);
        user.tell(bound.socket(), UdpMessage.simpleSender());
        assertThat(user.expect(CommandFailed.class).exception()).hasMessageContaining("SimpleSender");
    }
}
