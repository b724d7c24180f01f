package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Bytes arrive whole and in order, however they are cut, gathered and held up.
@EveryTransport
class TransferTest {
    /// More than the system takes in one call.
    private static final int MANY = 5000;

    private static final int SMALL_BUFFER = 4096;

    private final Net net;

    TransferTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static Future<byte[]> received(StreamSocket socket, int bytes) {
        return Eventually.async(() -> Blocking.readExactly(socket, bytes));
    }

    /// F10.
    @Test
    void readsOfEverySizeGiveTheSameBytes() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(64);
        for (int size = 1; size <= sent.length; size++) {
            for (var dst : new ByteBuffer[] {ByteBuffer.allocate(size), ByteBuffer.allocateDirect(size)}) {
                Blocking.write(pair.near(), sent);
                var received = ByteBuffer.allocate(sent.length);
                while (received.hasRemaining()) {
                    dst.clear().limit(Math.min(size, received.remaining()));
                    assertThat(Blocking.read(pair.far(), dst)).isPositive();
                    received.put(dst.flip());
                }
                assertThat(received.array()).isEqualTo(sent);
            }
        }
    }

    /// F11.
    @Test
    void writesOfEverySizeGiveTheSameBytes() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(64);
        for (int size = 1; size <= sent.length; size++) {
            var heap = ByteBuffer.wrap(sent);
            var direct = ByteBuffer.allocateDirect(sent.length).put(sent).flip();
            for (var src : new ByteBuffer[] {
                heap, direct, heap.duplicate().asReadOnlyBuffer().clear()
            }) {
                var received = received(pair.far(), sent.length);
                while (src.position() < sent.length) {
                    src.limit(Math.min(src.position() + size, sent.length));
                    Blocking.write(pair.near(), src);
                }
                assertThat(Eventually.get(received)).isEqualTo(sent);
            }
        }
    }

    @Test
    void aByteStringArrivesWhateverItsFragments() throws Exception {
        var pair = net.pair();
        var noise = ByteString.unsafeWrap(Net.noise(700_000));
        var pieces = new ArrayList<ByteString>();
        for (int i = 0; i < 500; i++) {
            pieces.add(noise.slice(i * 1_000, i * 1_000 + 200));
        }
        for (var bytes : List.of(
                noise,
                noise.slice(3, 100_001),
                noise.take(10).append(noise.slice(50_000, 150_000)).append(noise.take(10)),
                noise.slice(0, 40_000).append(noise.slice(1, 40_000)),
                ByteString.concat(pieces))) {
            for (int from : new int[] {0, 1, bytes.size() - 1}) {
                var received = received(pair.far(), bytes.size() - from);
                for (int at = from; at < bytes.size(); ) {
                    int n = pair.near().write(bytes, at);
                    if (n == WOULD_BLOCK) {
                        Parked.until(pair.near().output());
                    } else {
                        at += n;
                    }
                }
                assertThat(ByteString.unsafeWrap(Eventually.get(received))).isEqualTo(bytes.drop(from));
            }
        }
    }

    @Test
    void onlyTheBytesBetweenPositionAndLimitAreTouched() throws Exception {
        var pair = net.pair();
        for (boolean direct : new boolean[] {false, true}) {
            IntFunction<ByteBuffer> allocate = direct ? ByteBuffer::allocateDirect : ByteBuffer::allocate;
            var src = allocate.apply(20)
                    .put(Net.noise(20))
                    .position(5)
                    .limit(15)
                    .slice()
                    .position(2)
                    .limit(8);
            assertThat(pair.near().write(src)).isEqualTo(6);
            assertThat(src.position()).isEqualTo(8);
            var whole = allocate.apply(20);
            var dst = whole.slice(4, 12).position(3).limit(9);
            assertThat(Blocking.read(pair.far(), dst)).isEqualTo(6);
            assertThat(dst.position()).isEqualTo(9);
            var expected = new byte[20];
            System.arraycopy(Net.noise(20), 7, expected, 7, 6);
            var found = new byte[20];
            whole.get(0, found);
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void aReadOnlyBufferIsNoPlaceToReadInto() throws Exception {
        var pair = net.pair();
        Blocking.write(pair.near(), new byte[10]);
        var direct = ByteBuffer.allocateDirect(10).asReadOnlyBuffer();
        var heap = ByteBuffer.allocate(10).asReadOnlyBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> pair.far().read(direct));
        assertThatIllegalArgumentException().isThrownBy(() -> pair.far().read(heap));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair.far().read(new ByteBuffer[] {ByteBuffer.allocate(1), direct}, 0, 2));
        assertThat(Blocking.readExactly(pair.far(), 10)).hasSize(10);
    }

    private enum Memory {
        HEAP,
        DIRECT,
        MIXED,
        READ_ONLY_HEAP,
        READ_ONLY_DIRECT;

        ByteBuffer of(byte[] bytes, int from, int length, int index) {
            boolean direct = this == DIRECT || this == READ_ONLY_DIRECT || (this == MIXED && index % 3 == 0);
            var buffer = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
            buffer.put(bytes, from, length).flip();
            return this == READ_ONLY_HEAP || this == READ_ONLY_DIRECT ? buffer.asReadOnlyBuffer() : buffer;
        }
    }

    /// F12: thousands of buffers, some of them empty, of every kind of memory.
    @Test
    void thousandsOfBuffersAreGatheredInOrder() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(MANY * 37);
        for (var memory : Memory.values()) {
            var srcs = new ByteBuffer[MANY];
            int from = 0;
            for (int i = 0; i < MANY; i++) {
                int length = i == MANY - 1 ? sent.length - from : Math.min(i % 75, sent.length - from);
                srcs[i] = memory.of(sent, from, length, i);
                from += length;
            }
            var received = received(pair.far(), sent.length);
            Blocking.write(pair.near(), srcs);
            assertThat(Eventually.get(received)).as("%s", memory).isEqualTo(sent);
        }
    }

    @Test
    void thousandsOfEmptyBuffersHideNoBytes() throws Exception {
        var pair = net.pair();
        for (boolean direct : new boolean[] {false, true}) {
            IntFunction<ByteBuffer> allocate = direct ? ByteBuffer::allocateDirect : ByteBuffer::allocate;
            var buffers = new ByteBuffer[MANY];
            Arrays.fill(buffers, allocate.apply(0));
            buffers[MANY - 1] = allocate.apply(1);
            assertThat(pair.near().write(buffers, 0, MANY)).isEqualTo(1);
            buffers[MANY - 1].clear();
            assertThat(Blocking.read(pair.far(), buffers)).isEqualTo(1);
        }
    }

    @Test
    void aGatheredWriteStaysWithinItsRange() throws Exception {
        var pair = net.pair();
        for (boolean direct : new boolean[] {false, true}) {
            var srcs = new ByteBuffer[10];
            for (int i = 0; i < srcs.length; i++) {
                srcs[i] = direct ? ByteBuffer.allocateDirect(1) : ByteBuffer.allocate(1);
                srcs[i].put(0, (byte) i);
            }
            assertThat(pair.near().write(srcs, 3, 4)).isEqualTo(4);
            assertThat(Blocking.readExactly(pair.far(), 4)).containsExactly(3, 4, 5, 6);
            assertThat(srcs[2].hasRemaining()).isTrue();
            assertThat(srcs[7].hasRemaining()).isTrue();
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pair.near().write(srcs, 8, 3));
        }
    }

    @Test
    void scatteredReadsFillTheBuffersInTurn() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(100);
        for (var memory : new Memory[] {Memory.HEAP, Memory.DIRECT, Memory.MIXED}) {
            Blocking.write(pair.near(), sent);
            var dsts = new ByteBuffer[12];
            for (int i = 0; i < dsts.length; i++) {
                dsts[i] = memory.of(new byte[i], 0, i, i);
            }
            long n = 0;
            while (n < 66) {
                n += Blocking.read(pair.far(), dsts);
            }
            var received = ByteBuffer.allocate(100);
            for (var dst : dsts) {
                assertThat(dst.hasRemaining()).isFalse();
                received.put(dst.flip());
            }
            received.put(Blocking.readExactly(pair.far(), 34));
            assertThat(received.array()).isEqualTo(sent);
        }
        pair.near().close();
        assertThat(Blocking.read(pair.far(), ByteBuffer.allocate(1), ByteBuffer.allocate(1)))
                .isEqualTo(END);
        assertThat(Blocking.read(pair.far(), ByteBuffer.allocateDirect(1), ByteBuffer.allocateDirect(1)))
                .isEqualTo(END);
    }

    @Test
    void thousandsOfBuffersAreFilledInTurn() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(MANY * 3);
        for (boolean direct : new boolean[] {false, true}) {
            var dsts = new ByteBuffer[MANY];
            for (int i = 0; i < MANY; i++) {
                dsts[i] = direct ? ByteBuffer.allocateDirect(3) : ByteBuffer.allocate(3);
            }
            Blocking.write(pair.near(), sent);
            long n = 0;
            while (n < sent.length) {
                n += Blocking.read(pair.far(), dsts);
            }
            var received = ByteBuffer.allocate(sent.length);
            for (var dst : dsts) {
                received.put(dst.flip());
            }
            assertThat(received.array()).isEqualTo(sent);
        }
    }

    @Test
    void byteStringsOfAnyShapeArriveWhole() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(1_000_000);
        var rope = ByteString.empty();
        for (int from = 0, i = 0; from < sent.length; i++) {
            int length = Math.min(i * 7 % 3001, sent.length - from);
            rope = rope.append(ByteString.copyOf(sent, from, length));
            from += length;
        }
        assertThat(rope.fragmentCount()).isGreaterThan(100);
        var whole = rope;
        var received = received(pair.far(), sent.length);
        Blocking.write(pair.near(), whole);
        assertThat(Eventually.get(received)).isEqualTo(sent);
        assertThat(pair.near().write(whole, whole.size())).isZero();
        assertThat(pair.near().write(whole, whole.size() - 3)).isEqualTo(3);
        assertThat(Blocking.readExactly(pair.far(), 3))
                .isEqualTo(Arrays.copyOfRange(sent, sent.length - 3, sent.length));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> pair.near().write(whole, whole.size() + 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> pair.near().write(whole, -1));
    }

    /// A connection whose buffers are small on both sides, so that nearly every write is short.
    private Net.Outside narrow() throws IOException {
        try (var server = new ServerSocket()) {
            server.setReceiveBufferSize(SMALL_BUFFER);
            server.bind(Net.loopback());
            var options = Options.none().with(StandardSocketOptions.SO_SNDBUF, SMALL_BUFFER);
            var connect = net.reactor.connect(server.getLocalSocketAddress(), null, options, Duration.ZERO);
            Socket peer = server.accept();
            return new Net.Outside(Blocking.result(connect), peer);
        }
    }

    @Test
    void shortWritesLoseAndRepeatNothing() throws Exception {
        var outside = narrow();
        var sent = Net.noise(1_000_003);
        var received = Eventually.async(() -> outside.peer().getInputStream().readNBytes(4 * sent.length));
        Blocking.write(outside.near(), ByteBuffer.wrap(sent));
        Blocking.write(
                outside.near(), ByteBuffer.allocateDirect(sent.length).put(sent).flip());
        Blocking.write(outside.near(), ByteString.copyOf(sent));
        var pieces = new ArrayList<ByteBuffer>();
        for (int from = 0, i = 1; from < sent.length; i++) {
            int length = Math.min(i % 1013, sent.length - from);
            pieces.add(Memory.MIXED.of(sent, from, length, i % 7 == 0 ? 0 : 1));
            from += length;
        }
        Blocking.write(outside.near(), pieces.toArray(ByteBuffer[]::new));
        var all = Eventually.get(received);
        for (int i = 0; i < 4; i++) {
            assertThat(Arrays.copyOfRange(all, i * sent.length, (i + 1) * sent.length))
                    .as("part %d", i)
                    .isEqualTo(sent);
        }
        outside.peer().close();
    }

    /// F7, F8: no more than fits the buffers is taken while the peer reads nothing; then all of it arrives.
    @Test
    void aPeerThatDoesNotReadHoldsTheWriterBackUntilItDoes() throws Exception {
        var outside = narrow();
        long taken = Blocking.fill(outside.near());
        assertThat(taken).isLessThan(4 << 20);
        var rest = Eventually.async(() -> {
            Blocking.write(outside.near(), Net.noise(100_000));
            outside.near().shutdownOutput();
            return null;
        });
        var in = outside.peer().getInputStream();
        for (int i = 0; i < 2000; i++) { // byte by byte to begin with
            assertThat(in.read()).isZero();
        }
        in.skipNBytes(taken - 2000);
        assertThat(in.readAllBytes()).isEqualTo(Net.noise(100_000));
        Eventually.get(rest);
        outside.peer().close();
    }

    @Test
    void aSlowWriterIsHeardByteByByte() throws Exception {
        var pair = net.pair();
        var received = received(pair.far(), 1000);
        var sent = Net.noise(1000);
        for (byte one : sent) {
            Blocking.write(pair.near(), new byte[] {one});
        }
        assertThat(Eventually.get(received)).isEqualTo(sent);
    }
}
