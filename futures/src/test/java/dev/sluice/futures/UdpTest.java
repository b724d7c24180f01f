package dev.sluice.futures;

import static dev.sluice.futures.Net.bytes;
import static dev.sluice.futures.Net.get;
import static dev.sluice.futures.Net.peer;
import static dev.sluice.futures.Net.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Datagrams; checklist items 66-75.
@EveryTransport
@Timeout(60)
class UdpTest {
    private final Net net;
    private final UdpSocket near;
    private final UdpSocket far;
    private final Polling polling = new Polling();

    UdpTest(Setup setup) throws Exception {
        net = new Net(setup);
        near = net.udp();
        far = net.udp();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private void connectBoth() throws IOException {
        near.connect(far.localAddress());
        far.connect(near.localAddress());
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocateDirect(2048);
    }

    /// Item 66.
    @Test
    void connectedSocketsExchangeDatagrams() throws Exception {
        connectBoth();
        assertThat(near.remoteAddress()).isEqualTo(far.localAddress());
        var receiving = net.start(far.recvDgram(room()));
        assertThat(get(near.sendDgram(bytes("hello"))).buf().hasRemaining()).isFalse();
        var got = get(receiving);
        assertThat(text(got.buf())).isEqualTo("hello");
        assertThat(got.from()).isEqualTo(near.localAddress());
        var stranger = net.udp();
        assertThat(stranger.trySendTo(bytes("stranger"), peer(far))).isEqualTo(8);
        assertThat(near.pollSend(polling.cx, bytes("again"))).isEqualTo(5);
        assertThat(text(get(far.recvDgram(room())).buf())).isEqualTo("again");
        near.disconnect();
        assertThat(near.remoteAddress()).isNull();
        assertThatIllegalStateException()
                .isThrownBy(() -> near.trySend(bytes("x")))
                .withMessageContaining("not connected");
    }

    /// Item 66.
    @Test
    void unconnectedSocketsTellTheSender() throws Exception {
        var from = new Peer();
        var room = room();
        assertThat(far.pollRecvFrom(polling.cx, room, from)).isEqualTo(AsyncIo.PENDING);
        assertThat(near.pollSendTo(polling.cx, bytes("to you"), peer(far))).isEqualTo(6);
        polling.awaitWake();
        assertThat(far.pollRecvFrom(polling.cx, room, from)).isEqualTo(6);
        assertThat(text(room)).isEqualTo("to you");
        assertThat(from).isEqualTo(peer(near));
        get(far.sendDgram(bytes("and back"), from.toSocketAddress()));
        get(near.readable());
        assertThat(near.tryRecvFrom(room.clear(), from)).isEqualTo(8);
        assertThat(from).isEqualTo(peer(far));
    }

    /// Item 67.
    @Test
    void whatHasNoRoomIsGoneAndTold() throws Exception {
        get(near.sendDgram(bytes("longer"), far.localAddress()));
        get(near.sendDgram(bytes("next"), far.localAddress()));
        var cut = get(far.recvDgram(ByteBuffer.allocate(4)));
        assertThat(text(cut.buf())).isEqualTo("long");
        assertThat(cut.truncated()).isTrue();
        assertThat(cut.length()).isGreaterThan(4);
        var next = get(far.recvDgram(ByteBuffer.allocate(4)));
        assertThat(text(next.buf())).isEqualTo("next");
        assertThat(next.truncated()).isFalse();
    }

    /// Item 68.
    @Test
    void anEmptyDatagramIsOne() throws Exception {
        get(near.sendDgram(ByteBuffer.allocate(0), far.localAddress()));
        var got = get(far.recvDgram(room()));
        assertThat(got.length()).isZero();
        assertThat(got.from()).isEqualTo(near.localAddress());
        get(near.sendDgram(bytes("x"), far.localAddress()));
        assertThat(get(far.recvDgram(room())).length()).isOne();
    }

    /// Item 69.
    @Test
    void aRefusalIsToldOnceAndEndsNothing() throws Exception {
        far.close();
        var nobody = net.udp();
        var address = nobody.localAddress();
        nobody.close();
        var released = new Polling();
        if (!nobody.socket().released().isReady()
                && released.cx.observe(nobody.socket().released(), null)) {
            released.awaitWake();
        }
        near.connect(address);
        get(near.sendDgram(bytes("anybody?")));
        assertThatExceptionOfType(PortUnreachableException.class)
                .isThrownBy(() -> get(near.recvDgram(room())))
                .withMessageContaining(String.valueOf(address.getPort()));
        assertThat(near.isOpen()).isTrue();
        var alive = net.udp();
        near.connect(alive.localAddress());
        get(near.sendDgram(bytes("you")));
        assertThat(text(get(alive.recvDgram(room())).buf())).isEqualTo("you");
    }

    /// Item 70.
    @Test
    void peekTellsWithoutTaking() throws Exception {
        var from = new Peer();
        assertThat(far.pollPeekSender(polling.cx, from)).isEqualTo(AsyncIo.PENDING);
        get(near.sendDgram(bytes("peeked"), far.localAddress()));
        polling.awaitWake();
        assertThat(far.pollPeekSender(polling.cx, from)).isGreaterThanOrEqualTo(0);
        assertThat(from).isEqualTo(peer(near));
        var room = room();
        assertThat(far.pollPeekFrom(polling.cx, room, from)).isEqualTo(6);
        assertThat(text(room)).isEqualTo("peeked");
        assertThat(far.tryPeekFrom(room.clear(), from)).isEqualTo(6);
        get(far.readable());
        assertThat(text(get(far.peekDgram(room())).buf())).isEqualTo("peeked");
        var got = get(far.recvDgram(room()));
        assertThat(text(got.buf())).isEqualTo("peeked");
        assertThat(got.from()).isEqualTo(near.localAddress());
        assertThat(far.tryPeekFrom(room.clear(), from)).isEqualTo(AsyncIo.PENDING);
    }

    /// Item 71.
    @Test
    void sendDgramIsPolledOnceAfterWhichItIsRefused() throws Exception {
        var sending = near.sendDgram(bytes("x"), far.localAddress());
        assertThat(sending.poll(polling.cx).isReady()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> sending.poll(polling.cx))
                .withMessageContaining("sendDgram polled after it was done");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> get(near.sendDgram(ByteBuffer.allocate(70_000), far.localAddress())))
                .withMessageContaining("65507");
    }

    /// Item 72.
    @Test
    void anAbandonedReceiveTakesNothing() throws Exception {
        var room = room();
        var receiving = far.recvDgram(room);
        assertThat(polling.cx.poll(receiving).isReady()).isFalse();
        polling.cx.release();
        receiving.abandon();
        get(near.sendDgram(bytes("kept"), far.localAddress()));
        assertThat(room.position()).isZero();
        var again = far.recvDgram(room);
        assertThat(text(get(again).buf())).isEqualTo("kept");
        assertThatIllegalStateException()
                .isThrownBy(() -> again.poll(polling.cx))
                .withMessageContaining("recvDgram polled after it was done");
    }

    /// Item 73.
    @Test
    void oneTaskSendsWhileAnotherReceivesOnTheSameSocket() throws Exception {
        var echo = net.start(PollFuture.loop(
                room(),
                buf -> far.recvDgram(buf.clear())
                        .andThen(d -> far.sendDgram(d.buf().flip(), d.from()))
                        .map(Sent::buf)));
        int count = 200;
        var received = net.start(receive(near, count, new ArrayList<>()));
        var sent = net.start(send(near, count));
        get(sent);
        assertThat(get(received)).hasSize(count);
        echo.cancel();
    }

    private PollFuture<Void> send(UdpSocket socket, int count) throws IOException {
        var to = far.localAddress();
        return count == 0
                ? PollFuture.done()
                : socket.sendDgram(bytes("n" + count), to)
                        .andThen(done -> PollFuture.yieldNow())
                        .andThen(done -> send(socket, count - 1));
    }

    private static PollFuture<List<String>> receive(UdpSocket socket, int count, List<String> all) {
        return all.size() == count
                ? PollFuture.ready(all)
                : socket.recvDgram(room()).andThen(d -> {
                    all.add(text(d.buf()));
                    return receive(socket, count, all);
                });
    }

    /// Item 74.
    @Test
    void aDatagramIsSentWholeOrNotAtAll() throws Exception {
        var piece = ByteBuffer.allocate(60_000);
        for (int i = 0; i < 500; i++) {
            piece.clear();
            int n = near.trySendTo(piece, peer(far));
            assertThat(n).isIn(60_000, AsyncIo.PENDING);
            assertThat(piece.remaining()).isEqualTo(n == AsyncIo.PENDING ? 60_000 : 0);
        }
        get(near.writable());
    }

    /// Item 75.
    @Test
    void aThousandRoundsMakeWayForOthersSixteenTimes() throws Exception {
        connectBoth();
        var rounds = new Rounds(near, far);
        int yields = 0;
        while (rounds.operations < 2 * 1024 || yields < 16) {
            assertThat(polling.cx.poll(rounds).isReady()).isFalse();
            polling.awaitWake();
            yields++;
        }
        assertThat(yields).isEqualTo(16);
        assertThat(rounds.operations).isEqualTo(2 * 1024);
    }

    /// Like a connection that is busy, a socket that moves much makes way sooner than one that moves little.
    @Test
    void whatADatagramHoldsUsesTheBudget() throws Exception {
        long most = Context.BUDGET * 16L * 1024 + 64 * 1024;
        var moved = new long[1];
        var large = ByteBuffer.allocateDirect(60_000);
        var batch = new Datagrams(4, 16 * 1024);
        for (PollFuture<Void> sending : List.<PollFuture<Void>>of(
                cx -> {
                    for (int n; (n = near.pollSendTo(cx, large.clear(), peer(far))) != AsyncIo.PENDING; ) {
                        moved[0] += n;
                    }
                    return Poll.pending();
                },
                cx -> {
                    for (int n; (n = near.pollSendSegments(cx, large.clear(), 1000, peer(far))) != AsyncIo.PENDING; ) {
                        moved[0] += n;
                    }
                    return Poll.pending();
                },
                cx -> {
                    while (true) {
                        if (batch.remaining() == 0) {
                            batch.clear();
                            while (batch.add(large.clear().limit(16 * 1024), peer(far))) {
                                moved[0] += 16 * 1024;
                            }
                        }
                        if (near.pollSend(cx, batch) == AsyncIo.PENDING) {
                            return Poll.pending();
                        }
                    }
                })) {
            moved[0] = 0;
            assertThat(polling.cx.poll(sending).isReady()).isFalse();
            assertThat(moved[0]).isBetween(60_000L, most);
        }
    }

    @Test
    void aBatchThatIsReceivedUsesTheBudgetOfItsBytes() throws Exception {
        var into = new Datagrams(4, 64 * 1024);
        PollFuture<Integer> receiving = cx -> {
            if (far.pollRecv(cx, into) == AsyncIo.PENDING) {
                return Poll.pending();
            }
            int left = 0;
            while (cx.proceed()) {
                left++;
            }
            return Poll.ready(left);
        };
        get(near.sendDgram(ByteBuffer.allocate(60_000), far.localAddress()));
        assertThat(get(receiving)).isEqualTo(Context.BUDGET - 1 - 60_000 / (16 * 1024));
    }

    /// Sends and receives in turn for ever; is pending only when the budget is used up.
    private static final class Rounds implements PollFuture<Void> {
        private final UdpSocket near;
        private final UdpSocket far;
        private final ByteBuffer buf = ByteBuffer.allocateDirect(100);
        private int operations;

        Rounds(UdpSocket near, UdpSocket far) {
            this.near = near;
            this.far = far;
        }

        @Override
        public Poll<Void> poll(Context cx) throws IOException {
            while (true) {
                int n = operations % 2 == 0 ? near.pollSend(cx, buf.clear().limit(12)) : far.pollRecv(cx, buf.clear());
                if (n != AsyncIo.PENDING) {
                    operations++;
                } else if (cx.proceed()) {
                    cx.giveBack(); // only the datagram is not there yet
                } else {
                    return Poll.pending();
                }
            }
        }
    }

    /// Items 73 and 84.
    @Test
    void anyNumberMayWaitForReadinessBesideTheReceiver() throws Exception {
        var receiver = new Polling("the receiver");
        var other = new Polling("the other one that looks on");
        assertThat(far.pollRecv(receiver.cx, room())).isEqualTo(AsyncIo.PENDING);
        assertThat(far.pollReady(polling.cx, Interest.READABLE)).isZero();
        assertThat(far.pollReady(other.cx, Interest.READABLE)).isZero();
        assertThat(near.trySendTo(bytes("x"), peer(far))).isOne();
        polling.awaitWake();
        other.awaitWake();
        receiver.awaitWake();
        assertThat(far.pollReady(other.cx, Interest.READABLE)).isEqualTo(Interest.READABLE);
        assertThat(far.pollRecv(receiver.cx, room())).isOne();
        assertThat(get(far.ready(Interest.WRITABLE))).isEqualTo(Interest.WRITABLE);
    }

    /// Item 83.
    @Test
    void aSecondReceiverIsRefusedByName() throws Exception {
        var second = new Polling("the second task");
        assertThat(far.pollRecv(new Polling("the first task").cx, room())).isEqualTo(AsyncIo.PENDING);
        assertThatIllegalStateException()
                .isThrownBy(() -> far.pollRecv(second.cx, room()))
                .withMessageContainingAll("the first task", "the second task");
    }

    @Test
    void batchesMoveManyDatagrams() throws Exception {
        var batch = new Datagrams(64, 2048);
        for (int i = 0; i < 50; i++) {
            assertThat(batch.add(bytes("number " + i), peer(far))).isTrue();
        }
        PollFuture<Void> sending = cx -> {
            while (batch.remaining() > 0) {
                if (near.pollSend(cx, batch) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
            }
            return Poll.done();
        };
        var into = new Datagrams(64, 2048);
        var got = new ArrayList<String>();
        PollFuture<Void> receiving = cx -> {
            while (got.size() < 50) {
                if (far.pollRecv(cx, into) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                for (int i = 0; i < into.size(); i++) {
                    got.add(UTF_8.decode(into.bytes(i)).toString());
                }
            }
            return Poll.done();
        };
        var received = net.start(receiving);
        get(net.start(sending));
        get(received);
        assertThat(got).startsWith("number 0").endsWith("number 49").doesNotHaveDuplicates();
        assertThat(far.tryRecv(into)).isEqualTo(AsyncIo.PENDING);
        assertThat(near.pollSendSegments(polling.cx, bytes("aabbc"), 2, peer(far)))
                .isPositive();
        assertThat(text(get(far.recvDgram(room())).buf())).isEqualTo("aa");
    }

    @Test
    void optionsAndGroupsAreThoseOfTheCore() throws Exception {
        var socket =
                UdpSocket.bind(net.reactor, null, Options.none().with(StandardSocketOptions.SO_RCVBUF, 128 * 1024));
        assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(128 * 1024);
        socket.setBroadcast(true);
        assertThat(socket.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
        var loopback = NetworkInterface.getByInetAddress(Net.LOOPBACK);
        var group = InetAddress.ofLiteral("239.1.2.3");
        var member = UdpSocket.bind(
                net.reactor,
                new InetSocketAddress(group, 0),
                Options.none().with(StandardSocketOptions.SO_REUSEADDR, true));
        try (var membership = member.join(group, loopback)) {
            assertThat(membership).isNotNull();
            near.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
            get(near.sendDgram(
                    bytes("to all"),
                    new InetSocketAddress(group, member.localAddress().getPort())));
            assertThat(text(get(member.recvDgram(room())).buf())).isEqualTo("to all");
        }
    }

    @Test
    void withoutAReactorTheSharedOneIsUsed() throws Exception {
        try (var bound = UdpSocket.bind("localhost", 0);
                var client = UdpSocket.unbound()) {
            get(client.sendDgram(bytes("shared"), bound.localAddress()));
            assertThat(text(get(bound.recvDgram(room())).buf())).isEqualTo("shared");
            assertThat(bound.loop().reactor().transport()).isNotNull();
        }
    }

    /// The same echo, by polls.
    @Test
    void anEchoByPollsNeedsOneBufferAndOnePeer() throws Exception {
        var serving = net.start(new UdpEcho(far));
        for (var message : new String[] {"one", "", "three"}) {
            get(near.sendDgram(bytes(message), far.localAddress()));
            assertThat(text(get(near.recvDgram(room())).buf())).isEqualTo(message);
        }
        serving.cancel();
    }

    private static final class UdpEcho implements PollFuture<Void> {
        private final UdpSocket socket;
        private final Peer peer = new Peer();
        private final ByteBuffer buf = ByteBuffer.allocateDirect(65_535);
        private boolean reply;

        UdpEcho(UdpSocket socket) {
            this.socket = socket;
        }

        @Override
        public Poll<Void> poll(Context cx) throws IOException {
            while (cx.proceed()) {
                if (reply) {
                    if (socket.pollSendTo(cx, buf, peer) == AsyncIo.PENDING) {
                        return Poll.pending();
                    }
                    reply = false;
                } else {
                    if (socket.pollRecvFrom(cx, buf.clear(), peer) == AsyncIo.PENDING) {
                        return Poll.pending();
                    }
                    buf.flip();
                    reply = true;
                }
            }
            return Poll.pending();
        }
    }
}
