package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.examples.futures.EchoFive;
import dev.sluice.examples.futures.ReadExact;
import dev.sluice.examples.futures.TelemetryCollector;
import dev.sluice.examples.futures.UdpEchoByPoll;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Examples of sockets and futures.
@Timeout(60)
class ExamplesTest extends Programs {
    @Test
    void echoServerAnswersLineByLine() throws Exception {
        try (var socket = connect(port(run(EchoServer.class, "0")))) {
            socket.getOutputStream().write(utf8("hello\nwörld\r\n"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(utf8("hello\r\nwörld\r\n"));
        }
    }

    @Test
    void echoServerSurvivesAnEndlessLine() throws Exception {
        int port = port(run(EchoServer.class, "0"));
        try (var rude = connect(port)) {
            rude.getOutputStream().write(new byte[10_000]);
            assertThat(endOf(rude)).isTrue();
        }
        try (var polite = connect(port)) {
            polite.getOutputStream().write(utf8("still there?\n"));
            assertThat(reader(polite).readLine()).isEqualTo("still there?");
        }
    }

    @Test
    void echoClientPrintsTheAnswersToWhatIsTyped() throws Exception {
        int port = port(run(EchoServer.class, "0"));
        var client = run(EchoClient.class, String.valueOf(port));
        try (var typed = client.getOutputStream()) {
            typed.write(utf8("one\ntwo\n"));
        }
        assertThat(client.inputReader().lines()).containsExactly("server: one", "server: two");
        assertThat(client.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(classes = {ChatServer.class, dev.sluice.examples.futures.ChatServer.class})
    void chatLinesGoToEverybodyElse(Class<?> example) throws Exception {
        int port = port(run(example, "0"));
        try (var ann = connect(port);
                var bob = connect(port)) {
            var heard = reader(bob);
            // Bob may not have been let in yet when Ann speaks, so she speaks until he has heard.
            while (!heard.ready()) {
                ann.getOutputStream().write(utf8("hello\n"));
                ann.getOutputStream().flush();
                Thread.onSpinWait();
            }
            assertThat(heard.readLine()).isEqualTo("hello");
        }
    }

    @Test
    void proxyPassesBothDirectionsAndTheirEnds() throws Exception {
        int server = port(run(EchoServer.class, "0"));
        int proxy = port(run(TcpProxy.class, "0", "localhost", String.valueOf(server)));
        try (var socket = connect(proxy)) {
            socket.getOutputStream().write(utf8("through\n"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(utf8("through\r\n"));
        }
    }

    @Test
    void proxyClosesItsClientWhenTheServerIsNotThere() throws Exception {
        int proxy = port(run(TcpProxy.class, "0", "127.0.0.1", String.valueOf(closedPort())));
        try (var socket = connect(proxy)) {
            assertThat(endOf(socket)).isTrue();
        }
    }

    @Test
    void scanFindsThePortsThatAreOpen() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int open = listener.getLocalPort();
            var scan = run(PortScan.class, String.valueOf(open), String.valueOf(closedPort()));
            assertThat(scan.inputReader().readLine()).isEqualTo("open: [" + open + "]");
            assertThat(scan.waitFor()).isZero();
        }
    }

    @Test
    void datagramsComeBackToWhoAsks() throws Exception {
        int port = port(run(UdpEcho.class, "0"));
        var client = run(UdpAsk.class, String.valueOf(port));
        assertThat(client.inputReader().lines()).containsExactly("are you there?");
        assertThat(client.waitFor()).isZero();
    }

    @Test
    void whoAsksOutlivesTheLossOfDatagrams() throws Exception {
        try (var forgetful = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            forgetful.setSoTimeout(DEADLINE_MILLIS);
            var client = run(UdpAsk.class, String.valueOf(forgetful.getLocalPort()));
            var asked = new DatagramPacket(new byte[100], 100);
            forgetful.receive(asked);
            forgetful.receive(asked);
            forgetful.send(asked);
            assertThat(client.inputReader().readLine()).isEqualTo("are you there?");
        }
    }

    @Test
    void datagramsAreCountedInBatches() throws Exception {
        var counter = run(UdpCount.class, "0", "100");
        int port = port(counter);
        try (var sender = new DatagramSocket()) {
            for (int i = 0; i < 100; i++) {
                sender.send(new DatagramPacket(new byte[i], i, InetAddress.getLoopbackAddress(), port));
            }
        }
        assertThat(counter.inputReader().readLine()).isEqualTo("4950 bytes");
        assertThat(counter.waitFor()).isZero();
    }

    @Test
    void ncSpeaksWithTheEchoServer() throws Exception {
        assumeTrue(has("nc"), "nc is not installed");
        int port = port(run(EchoServer.class, "0"));
        var nc = start(new ProcessBuilder("nc", "-N", "127.0.0.1", String.valueOf(port)));
        try (OutputStream typed = nc.getOutputStream()) {
            typed.write(utf8("from nc\n"));
        }
        assertThat(nc.inputReader().readLine()).isEqualTo("from nc");
        assertThat(nc.waitFor()).isZero();
    }

    @Test
    void socatSpeaksWithTheEchoServer() throws Exception {
        assumeTrue(has("socat"), "socat is not installed");
        int port = port(run(EchoServer.class, "0"));
        var socat = start(new ProcessBuilder("socat", "-t", "20", "-", "TCP:127.0.0.1:" + port));
        try (OutputStream typed = socat.getOutputStream()) {
            typed.write(utf8("from socat\n"));
        }
        assertThat(socat.inputReader().readLine()).isEqualTo("from socat");
        assertThat(socat.waitFor()).isZero();
    }

    @Test
    void fiveBytesComeBack() throws Exception {
        int port = port(run(EchoFive.class, "0"));
        try (var socket = connect(port)) {
            socket.getOutputStream().write(utf8("seven b"));
            assertThat(socket.getInputStream().readNBytes(5)).isEqualTo(utf8("seven"));
            assertThat(endOf(socket)).isTrue();
        }
    }

    @Test
    void aFutureWrittenByHandReadsExactly() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var client = run(ReadExact.class, "localhost", String.valueOf(listener.getLocalPort()), "5");
            try (var socket = listener.accept()) {
                socket.getOutputStream().write(utf8("he"));
                socket.getOutputStream().write(utf8("llo"));
                assertThat(client.inputReader().readLine()).isEqualTo("hello");
            }
            assertThat(client.waitFor()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {UdpEcho.class, dev.sluice.examples.futures.UdpEcho.class, UdpEchoByPoll.class})
    void datagramsComeBackEmptyOnesToo(Class<?> example) throws Exception {
        int port = port(run(example, "0"));
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(DEADLINE_MILLIS);
            for (var text : List.of("one", "", "three")) {
                socket.send(new DatagramPacket(utf8(text), utf8(text).length, InetAddress.getLoopbackAddress(), port));
                var answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void futuresProxyPassesBothDirectionsAndTheirEnds() throws Exception {
        int server = port(run(EchoServer.class, "0"));
        int proxy = port(run(dev.sluice.examples.futures.TcpProxy.class, "0", "localhost", String.valueOf(server)));
        try (var socket = connect(proxy)) {
            socket.getOutputStream().write(utf8("through\n"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(utf8("through\r\n"));
        }
    }

    @Test
    void telemetryTellsWhatWasLost() throws Exception {
        var collector = run(TelemetryCollector.class, "0", "1");
        int port = port(collector);
        try (var device = new DatagramSocket()) {
            for (long number : new long[] {10, 11, 13, 14, 17}) {
                var packet = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
                device.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), port));
            }
            String report = collector.inputReader().readLine();
            while (!report.contains("5 received")) {
                report = collector.inputReader().readLine();
            }
            assertThat(report).endsWith(":" + device.getLocalPort() + ": 5 received, 3 lost");
        }
    }
}
