package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The client of the demo against echoes of datagrams that lose them, which may be, or do what none should.
class VerifyingExchangeTest {
    private static final int BURST = 4;
    private static final Load LOAD = new Load("test", 1, BURST, 100, true);

    /// Where all comes back, only a defect reaches it.
    private static final Duration ENOUGH = Duration.ofSeconds(Program.PATIENCE_SECONDS);

    /// Long for one datagram to come back, and what a test takes that waits for one in vain.
    private static final Duration LONG = Duration.ofSeconds(3);

    /// What becomes of the datagram that is the `number`th to come.
    interface Answer {
        void send(DatagramPacket packet, int number, DatagramSocket socket) throws IOException;
    }

    static Stream<Arguments> defects() {
        return Stream.of(
                defect("wrong checksum", (packet, number, socket) -> {
                    packet.getData()[packet.getLength() - 1] ^= (byte) (number == 2 ? 1 : 0);
                    socket.send(packet);
                }),
                defect("came back twice", (packet, number, socket) -> {
                    socket.send(packet);
                    if (number == 1) {
                        socket.send(packet);
                    }
                }),
                defect("never sent", (packet, number, socket) -> {
                    packet.setLength(packet.getLength() - (number == 2 ? 1 : 0));
                    socket.send(packet);
                }),
                defect("of 5 bytes came that was never sent", (packet, _, socket) -> {
                    packet.setLength(5);
                    socket.send(packet);
                }),
                defect("never sent", (packet, number, socket) -> {
                    packet.getData()[14] ^= (byte) (number == 2 ? 1 : 0); // of the sequence number
                    socket.send(packet);
                }),
                defect("nothing has come back", (_, _, _) -> {}));
    }

    private static Arguments defect(String told, Answer answer) {
        return Arguments.of(told, answer);
    }

    @Test
    void honestServerHasNoErrors() throws Exception {
        var tally = run(Duration.ofMillis(100), ENOUGH, (packet, _, socket) -> socket.send(packet));
        assertThat(tally.firstErrors()).isEmpty();
        assertThat(tally.lost()).isZero();
        assertThat(tally.messages()).isPositive();
        assertThat(tally.latencyNanos().getTotalCount()).isEqualTo(tally.messages());
    }

    @Test
    void whatIsLostIsCountedAndIsNoError() throws Exception {
        var tally = run(Duration.ZERO, LONG, (packet, number, socket) -> {
            if (number != 2) {
                socket.send(packet);
            }
        });
        assertThat(tally.firstErrors()).isEmpty();
        assertThat(tally.errors()).isZero();
        assertThat(tally.lost()).isEqualTo(1);
        assertThat(tally.messages()).isEqualTo(BURST - 1);
    }

    @ParameterizedTest
    @MethodSource("defects")
    void defectIsOneErrorWithItsReason(String told, Answer answer) throws Exception {
        var tally = run(ENOUGH, VerifyingClient.BURST_PATIENCE, answer);
        assertThat(tally.errors()).isEqualTo(1);
        assertThat(tally.firstErrors())
                .singleElement()
                .asString()
                .startsWith("connection 0: ")
                .contains(told);
    }

    private static Tally run(Duration time, Duration patience, Answer answer) throws Exception {
        var tally = new Tally();
        try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var client = new VerifyingClient(
                        (InetSocketAddress) server.getLocalSocketAddress(), "auto", LOAD, patience, 1, tally)) {
            Thread.ofPlatform().daemon().start(() -> serve(server, answer));
            client.start(time);
            assertThat(client.await(ENOUGH.multipliedBy(2))).isTrue();
        }
        return tally;
    }

    private static void serve(DatagramSocket server, Answer answer) {
        try {
            for (int number = 0; ; number++) {
                var packet = new DatagramPacket(new byte[1000], 1000);
                server.receive(packet);
                answer.send(packet, number, server);
            }
        } catch (SocketException _) {
            // closed by the test
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
