package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TelnetCommandTest {
    private static final String BINARY = "\0\u00FF\r\n\u00C3\r";

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setSoTimeout(Program.PATIENCE_SECONDS * 1000);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void endOfInputEndsOnlyTheSending(String transport) throws Exception {
        try (var telnet = telnet("--transport", transport).given("one\ntwo");
                var peer = accept()) {
            assertThat(Program.rest(peer.getInputStream())).isEqualTo("one\ntwo");
            peer.getOutputStream().write(BINARY.getBytes(StandardCharsets.ISO_8859_1));
            peer.shutdownOutput();
            var end = telnet.await();
            assertThat(end.out()).isEqualTo(BINARY);
            assertThat(end.err()).isEmpty();
            assertThat(end.exit()).isZero();
        }
    }

    @Test
    void linesAreSentAsTheyCome() throws Exception {
        try (var telnet = telnet();
                var peer = accept()) {
            for (var line : new String[] {"first\n", "second\n"}) {
                telnet.input().write(line.getBytes(StandardCharsets.UTF_8));
                telnet.input().flush();
                assertThat(peer.getInputStream().readNBytes(line.length()))
                        .asString()
                        .isEqualTo(line);
                peer.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
                assertThat(telnet.readLine()).isEqualTo(line.strip());
            }
        }
    }

    @Test
    void endOfThePeerEndsItThoughThereMayBeInput() throws Exception {
        try (var telnet = telnet();
                var peer = accept()) {
            peer.getOutputStream().write("bye\n".getBytes(StandardCharsets.UTF_8));
            peer.shutdownOutput();
            var end = telnet.await();
            assertThat(end.out()).isEqualTo("bye\n");
            assertThat(end.exit()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void resetIsToldInOneLine(String transport) throws Exception {
        try (var telnet = telnet("--transport", transport)) {
            try (var peer = accept()) {
                peer.setSoLinger(true, 0);
            }
            assertFailsWith(telnet, "reset");
        }
    }

    @Test
    void refusalIsToldInOneLine() throws Exception {
        server.close();
        try (var telnet = telnet()) {
            assertFailsWith(telnet, "connection refused");
        }
    }

    private Program telnet(String... options) throws IOException {
        var arguments = new String[options.length + 3];
        System.arraycopy(options, 0, arguments, 3, options.length);
        arguments[0] = "telnet";
        arguments[1] = "127.0.0.1";
        arguments[2] = String.valueOf(server.getLocalPort());
        return Program.sluice(arguments);
    }

    private Socket accept() throws IOException {
        var peer = server.accept();
        peer.setSoTimeout(Program.PATIENCE_SECONDS * 1000);
        return peer;
    }

    private static void assertFailsWith(Program telnet, String why) {
        var end = telnet.await();
        assertThat(end.err())
                .startsWith("sluice telnet: ")
                .containsIgnoringCase(why)
                .hasLineCount(1);
        assertThat(end.exit()).isEqualTo(1);
    }
}
