package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Clients that others have written, against the echo server.
class RealClientsTest {
    private static final String TEXT = "first line\nsecond line\nand no end of the third";

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void netcat(String transport) throws Exception {
        requires("nc", "-N"); // the one of OpenBSD: ends the sending at the end of the input
        comesBack(transport, "nc", "-N", "127.0.0.1", "PORT");
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void socat(String transport) throws Exception {
        requires("socat", "TCP");
        comesBack(transport, "socat", "-t", "" + Program.PATIENCE_SECONDS, "-", "TCP:127.0.0.1:PORT");
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void netcatWithDatagrams(String transport) throws Exception {
        requires("nc", "-N");
        datagramComesBack(transport, "nc", "-u", "-w", "" + Program.PATIENCE_SECONDS, "127.0.0.1", "PORT");
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.cli.Transports#available")
    void socatWithDatagrams(String transport) throws Exception {
        requires("socat", "UDP");
        datagramComesBack(transport, "socat", "-", "UDP:127.0.0.1:PORT");
    }

    /// The client does not end by itself: datagrams have no end.
    private static void datagramComesBack(String transport, String... client) throws IOException {
        try (var echo = Program.sluice("echo", "--udp", "--transport", transport)) {
            String port = String.valueOf(echo.port());
            client[client.length - 1] = client[client.length - 1].replace("PORT", port);
            try (var program = Program.start(client)) {
                for (var line : List.of("first line", "second line")) {
                    program.input().write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
                    program.input().flush();
                    assertThat(program.readLine()).isEqualTo(line);
                }
            }
        }
    }

    private static void comesBack(String transport, String... client) throws IOException {
        try (var echo = Program.sluice("echo", "--transport", transport)) {
            String port = String.valueOf(echo.port());
            for (int i = 0; i < client.length; i++) {
                client[i] = client[i].replace("PORT", port);
            }
            try (var program = Program.start(client).given(TEXT)) {
                var end = program.await();
                assertThat(end.out()).isEqualTo(TEXT);
                assertThat(end.exit()).isZero();
            }
        }
    }

    private static void requires(String program, String helpNames) {
        boolean present;
        try (var help = Program.start(program, "-h")) {
            var end = help.await();
            present = (end.out() + end.err()).contains(helpNames);
        } catch (IOException _) {
            present = false;
        }
        if (!present) {
            System.out.println("SKIPPED " + program + ": not installed, or another one of that name");
        }
        assumeTrue(present);
    }
}
