package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "echo --transport carrier-pigeon, no transport \"carrier-pigeon\"; there are auto, linux, nio",
        "echo --face smiley, --face",
        "echo --loops 0, 0 loops",
        "echo --port 65536, 65536",
        "echo --nonsense, --nonsense",
        "demo --seconds 0, --seconds must be more than 0",
        "demo --seconds -1, --seconds must be more than 0",
        "telnet localhost, PORT",
        "telnet localhost http, http",
        "nonsense, nonsense"
    })
    void misuseIsToldInOneLineWithCode2(String command, String told) {
        assertThat(run(command.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("sluice").contains(told).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpNamesTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("demo", "echo", "telnet");
    }

    @Test
    void versionNamesTheOneOfTheBuildAndOfJava() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("sluice \\d\\S* on Java 2\\d\\S*\\R");
    }

    @Test
    void demoVerifiesEachFaceOnEachTransport() {
        assertThat(run("demo", "--seconds", "0.1"))
                .describedAs("%s%s", out, err)
                .isZero();
        for (var face : Face.values()) {
            Transports.available()
                    .forEach(transport -> assertThat(out.toString())
                            .containsPattern("(?m)^" + face + " +" + transport + " +ping-pong +200 +[1-9].* 0$")
                            .containsPattern("(?m)^" + face + " +" + transport + " +pipelined +16 +[1-9].* 0$")
                            .containsPattern("(?m)^" + face + " +" + transport + " +datagrams +16 +[1-9].* 0$"));
        }
        assertThat(out.toString()).contains("messages came back intact.").doesNotContain("\r", "FAILED");
    }

    @Test
    void demoTellsWhyATransportIsNotAvailable() throws Exception {
        try (var demo = Program.java(List.of("--illegal-native-access=deny"), "demo", "--seconds", "0.1")) {
            var end = demo.await();
            assertThat(end.out())
                    .containsPattern("(?m)^sockets +linux +not available: \\[X-10\\d]")
                    .containsPattern("(?m)^sockets +nio +ping-pong +200 +[1-9].* 0$");
            assertThat(end.exit()).isZero();
        }
    }
}
