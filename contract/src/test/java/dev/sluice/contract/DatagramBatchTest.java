package dev.sluice.contract;

import static dev.sluice.reactor.DatagramSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Batches give what single datagrams give: the same bytes, cut as they were sent, in the same order, from whom they
/// came; whether or not the system merges them on their way.
@EveryTransport
class DatagramBatchTest {
    private static final Options ROOMY = Options.none().with(StandardSocketOptions.SO_RCVBUF, 4 * 1024 * 1024);

    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final Net net;
    private final DatagramSocket near;
    private final DatagramSocket far;
    private final Peer toFar;
    private final Peer toNear;

    DatagramBatchTest(Setup setup) throws IOException {
        net = new Net(setup);
        near = net.reactor.datagram(Net.loopback(), ROOMY);
        far = net.reactor.datagram(Net.loopback(), ROOMY);
        toFar = Net.peer(far);
        toNear = Net.peer(near);
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// A datagram that knows its number.
    private static byte[] datagram(int number, int length) {
        byte[] bytes = Net.noise(length);
        for (int i = 0; i < Math.min(2, length); i++) {
            bytes[i] = (byte) (number >> (8 * i));
        }
        return bytes;
    }

    private static void sendAll(DatagramSocket socket, Datagrams batch) throws IOException {
        while (batch.remaining() > 0) {
            if (socket.send(batch) == WOULD_BLOCK) {
                Parked.until(socket.output());
            }
        }
    }

    private static int receive(DatagramSocket socket, Datagrams into) throws IOException {
        int n;
        while ((n = socket.receive(into)) == WOULD_BLOCK) {
            assertThat(into.size()).isZero();
            Parked.until(socket.input());
        }
        assertThat(n).isPositive().isEqualTo(into.size());
        return n;
    }

    private static byte[] copy(Datagrams batch, int index) {
        var bytes = batch.bytes(index);
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static void assertReceives(DatagramSocket socket, Datagrams into, List<byte[]> sent, Peer from)
            throws IOException {
        for (int i = 0; i < sent.size(); ) {
            int n = receive(socket, into);
            for (int k = 0; k < n; k++, i++) {
                assertThat(copy(into, k)).as("datagram %d", i).isEqualTo(sent.get(i));
                assertThat(into.length(k)).isEqualTo(sent.get(i).length);
                assertThat(into.isTruncated(k)).isFalse();
                assertThat(into.peer(k)).isEqualTo(from);
            }
        }
        assertThat(socket.receive(into)).isEqualTo(WOULD_BLOCK);
    }

    /// Sizes that change, that repeat, that end shorter, and empty ones in between.
    private static List<byte[]> mixture() {
        var sent = new ArrayList<byte[]>();
        int[] lengths = {200, 200, 200, 77, 0, 0, 1, 1, 1, 1472, 1472, 1471, 1472, 9000, 9000, 200, 201, 200, 30_000};
        for (int round = 0; round < 2; round++) {
            for (int length : lengths) {
                sent.add(datagram(sent.size(), length));
            }
        }
        return sent;
    }

    @ParameterizedTest
    @CsvSource({"16,65536", "1,65536", "300,65536", "7,40000", "300,40000"})
    void aBatchArrivesAsItWasSent(int slots, int slotBytes) throws Exception {
        var sent = mixture();
        var batch = new Datagrams(8);
        var into = new Datagrams(slots, slotBytes);
        assertThat(far.receive(into)).isEqualTo(WOULD_BLOCK);
        for (int from = 0; from < sent.size(); ) {
            batch.clear();
            int first = from;
            while (from < sent.size() && batch.add(ByteBuffer.wrap(sent.get(from)), toFar)) {
                from++;
            }
            assertThat(batch.size()).isEqualTo(from - first);
            sendAll(near, batch);
            assertReceives(far, into, sent.subList(first, from), toNear);
        }
    }

    @Test
    void aBatchArrivesOverIpv6AsItWasSent() throws Exception {
        try (var one = net.datagram(Net.at("::1", 0));
                var two = net.reactor.datagram(Net.at("::1", 0), ROOMY)) {
            var into = new Datagrams(8);
            assertThat(two.receive(into)).isEqualTo(WOULD_BLOCK);
            var sent = new ArrayList<byte[]>();
            var batch = new Datagrams(3);
            for (int i = 0; i < 120; i++) {
                sent.add(datagram(i, i % 40 == 39 ? 7 : 1100));
                batch.add(ByteBuffer.wrap(sent.get(i)), Net.peer(two));
            }
            sendAll(one, batch);
            assertReceives(two, into, sent, Net.peer(one));
            var largest = ByteBuffer.allocateDirect(65_527 + 100);
            assertThat(one.sendSegments(largest, 65_527, Net.peer(two))).isEqualTo(65_627);
            assertReceives(two, into, List.of(new byte[65_527], new byte[100]), Net.peer(one));
        }
    }

    @ParameterizedTest
    @CsvSource({"200,200", "200,1", "200,12345", "200,65000", "1,63", "1472,100000", "1473,100001", "65507,140000"})
    void oneBufferIsCutIntoSegments(int segment, int length) throws Exception {
        var src = ByteBuffer.allocateDirect(length).put(Net.noise(length)).flip();
        var sent = new ArrayList<byte[]>();
        for (int at = 0; at < length; at += segment) {
            var piece = new byte[Math.min(segment, length - at)];
            src.get(at, piece);
            sent.add(piece);
        }
        var into = new Datagrams(64);
        assertThat(far.receive(into)).isEqualTo(WOULD_BLOCK);
        for (var each : new ByteBuffer[] {src, ByteBuffer.wrap(Net.noise(length))}) {
            int done = 0;
            while (each.hasRemaining()) {
                int before = each.remaining();
                int n = near.sendSegments(each, segment, toFar);
                assertThat(n).isEqualTo(before - each.remaining()).isPositive();
                int datagrams = (n + segment - 1) / segment;
                assertReceives(far, into, sent.subList(done, done + datagrams), toNear);
                done += datagrams;
            }
            assertThat(done).isEqualTo(sent.size());
        }
        assertThat(near.sendSegments(src, segment, toFar)).isZero();
    }

    /// Once datagrams are merged for a batch, single receives take them apart too, in order.
    @Test
    void batchesAndSingleDatagramsMix() throws Exception {
        var sent = mixture();
        var batch = new Datagrams(64);
        var large = new Datagrams(2);
        var small = new Datagrams(3, 40_000);
        var room = ByteBuffer.allocate(65_536);
        var from = new Peer();
        assertThat(far.receive(large)).isEqualTo(WOULD_BLOCK);
        for (var bytes : sent) {
            assertThat(batch.add(ByteBuffer.wrap(bytes), toFar)).isTrue();
        }
        sendAll(near, batch);
        Parked.until(far.input()); // java.nio tells nothing unasked
        int next = 0;
        for (int turn = 0; next < sent.size(); turn++) {
            if (turn % 4 < 2) {
                from.clear();
                int n = turn % 4 == 0
                        ? Blocking.peek(far, room.clear(), from)
                        : Blocking.receive(far, room.clear(), from);
                assertThat(from).isEqualTo(toNear);
                assertThat(n).isEqualTo(sent.get(next).length);
                assertThat(room.flip()).isEqualTo(ByteBuffer.wrap(sent.get(next)));
                next += turn % 4;
                continue;
            }
            var into = turn % 4 == 2 ? small : large;
            for (int k = 0, n = receive(far, into); k < n; k++, next++) {
                assertThat(copy(into, k)).as("datagram %d", next).isEqualTo(sent.get(next));
                assertThat(into.peer(k)).isEqualTo(toNear);
            }
        }
        assertThat(far.receive(room.clear(), from)).isEqualTo(WOULD_BLOCK);
    }

    @Test
    void whatWasReceivedCanBeSentBack() throws Exception {
        var third = net.datagram();
        var batch = new Datagrams(16);
        assertThat(far.receive(batch)).isEqualTo(WOULD_BLOCK);
        var sent = new ArrayList<byte[]>();
        for (int i = 0; i < 200; i++) {
            sent.add(datagram(i, 300));
        }
        var out = new Datagrams(16);
        sent.forEach(bytes -> out.add(ByteBuffer.wrap(bytes), toFar));
        sendAll(near, out);
        third.send(HELLO, toFar);
        for (int echoed = 0; echoed < 201; ) {
            echoed += receive(far, batch);
            sendAll(far, batch);
        }
        assertReceives(near, batch, sent, toFar);
        assertThat(Blocking.receive(third)).asString().isEqualTo("hello");
    }

    @Test
    void aBatchGoesToManyPeers() throws Exception {
        var batch = new Datagrams(1);
        var targets = new ArrayList<DatagramSocket>();
        for (int i = 0; i < 10; i++) {
            targets.add(net.datagram());
            for (int k = 0; k <= i % 3; k++) {
                batch.add(HELLO, Net.peer(targets.get(i)));
            }
        }
        int size = batch.size();
        sendAll(near, batch);
        assertThat(batch.size()).isEqualTo(size);
        for (int i = 0; i < 10; i++) {
            for (int k = 0; k <= i % 3; k++) {
                assertThat(Blocking.receive(targets.get(i))).asString().isEqualTo("hello");
            }
            assertThat(targets.get(i).receive(ByteBuffer.allocate(1))).isEqualTo(WOULD_BLOCK);
        }
        assertThat(near.send(batch)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 65_536})
    void whatIsCutOffIsTold(int slotBytes) throws Exception {
        var into = new Datagrams(4, slotBytes);
        far.receive(into);
        near.send(ByteBuffer.wrap(datagram(0, 9000)), toFar);
        near.send(HELLO, toFar);
        near.send(ByteString.empty(), toFar);
        int n = 0;
        while (n < 3) {
            n += receive(far, into);
        }
        if (slotBytes == 10) {
            assertThat(into.size()).isEqualTo(3);
            assertThat(into.isTruncated(0)).isTrue();
            assertThat(into.length(0)).isEqualTo(9000);
            assertThat(copy(into, 0)).isEqualTo(Arrays.copyOf(datagram(0, 9000), 10));
            assertThat(new String(copy(into, 1), UTF_8)).isEqualTo("hello");
        }
        int last = into.size() - 1;
        assertThat(into.length(last)).isZero();
        assertThat(into.isTruncated(last)).isFalse();
        assertThat(into.bytes(last).hasRemaining()).isFalse();
    }

    @Test
    void aConnectedBatchNeedsNoAddresses() throws Exception {
        near.connect(far.localAddress());
        var batch = new Datagrams(1);
        for (int i = 0; i < 5; i++) {
            batch.add(HELLO, i % 2 == 0 ? new Peer() : toFar);
        }
        sendAll(near, batch);
        for (int i = 0; i < 5; i++) {
            assertThat(Blocking.receive(far)).asString().isEqualTo("hello");
        }
        assertThat(near.sendSegments(ByteBuffer.allocateDirect(100), 10, toFar)).isEqualTo(100);
        for (int i = 0; i < 10; i++) {
            assertThat(Blocking.receive(far)).hasSize(10);
        }
        batch.clear();
        batch.add(HELLO, toFar);
        batch.add(HELLO, Peer.of(Net.at("127.0.0.1", 9)));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> near.send(batch));
        assertThat(batch.remaining()).isEqualTo(2);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> {
            batch.clear();
            batch.add(HELLO, new Peer());
            far.send(batch);
        });
    }

    @Test
    void aDatagramThatCannotBeSentIsSkippedAndTheRestGoes() throws Exception {
        var batch = new Datagrams(1);
        batch.add(HELLO, toFar);
        batch.add(HELLO, Peer.of(Net.at("255.255.255.255", 9))); // without its option
        batch.add(HELLO, toFar);
        assertThat(near.send(batch)).isEqualTo(1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> near.send(batch))
                .withMessageMatching("(?is).*255.255.255.255:9 failed.*permission denied.*");
        assertThat(batch.remaining()).isEqualTo(2);
        batch.skip();
        assertThat(near.send(batch)).isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            assertThat(Blocking.receive(far)).asString().isEqualTo("hello");
        }
    }

    /// F36.
    @Test
    void aRefusalIsToldByABatchToo() throws Exception {
        InetSocketAddress nobody;
        try (var gone = DatagramChannel.open().bind(Net.loopback())) {
            nobody = (InetSocketAddress) gone.getLocalAddress();
        }
        near.connect(nobody);
        near.send(HELLO);
        var into = new Datagrams(4);
        assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> receive(near, into));
        assertThat(near.receive(into)).isEqualTo(WOULD_BLOCK);
    }

    @Test
    void whatNoDatagramCanBeIsRefusedBeforeTheCall() {
        var batch = new Datagrams(2);
        batch.add(ByteString.zeros(65_508), toFar);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> near.send(batch))
                .withMessageContaining("65508 bytes");
        var src = ByteBuffer.allocateDirect(70_000);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> near.sendSegments(src, 65_508, toFar));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> near.sendSegments(src, 0, toFar));
        assertThat(src.remaining()).isEqualTo(70_000);
        assertThat(batch.add(ByteString.zeros(70_000), toFar)).isFalse();
        assertThat(batch.size()).isEqualTo(1);
    }

    @Test
    void whatTheSystemLacksIsReportedOnce() throws Exception {
        boolean has = near.hasSegmentation();
        assertThat(has).isEqualTo(net.setup.transport().name().equals("linux"));
        for (var socket : new DatagramSocket[] {near, far}) {
            socket.receive(new Datagrams(1));
            socket.sendSegments(ByteBuffer.allocateDirect(10), 5, toFar);
        }
        assertThat(net.logged.lines(Level.INFO).stream().filter(line -> line.contains("segmentation offload")))
                .hasSize(has ? 0 : 1);
    }
}
