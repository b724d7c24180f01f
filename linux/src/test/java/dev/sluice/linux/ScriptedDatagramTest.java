package dev.sluice.linux;

import static dev.sluice.reactor.DatagramSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the kernel does rarely with datagrams: interruptions, full buffers, batches that stop half-way, devices and
/// kernels without segmentation; each made to happen. And that segmentation is used when it is there.
class ScriptedDatagramTest {
    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final ScriptedSys sys = new ScriptedSys();
    private final Reactor reactor;
    private final DatagramSocket near;
    private final DatagramSocket far;
    private final Peer toFar;
    private final Datagrams batch = new Datagrams(8);
    private final Datagrams into = new Datagrams(8);

    ScriptedDatagramTest() throws IOException {
        reactor = Reactor.builder().transport(sys.transport()).loops(1).open();
        near = open();
        far = open();
        toFar = Peer.of((InetSocketAddress) far.localAddress());
    }

    private DatagramSocket open() throws IOException {
        return reactor.datagram(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Options.none());
    }

    @AfterEach
    void close() {
        sys.script = (_, _) -> ScriptedSys.REAL;
        reactor.close();
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocateDirect(64 * 1024);
    }

    private void fill(int datagrams, int length) {
        batch.clear();
        for (int i = 0; i < datagrams; i++) {
            assertThat(batch.add(ByteBuffer.allocate(length).put(0, (byte) i), toFar))
                    .isTrue();
        }
    }

    private int receive() throws IOException {
        int n;
        while ((n = far.receive(into)) == WOULD_BLOCK) {
            Parked.until(far.input());
        }
        return n;
    }

    private static int receive(DatagramSocket socket, Peer from) throws IOException {
        int n;
        while ((n = socket.receive(room(), from)) == WOULD_BLOCK) {
            Parked.until(socket.input());
        }
        return n;
    }

    private void assertReceived(int datagrams, int length) throws IOException {
        for (int got = 0; got < datagrams; ) {
            int n = receive();
            for (int i = 0; i < n; i++, got++) {
                var bytes = into.bytes(i);
                assertThat(bytes.remaining()).isEqualTo(length);
                assertThat(bytes.get(bytes.position())).isEqualTo((byte) got);
            }
        }
        assertThat(far.receive(into)).isEqualTo(WOULD_BLOCK);
    }

    /// F13.
    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void interruptedCallsAreMadeAgain(int times) throws Exception {
        sys.script = ScriptedSys.first(times, Errno.EINTR, "recvfrom", "sendto", "recvmmsg", "sendmmsg", "recv");
        assertThat(near.send(HELLO, toFar)).isEqualTo(5);
        assertThat(receive(far, new Peer())).isEqualTo(5);
        fill(3, 7);
        assertThat(near.send(batch)).isEqualTo(3);
        assertReceived(3, 7);
        near.connect(far.localAddress());
    }

    @Test
    void anIpv6SocketHasIpv4PeersAlsoWhereTheHostSaysOtherwise() throws Exception {
        sys.bindV6Only = true;
        try (var both = reactor.datagram(new InetSocketAddress("::", 0), Options.none())) {
            int port = ((InetSocketAddress) both.localAddress()).getPort();
            near.send(HELLO, Peer.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            var from = new Peer();
            assertThat(receive(both, from)).isEqualTo(5);
            assertThat(from).isEqualTo(Peer.of((InetSocketAddress) near.localAddress()));
            assertThat(both.send(HELLO, from)).isEqualTo(5);
            assertThat(receive(near, from)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendto", "sendmmsg"})
    void aFullBufferIsWaitedForAndEpollIsAskedOnlyThen(String call) throws Exception {
        try (var outside = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            var to = Peer.of((InetSocketAddress) outside.getLocalAddress());
            batch.add(HELLO, to);
            int before = sys.calls("epoll_ctl");
            near.send(HELLO, to);
            for (int i = 0; i < 3; i++) {
                sys.script = ScriptedSys.first(1, Errno.EAGAIN, call);
                assertThat(call.equals("sendto") ? near.send(HELLO, to) : near.send(batch))
                        .isEqualTo(WOULD_BLOCK);
                assertThat(near.output().isReady()).isFalse();
                assertThat(sys.calls("epoll_ctl")).isEqualTo(before + 2 * i);
                Parked.until(near.output()); // asks, and is told that there is room
                assertThat(near.send(HELLO, to)).isEqualTo(5);
                // Asked, and taken back.
                assertThat(sys.calls("epoll_ctl")).isEqualTo(before + 2 * i + 2);
            }
        }
    }

    @Test
    void whoOnlySendsIsNoBusinessOfEpoll() throws Exception {
        int before = sys.calls("epoll_ctl");
        try (var sender = open()) {
            assertThat(sender.send(HELLO, toFar)).isEqualTo(5);
        }
        assertThat(sys.calls("epoll_ctl")).isEqualTo(before);
    }

    @Test
    void aSystemThatWatchesNoMoreSaysSoToWhoWantsToWait() throws Exception {
        assertThat(far.receive(room())).isEqualTo(WOULD_BLOCK);
        sys.script = ScriptedSys.first(1, Errno.ENOSPC, "epoll_ctl");
        var waiter = new Parked();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> far.input().await(waiter))
                .withMessageContaining("fs.epoll.max_user_watches");
        far.input().forget(waiter);
        near.send(HELLO, toFar);
        Parked.until(far.input());
        assertThat(far.receive(room())).isEqualTo(5);
    }

    /// Datagrams that nobody waits for do not wake the loop one by one; whoever waits again is woken.
    @Test
    void epollTellsOfDatagramsUntilItHasToldInVain() throws Exception {
        for (int round = 1; round <= 3; round++) {
            int taken = sys.calls("epoll_ctl");
            for (int i = 1; sys.calls("epoll_ctl") == taken; i++) { // until it has found that nobody wants to know
                near.send(HELLO, toFar);
                if (i % 100 == 0) { // a slow loop: epoll tells nothing of what finds no room
                    drainAndAsk();
                    taken = sys.calls("epoll_ctl"); // it may have found that just before it was asked again
                }
            }
            int turns = sys.calls("epoll_wait");
            for (int i = 0; i < 100; i++) {
                near.send(HELLO, toFar);
            }
            assertThat(sys.calls("epoll_wait") - turns).isLessThan(10);
            drainAndAsk();
            near.send(HELLO, toFar);
            Eventually.until("a wake-up", far.input()::isReady);
            assertThat(far.receive(room())).isEqualTo(5);
        }
    }

    private void drainAndAsk() throws IOException {
        var waiter = new Parked();
        do {
            while (far.receive(room()) != WOULD_BLOCK) {
                assertThat(far.isOpen()).isTrue();
            }
        } while (!far.input().await(waiter)); // the loop may have told once more what it had found before
        far.input().forget(waiter);
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOBUFS", "ENOMEM", "EPERM", "ENETUNREACH", "EHOSTUNREACH", "ECONNREFUSED", "EACCES"})
    void aFailureIsToldOnceAndTheSocketGoesOn(Errno errno) throws Exception {
        sys.script = ScriptedSys.first(1, errno, "recvfrom", "sendto", "recvmmsg", "sendmmsg");
        var peer = new Peer();
        assertThatIOException()
                .isThrownBy(() -> near.send(HELLO, toFar))
                .withMessageContaining("send on ")
                .withMessageContaining(" -> " + toFar + " failed")
                .withMessageContaining(errno.name());
        assertThat(near.send(HELLO, toFar)).isEqualTo(5);
        assertThatIOException()
                .isThrownBy(() -> far.receive(room(), peer))
                .withMessageContaining("receive on " + toFar)
                .withMessageContaining(errno.name());
        assertThat(receive(far, peer)).isEqualTo(5);
        fill(3, 5);
        assertThatIOException().isThrownBy(() -> near.send(batch)).withMessageContaining(errno.name());
        assertThat(batch.remaining()).isEqualTo(3);
        assertThat(near.send(batch)).isEqualTo(3);
        assertThatIOException().isThrownBy(() -> far.receive(into)).withMessageContaining(errno.name());
        assertReceived(3, 5);
    }

    @Test
    void aRefusalHasItsOwnType() {
        sys.script = ScriptedSys.first(1, Errno.ECONNREFUSED, "recvfrom");
        assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> near.receive(room()));
    }

    @Test
    void aBatchThatStopsHalfWaySaysHowManyWent() throws Exception {
        batch.clear();
        for (int i = 0; i < 10; i++) { // no two of one size: ten messages
            batch.add(ByteBuffer.allocate(10 + i).put(0, (byte) i), toFar);
        }
        var calls = new AtomicInteger();
        sys.script = (name, _) -> switch (name) {
            case "sendmmsg" ->
                switch (calls.getAndIncrement()) {
                    case 0 -> 3;
                    case 1 -> -Errno.EAGAIN.number;
                    default -> ScriptedSys.REAL;
                };
            default -> ScriptedSys.REAL;
        };
        assertThat(near.send(batch)).isEqualTo(3);
        assertThat(batch.remaining()).isEqualTo(7);
        assertThat(near.send(batch)).isEqualTo(WOULD_BLOCK);
        Parked.until(near.output());
        assertThat(near.send(batch)).isEqualTo(7);
        for (int i = 0; i < 10; i++) {
            var room = room();
            while (far.receive(room) == WOULD_BLOCK) {
                Parked.until(far.input());
            }
            assertThat(room.flip().remaining()).isEqualTo(10 + i);
            assertThat(room.get(0)).isEqualTo((byte) i);
        }
    }

    @Test
    void aRunIsOneMessageBothWays() throws Exception {
        far.receive(into);
        fill(64, 200);
        assertThat(near.send(batch)).isEqualTo(64);
        assertThat(sys.moved).isEqualTo(1);
        assertThat(receive()).isEqualTo(64);
        assertThat(sys.moved).isEqualTo(1);
        var src = ByteBuffer.allocateDirect(64 * 200 * 3 + 1);
        assertThat(near.sendSegments(src, 200, toFar)).isEqualTo(src.capacity());
        assertThat(sys.moved).isEqualTo(4);
        int got = 0;
        while (got < 3 * 64 + 1) { // what is sent may still be on its way
            got += receive();
        }
        assertThat(got).isEqualTo(3 * 64 + 1);
        assertThat(into.length(into.size() - 1)).isEqualTo(1);
    }

    /// Whatever becomes of it, the same datagrams arrive.
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EINVAL", "EMSGSIZE", "EIO"})
    void aRunThatTheSystemDoesNotCutIsSentPieceByPiece(Errno errno) throws Exception {
        far.receive(into);
        sys.script = ScriptedSys.first(1, errno, "sendmmsg");
        fill(64, 200);
        assertThat(near.send(batch)).isEqualTo(64);
        assertThat(sys.moved).isEqualTo(64);
        assertThat(sys.calls("sendmmsg")).isEqualTo(2);
        assertReceived(64, 200);
        fill(64, 200);
        assertThat(near.send(batch)).isEqualTo(64);
        assertThat(sys.calls("sendmmsg")).as("it is not asked for again").isEqualTo(3);
        assertReceived(64, 200);
        fill(64, 199); // which may go where 200 does not
        assertThat(near.send(batch)).isEqualTo(64);
        assertThat(sys.moved).isEqualTo(errno == Errno.EIO ? 64 : 1);
        assertReceived(64, 199);
        assertThat(near.hasSegmentation()).isEqualTo(errno != Errno.EIO);
    }

    @Test
    void aKernelWithoutSegmentationGivesTheSame() throws Exception {
        sys.script = (name, _) ->
                name.equals("getsockopt") || name.equals("setsockopt") ? -Errno.ENOPROTOOPT.number : ScriptedSys.REAL;
        assertThat(near.hasSegmentation()).isFalse();
        assertThat(far.receive(into)).isEqualTo(WOULD_BLOCK);
        fill(64, 200);
        assertThat(near.send(batch)).isEqualTo(64);
        assertThat(sys.moved).isEqualTo(64);
        assertReceived(64, 200);
        var src = ByteBuffer.allocateDirect(1000);
        assertThat(near.sendSegments(src, 300, toFar)).isEqualTo(1000);
        assertThat(sys.moved).isEqualTo(4);
        int[] lengths = {300, 300, 300, 100};
        for (int i = 0, got = 0; i < lengths.length; i += got) {
            got = receive();
            for (int k = 0; k < got; k++) {
                assertThat(into.length(k)).isEqualTo(lengths[i + k]);
            }
        }
    }

    @Test
    void aSocketThatIsClosedIsNotWatchedForRoomAnyMore() throws Exception {
        sys.script = ScriptedSys.first(1, Errno.EAGAIN, "sendto");
        assertThat(near.send(HELLO, toFar)).isEqualTo(WOULD_BLOCK);
        int before = sys.calls("epoll_ctl");
        near.close();
        Parked.until(near.output());
        assertThat(sys.calls("epoll_ctl")).isEqualTo(before);
    }
}
