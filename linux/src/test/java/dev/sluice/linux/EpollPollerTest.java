package dev.sluice.linux;

import static dev.sluice.reactor.transport.Handle.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.reactor.transport.Watcher;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Handles and their poller without any loop: the test takes the turns.
class EpollPollerTest {
    private static final long PATIENCE_NANOS = Eventually.PATIENCE.toNanos();

    private final ScriptedSys sys = new ScriptedSys();
    private final EpollPoller poller;
    private final List<LinuxHandle> opened = new ArrayList<>();

    EpollPollerTest() throws IOException {
        poller = new EpollPoller(sys);
    }

    @AfterEach
    void close() throws IOException {
        for (var handle : opened) {
            handle.close();
        }
        poller.close();
    }

    private record Pair(LinuxStream near, LinuxStream far) {}

    private Pair pair() throws IOException {
        var listener = LinuxListener.open(poller, StandardProtocolFamily.INET);
        try {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listener.listen(1);
            var near = LinuxStream.open(poller, StandardProtocolFamily.INET);
            near.connect(listener.localAddress());
            opened.add(near);
            LinuxStream far;
            do {
                far = (LinuxStream) listener.accept(poller);
            } while (far == null);
            opened.add(far);
            return new Pair(near, far);
        } finally {
            listener.close();
        }
    }

    private void closeNow(LinuxHandle handle) throws IOException {
        opened.remove(handle);
        handle.close();
    }

    private static byte[] noise(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] receive(LinuxStream from, int bytes) throws IOException {
        var into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            assertThat(from.read(into)).isNotEqualTo(-1);
        }
        return into.array();
    }

    /// F11.
    @Test
    void writesCutAtEveryBoundaryMoveTheSameBytes() throws Exception {
        var pair = pair();
        var sent = noise(300);
        for (int cut = 1; cut <= sent.length; cut++) {
            var heap = ByteBuffer.wrap(sent);
            var direct = ByteBuffer.allocateDirect(sent.length).put(sent).flip();
            for (var src : List.of(heap, direct)) {
                sys.most = cut;
                assertThat(pair.near().write(src)).isEqualTo(cut);
                assertThat(src.position()).isEqualTo(cut);
                sys.most = Integer.MAX_VALUE;
                if (src.hasRemaining()) {
                    assertThat(pair.near().write(src)).isEqualTo(sent.length - cut);
                }
                assertThat(receive(pair.far(), sent.length)).isEqualTo(sent);
            }
        }
    }

    /// F11: seven segments of unlike lengths, one of them empty.
    @Test
    void gatheredWritesCutAtEveryBoundaryMoveTheSameBytes() throws Exception {
        var pair = pair();
        var sent = noise(300);
        for (int cut = 1; cut <= sent.length; cut++) {
            var srcs = pieces(sent, 1, 2, 60, 60, 61, 200);
            sys.most = cut;
            assertThat(pair.near().write(srcs, 0, srcs.length)).isEqualTo(cut);
            assertThat(remaining(srcs)).isEqualTo(sent.length - cut);
            sys.most = Integer.MAX_VALUE;
            if (cut < sent.length) {
                assertThat(pair.near().write(srcs, 0, srcs.length)).isEqualTo(sent.length - cut);
            }
            assertThat(receive(pair.far(), sent.length)).isEqualTo(sent);
        }
    }

    @Test
    void scatteredReadsCutAtEveryBoundaryMoveTheSameBytes() throws Exception {
        var pair = pair();
        var sent = noise(300);
        for (int cut = 1; cut <= sent.length; cut++) {
            pair.near().write(ByteBuffer.wrap(sent));
            var dsts = pieces(new byte[sent.length], 1, 2, 60, 60, 61, 200);
            sys.most = cut;
            long first;
            do { // what is written may still be on its way
                first = pair.far().read(dsts, 0, dsts.length);
            } while (first == WOULD_BLOCK);
            assertThat(first).isEqualTo(cut);
            sys.most = Integer.MAX_VALUE;
            if (cut < sent.length) {
                assertThat(pair.far().read(dsts, 0, dsts.length)).isEqualTo(sent.length - cut);
            }
            var received = ByteBuffer.allocate(sent.length);
            for (var dst : dsts) {
                received.put(dst.flip());
            }
            assertThat(received.array()).isEqualTo(sent);
        }
    }

    private static ByteBuffer[] pieces(byte[] bytes, int... ends) {
        var pieces = new ByteBuffer[ends.length + 1];
        int from = 0;
        for (int i = 0; i < pieces.length; i++) {
            int to = i < ends.length ? ends[i] : bytes.length;
            pieces[i] = ByteBuffer.allocateDirect(to - from)
                    .put(bytes, from, to - from)
                    .flip();
            from = to;
        }
        return pieces;
    }

    private static int remaining(ByteBuffer[] buffers) {
        int sum = 0;
        for (var buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }

    /// F15.
    @Test
    void aLateEventDoesNotReachTheNextOwnerOfTheNumber() throws Exception {
        var before = pair();
        var toldBefore = new ArrayList<Integer>();
        before.far().watch(toldBefore::add);
        takeTurns();
        toldBefore.clear();
        before.near().write(ByteBuffer.allocate(1));
        assertThat(news()).isEqualTo(1);

        int number = before.far().fd;
        long token = before.far().token;
        closeNow(before.far());
        LinuxStream after;
        do { // lower numbers may be free
            after = LinuxStream.open(poller, StandardProtocolFamily.INET);
            opened.add(after);
        } while (after.fd != number);
        var toldAfter = new ArrayList<Integer>();
        after.watch(toldAfter::add);
        assertThat((int) after.token).as("the slot").isEqualTo((int) token);
        assertThat(after.token).isNotEqualTo(token);

        poller.dispatch(() -> {});
        assertThat(toldBefore).isEmpty();
        assertThat(toldAfter).isEmpty();
    }

    /// A wait that is interrupted has none.
    private int news() throws IOException {
        int n;
        long end = System.nanoTime() + PATIENCE_NANOS;
        do {
            n = poller.select(PATIENCE_NANOS);
        } while (n == 0 && System.nanoTime() - end < 0);
        return n;
    }

    private void takeTurns() throws IOException {
        while (poller.select(0) > 0) {
            poller.dispatch(() -> {});
        }
    }

    @Test
    void eventsAreToldAsTheyAre() throws Exception {
        var pair = pair();
        var told = new ArrayList<Integer>();
        pair.far().watch(told::add);
        takeTurns();
        assertThat(told).containsExactly(Watcher.WRITE);
        told.clear();
        pair.near().write(ByteBuffer.allocate(1));
        assertThat(news()).isEqualTo(1);
        poller.dispatch(() -> {});
        assertThat(told).containsExactly(Watcher.READ | Watcher.WRITE);
        told.clear();
        pair.near().shutdownOutput();
        assertThat(news()).isEqualTo(1);
        poller.dispatch(() -> {});
        assertThat(told).containsExactly(Watcher.READ | Watcher.WRITE | Watcher.PEER_CLOSED);
    }

    @Test
    void aWakeUpEndsTheNextWaitOnceAndIsNoNewsOfASocket() throws Exception {
        poller.wakeup();
        poller.wakeup();
        assertThat(poller.select(-1)).isEqualTo(1);
        poller.dispatch(() -> {});
        assertThat(poller.select(0)).isZero();
        poller.wakeup();
        assertThat(poller.select(-1)).isEqualTo(1);
    }

    @Test
    void aClosedPollerWritesToNobodysFile() throws Exception {
        var other = new EpollPoller(sys);
        other.close();
        int before = sys.calls("write");
        other.wakeup();
        assertThat(sys.calls("write")).isEqualTo(before);
        int adds = sys.calls("epoll_ctl");
        var stream = LinuxStream.open(other, StandardProtocolFamily.INET);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stream.watch(_ -> {}));
        assertThat(sys.calls("epoll_ctl")).isEqualTo(adds);
        stream.close();
    }

    @Test
    void memoryOfAClosedArenaIsNotTouched() throws Exception {
        var pair = pair();
        pair.near().write(ByteBuffer.allocate(10));
        ByteBuffer buffer;
        try (var arena = Arena.ofShared()) {
            buffer = arena.allocate(64).asByteBuffer();
            buffer.limit(4);
            int read;
            do {
                read = pair.far().read(buffer);
            } while (read == WOULD_BLOCK);
            assertThat(read).isEqualTo(4);
            assertThat(pair.far().write(buffer.flip())).isEqualTo(4);
            buffer.clear();
        }
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pair.far().read(buffer));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pair.far().write(buffer));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pair.far().write(new ByteBuffer[] {buffer}, 0, 1));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pair.near().read(buffer));
    }

    @Test
    void nothingThereWouldBlock() throws Exception {
        var pair = pair();
        assertThat(pair.near().read(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
        assertThat(pair.near().read(ByteBuffer.allocateDirect(1))).isEqualTo(WOULD_BLOCK);
        assertThat(pair.near().read(new ByteBuffer[] {ByteBuffer.allocateDirect(1)}, 0, 1))
                .isEqualTo(WOULD_BLOCK);
    }

    @Test
    void slotsAreUsedAgainAndTokensAreNot() throws Exception {
        var tokens = new HashSet<Long>();
        var handles = new ArrayList<LinuxStream>();
        for (int i = 0; i < 200; i++) { // more than the table begins with
            var stream = LinuxStream.open(poller, StandardProtocolFamily.INET);
            stream.watch(_ -> {});
            assertThat(tokens.add(stream.token)).isTrue();
            handles.add(stream);
        }
        for (int round = 0; round < 20; round++) {
            handles.removeLast().close();
            var stream = LinuxStream.open(poller, StandardProtocolFamily.INET);
            stream.watch(_ -> {});
            assertThat(tokens.add(stream.token)).isTrue();
            assertThat((int) stream.token).isLessThan(200);
            handles.addFirst(stream);
        }
        opened.addAll(handles);
    }
}
