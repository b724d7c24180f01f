package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// `echo --udp`, against sockets of the JDK.
class UdpEchoTest {
    private static final int PATIENCE_MILLIS = Program.PATIENCE_SECONDS * 1000;

    static Stream<Arguments> facesAndTransports() {
        return Stream.of(Face.values())
                .flatMap(face -> Transports.available().map(transport -> Arguments.of(face, transport)));
    }

    private static Program echo(Face face, String transport) throws IOException {
        return Program.sluice("echo", "--udp", "--face", face.toString(), "--transport", transport);
    }

    private static DatagramSocket client() throws IOException {
        var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static DatagramPacket packet(byte[] bytes, int port) {
        return new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port);
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        var room = packet(new byte[65_536], 1);
        socket.receive(room);
        return Arrays.copyOf(room.getData(), room.getLength());
    }

    @ParameterizedTest
    @MethodSource("facesAndTransports")
    void eachDatagramComesBackWholeToWhoSentIt(Face face, String transport) throws Exception {
        var random = new Random(1);
        try (var echo = echo(face, transport);
                var one = client();
                var other = client()) {
            int port = echo.port();
            for (int size : new int[] {1, 0, 5, 1472, 65_507, 200}) {
                var sent = new byte[size];
                random.nextBytes(sent);
                one.send(packet(sent, port));
                other.send(packet(new byte[] {42}, port));
                assertThat(receive(one)).isEqualTo(sent);
                assertThat(receive(other)).containsExactly(42);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("facesAndTransports")
    void signalEndsItWith0AndWhatHadComeIsSentBack(Face face, String transport) throws Exception {
        int count = 20;
        try (var echo = echo(face, transport);
                var client = client()) {
            int port = echo.port();
            for (int i = 0; i < count; i++) {
                client.send(packet(new byte[] {(byte) i}, port));
            }
            echo.signal("TERM");
            for (int i = 0; i < count; i++) {
                assertThat(receive(client)).containsExactly(i);
            }
            var end = echo.await();
            assertThat(end.err().lines()).allMatch(line -> line.contains("without segmentation offload"));
            assertThat(end.exit()).isZero();
        }
    }

    /// What holds a loop up until it is released.
    private static final class Held implements Runnable {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void run() {
            begun.countDown();
            try {
                Eventually.happens(released);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// The loop is held up when a datagram comes, and again when it has ended the task: it has not asked in between.
    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void whatTheLoopHasNotBeenToldOfIsSentBackAtTheClose(String transport) throws Exception {
        var reactor = Reactor.builder().transport(transport).loops(1).open();
        var loop = reactor.loops().getFirst();
        var echo = new FuturesUdpEcho(reactor, "127.0.0.1", 0);
        try (var client = client()) {
            int port = echo.address().getPort();
            client.send(packet(new byte[] {1}, port));
            assertThat(receive(client)).containsExactly(1);
            var before = new Held();
            var after = new Held();
            loop.execute(before);
            Eventually.happens(before.begun);
            client.send(packet(new byte[] {2}, port));
            var closing = Thread.ofPlatform().daemon().start(echo::close);
            awaitWaiting(closing); // it has cancelled the task
            loop.execute(after);
            before.released.countDown();
            Eventually.happens(after.begun);
            awaitWaiting(closing);
            after.released.countDown();
            assertThat(receive(client)).containsExactly(2);
            closing.join();
        } finally {
            reactor.close();
        }
    }

    private static void awaitWaiting(Thread thread) {
        Eventually.until("it waits", () -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            default -> false;
        });
    }

    @ParameterizedTest
    @MethodSource("facesAndTransports")
    void whoHasGoneDoesNotEndIt(Face face, String transport) throws Exception {
        try (var echo = echo(face, transport);
                var client = client()) {
            int port = echo.port();
            for (int i = 0; i < 20; i++) {
                try (var gone = client()) {
                    gone.send(packet(new byte[] {1}, port));
                }
            }
            client.send(packet(new byte[] {2}, port));
            assertThat(receive(client)).containsExactly(2);
        }
    }

    @Test
    void portInUseIsToldInOneLine() throws Exception {
        try (var first = Program.sluice("echo", "--udp")) {
            try (var second = Program.sluice("echo", "--udp", "--port", String.valueOf(first.port()))) {
                var end = second.await();
                assertThat(end.exit()).isEqualTo(1);
                assertThat(end.err()).startsWith("sluice echo: [X-201] port ").hasLineCount(1);
            }
        }
    }

    @Test
    void optionsOfConnectionsAreRefused() throws Exception {
        try (var echo = Program.sluice("echo", "--udp", "--acks")) {
            var end = echo.await();
            assertThat(end.exit()).isEqualTo(2);
            assertThat(end.err()).contains("need connections").hasLineCount(1);
        }
    }
}
