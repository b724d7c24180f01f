package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static dev.sluice.reactor.StreamSocket.WOULD_BLOCK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryTransport
class EchoTest {
    private final Net net;

    EchoTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        var pair = net.pair();
        Blocking.write(pair.near(), "hello".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.far(), 5)).asString().isEqualTo("hello");
        Blocking.write(pair.far(), "world".getBytes(UTF_8));
        assertThat(Blocking.readExactly(pair.near(), 5)).asString().isEqualTo("world");
    }

    @Test
    void pingPongAThousandTimes() throws Exception {
        var pair = net.pair();
        var echo = Eventually.async(() -> {
            for (int i = 0; i < 1024; i++) {
                Blocking.write(pair.far(), Blocking.readExactly(pair.far(), 11));
            }
            return null;
        });
        for (int i = 0; i < 1024; i++) {
            var message = "message%04d".formatted(i).getBytes(UTF_8);
            Blocking.write(pair.near(), message);
            assertThat(Blocking.readExactly(pair.near(), 11)).isEqualTo(message);
        }
        Eventually.get(echo);
    }

    @Test
    void bothDirectionsAtOnce() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(8 << 20);
        var work = new ArrayList<Future<byte[]>>();
        for (var socket : new StreamSocket[] {pair.near(), pair.far()}) {
            work.add(Eventually.async(() -> {
                Blocking.write(socket, sent);
                socket.shutdownOutput();
                return sent;
            }));
            work.add(Eventually.async(() -> Blocking.readToEnd(socket)));
        }
        for (var done : work) {
            assertThat(Eventually.get(done)).isEqualTo(sent);
        }
    }

    @Test
    void readGivesWhatIsThereWithoutWaitingForTheRest() throws Exception {
        var pair = net.pair();
        Blocking.write(pair.near(), new byte[10]);
        assertThat(Blocking.read(pair.far(), ByteBuffer.allocate(4096))).isEqualTo(10);
    }

    @Test
    void nothingThereWouldBlock() throws Exception {
        var pair = net.pair();
        var dst = ByteBuffer.allocate(10);
        assertThat(pair.far().read(dst)).isEqualTo(WOULD_BLOCK);
        assertThat(pair.far().read(dst)).isEqualTo(WOULD_BLOCK);
        assertThat(dst.position()).isZero();
    }

    @Test
    void emptyBuffersMoveNothingAndAreNotTheEnd() throws Exception {
        var pair = net.pair();
        var empty = ByteBuffer.allocate(0);
        assertThat(pair.near().read(empty)).isZero();
        assertThat(pair.near().write(empty)).isZero();
        assertThat(pair.near().read(new ByteBuffer[] {empty, empty}, 0, 2)).isZero();
        assertThat(pair.near().write(new ByteBuffer[] {empty, empty}, 0, 2)).isZero();
        assertThat(pair.near().write(new ByteBuffer[0], 0, 0)).isZero();
        pair.far().close();
        Parked.until(pair.near().input());
        assertThat(pair.near().read(empty)).isZero();
        assertThat(Blocking.read(pair.near(), ByteBuffer.allocate(1))).isEqualTo(END);
    }

    @Test
    void readyAgainAfterThePeerHasDrained() throws Exception {
        var pair = net.pair();
        long taken = Blocking.fill(pair.near());
        assertThat(pair.near().output().isReady()).isFalse();
        var drained = Eventually.async(() -> drain(pair.far(), taken));
        Parked.until(pair.near().output());
        assertThat(pair.near().write(ByteBuffer.allocate(1))).isEqualTo(1);
        Eventually.get(drained);
    }

    private static long drain(StreamSocket socket, long bytes) throws IOException {
        var into = ByteBuffer.allocateDirect(64 * 1024);
        long sum = 0;
        while (sum < bytes) {
            sum += Blocking.read(socket, into.clear());
        }
        return sum;
    }

    @Test
    void addressesOfBothEndsMatch() throws Exception {
        var pair = net.pair();
        assertThat(pair.near().localAddress()).isEqualTo(pair.far().remoteAddress());
        assertThat(pair.near().remoteAddress()).isEqualTo(pair.far().localAddress());
    }
}
