package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The client of the demo against servers that do not do what an echo server should.
class VerifyingClientTest {
    private static final int LENGTH_AT = 4;

    /// What comes first depends on whether the server has read all when it closes.
    private static final String EARLY_END = "end of input|has closed after|reset|[Bb]roken pipe";

    /// Answers one message, header included, which is the `number`th of its connection.
    interface Answer {
        void send(byte[] message, long number, DataOutputStream output) throws IOException;
    }

    static Stream<Arguments> defects() {
        return loads().flatMap(load -> Stream.of(
                defect(load, "wrong checksum", (message, number, output) -> {
                    message[message.length - 1] ^= (byte) (number == 2 ? 1 : 0);
                    output.write(message);
                }),
                defect(load, "message 2 was due, but came message 1", (message, number, output) -> {
                    output.write(message);
                    if (number == 1) {
                        output.write(message);
                    }
                }),
                defect(load, "message 1 was due, but came message 2", (message, number, output) -> {
                    message[15] ^= (byte) (number == 1 ? 3 : 0);
                    output.write(message);
                }),
                defect(load, "message 0 was due, but came connection", (message, _, output) -> {
                    message[3] ^= 64;
                    output.write(message);
                }),
                defect(load, EARLY_END, (message, number, output) -> {
                    output.write(message);
                    if (number == 3) {
                        throw new IOException("a server that closes early");
                    }
                }),
                defect(load, EARLY_END, (message, number, output) -> {
                    output.write(message, 0, message.length - (number == 3 ? 1 : 0));
                    if (number == 3) {
                        throw new IOException("a server that closes within a message");
                    }
                })));
    }

    static Stream<Load> loads() {
        return Stream.of(new Load("one", 1, 1, 1000, false), new Load("many", 1, 8, 1000, false));
    }

    private static Arguments defect(Load load, String told, Answer answer) {
        return Arguments.of(load, told, answer);
    }

    @ParameterizedTest
    @MethodSource("loads")
    void honestServerHasNoErrors(Load load) throws Exception {
        var tally = run(load, Duration.ofSeconds(1), (message, _, output) -> output.write(message));
        assertThat(tally.firstErrors()).isEmpty();
        assertThat(tally.errors()).isZero();
        assertThat(tally.messages()).isPositive();
        assertThat(tally.latencyNanos().getTotalCount()).isEqualTo(tally.messages());
    }

    @ParameterizedTest
    @MethodSource("defects")
    void defectIsOneErrorWithItsReason(Load load, String told, Answer answer) throws Exception {
        var tally = run(load, Duration.ofSeconds(Program.PATIENCE_SECONDS), answer);
        assertThat(tally.errors()).isEqualTo(1);
        assertThat(tally.firstErrors())
                .singleElement()
                .asString()
                .startsWith("connection 0: ")
                .containsPattern(told);
    }

    private static Tally run(Load load, Duration time, Answer answer) throws Exception {
        var tally = new Tally();
        try (var server = new ServerSocket(0, load.connections(), InetAddress.getLoopbackAddress());
                var client = new VerifyingClient(
                        (InetSocketAddress) server.getLocalSocketAddress(), "auto", load, 1, tally)) {
            Thread.ofVirtual().start(() -> serve(server, answer));
            client.start(time);
            assertThat(client.await(Duration.ofSeconds(Program.PATIENCE_SECONDS)))
                    .isTrue();
        }
        return tally;
    }

    private static void serve(ServerSocket server, Answer answer) {
        try (var socket = server.accept()) {
            answerAll(socket, answer);
        } catch (IOException _) {
            // what the client makes of it is what counts
        }
    }

    private static void answerAll(Socket socket, Answer answer) throws IOException {
        var input = new DataInputStream(socket.getInputStream());
        var output = new DataOutputStream(socket.getOutputStream());
        var header = new byte[Message.HEADER];
        for (long number = 0; input.readNBytes(header, 0, header.length) > 0; number++) {
            int length = ByteBuffer.wrap(header).getInt(LENGTH_AT);
            var message = Arrays.copyOf(header, header.length + length);
            input.readFully(message, header.length, length);
            answer.send(message, number, output);
        }
    }

    /// Nobody is there to verify anything.
    @Test
    void toHaveVerifiedNothingIsAnError() throws Exception {
        assertThat(errorsOf(new Load("nobody", 0, 1, 512, false))).containsExactly("not one message has been verified");
    }

    /// A payload of such a size is a defect of the client's, and it throws.
    @Test
    void clientThatBreaksIsAnError() throws Exception {
        assertThat(errorsOf(new Load("broken", 1, 1, -1000, true)))
                .singleElement()
                .asString()
                .startsWith("connection 0 threw java.lang.");
    }

    private static List<String> errorsOf(Load load) throws Exception {
        var tally = new Tally();
        try (var client = new VerifyingClient(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "nio", load, 1, tally)) {
            client.start(Duration.ZERO);
            assertThat(client.await(Duration.ofSeconds(30))).isTrue();
        }
        return tally.firstErrors();
    }
}
