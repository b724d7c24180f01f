package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The load generator against servers in this process: one that echoes, and some that do not.
class GeneratorTest {
    private static final double SHORT = 0.2;
    private static final long SELF = ProcessHandle.current().pid();

    @ParameterizedTest
    @ValueSource(strings = {"1x8x1", "3x64x1", "3x64x16", "2x65536x4", "1x1000000x2"})
    void closedLoopVerifiesWhatComesBack(String shape) throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            generator.startClosed(Shape.of(shape));
            await(generator, 20);
            var measured = generator.measure(0, SHORT, SELF);
            assertThat(measured.errors()).isZero();
            assertThat(measured.seconds()).isGreaterThanOrEqualTo(SHORT);
        }
    }

    /// To ask is a turn of the generator's loop, in which messages go on.
    private static void await(Generator generator, long messages) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (generator.messages() < messages) {
            assertThat(System.nanoTime() - deadline)
                    .as("time for %d messages", messages)
                    .isNegative();
        }
    }

    /// Counted on the loop's thread, over many messages: there the compiler has to have removed what it can.
    @ParameterizedTest
    @ValueSource(strings = {"8x64x1", "8x64x16"})
    @EnabledOnOs(OS.LINUX)
    void nothingIsAllocatedForAMessage(String shape) throws Exception {
        int messages = 5_000;
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "linux", false)) {
            generator.startClosed(Shape.of(shape));
            long loop = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("load-loop-1"))
                    .findFirst()
                    .orElseThrow()
                    .threadId();
            double each = Double.MAX_VALUE;
            for (int i = 0; i < 100 && each >= 0.5; i++) {
                long before = threads.getThreadAllocatedBytes(loop);
                server.awaitEchoed(messages * 64);
                each = (double) (threads.getThreadAllocatedBytes(loop) - before) / messages;
            }
            assertThat(each).as("bytes per message").isLessThan(0.5);
        }
    }

    private static void awaitErrors(Generator generator, int errors) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (long seen = 0;
                seen < errors;
                seen += generator.measure(0, 0.01, SELF).errors()) {
            assertThat(System.nanoTime() - deadline)
                    .as("time for %d errors", errors)
                    .isNegative();
        }
        assertThat(generator.measure(0, 0.01, SELF).errors())
                .as("after they have been told")
                .isZero();
        assertThat(generator.messages()).as("after the last error").isZero();
    }

    @Test
    void messagesGoOnAfterTheMeasurement() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            generator.startClosed(Shape.of("2x64x1"));
            generator.measure(0, SHORT, SELF);
            await(generator, generator.messages() + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3x64x1", "3x64x16", "2x65536x4"})
    void closedLoopCanEndAndBeginAgain(String shape) throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            int connections = Shape.of(shape).connections();
            for (int turn = 1; turn <= 2; turn++) {
                generator.startClosed(Shape.of(shape));
                await(generator, generator.messages() + 20);
                generator.end();
                assertThat(server.ended()).isEqualTo(turn * connections);
            }
            assertThat(generator.measure(0, 0.01, SELF).errors()).isZero();
            assertThat(generator.messages()).isZero();
        }
    }

    @Test
    void churnEndsWithItsLastConnection() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            generator.startChurn(4, 64);
            await(generator, 20);
            generator.end();
            int accepted = server.accepted();
            assertThat(generator.measure(0, SHORT, SELF))
                    .matches(measured -> measured.errors() == 0 && measured.messages() == 0);
            assertThat(server.accepted()).isEqualTo(accepted);
        }
    }

    @Test
    void openLoopCanEnd() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", true)) {
            generator.startOpen(2, 64, 1000);
            await(generator, 20);
            generator.end();
            assertThat(server.ended()).isEqualTo(2);
            assertThat(generator.measure(0, 0.01, SELF).errors()).isZero();
        }
    }

    /// In the header, in the first byte after it, and in the last.
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 63})
    void corruptedAnswerIsAnError(int at) throws Exception {
        try (var server = EchoServer.corrupting(64 * 5 + at);
                var generator = new Generator(server.address(), "auto", false)) {
            generator.startClosed(Shape.of("1x64x1"));
            awaitErrors(generator, 1);
        }
    }

    @Test
    void connectionThatTheServerClosesIsAnError() throws Exception {
        try (var server = EchoServer.closingAfter(64 * 5 + 10);
                var generator = new Generator(server.address(), "auto", false)) {
            generator.startClosed(Shape.of("2x64x1"));
            awaitErrors(generator, 2);
        }
    }

    /// In a closed loop only the two messages in flight would have waited for the server.
    @Test
    void openLoopCountsFromWhenAMessageWasDue() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", true)) {
            server.stall();
            generator.startOpen(2, 64, 1000);
            var measuring = generator.measuring(0, 2, SELF);
            generator.measure(0, SHORT, SELF); // 200 messages have become due
            server.goOn();
            var measured = measuring.join();
            assertThat(measured.errors()).isZero();
            var latency = Objects.requireNonNull(measured.latency());
            assertThat(latency.at(97)).isGreaterThan(20_000);
            assertThat(latency.at(100)).isGreaterThan(SHORT * 0.9e6);
        }
    }

    /// The rate begins a second after the connections stand.
    @Test
    void openLoopIsMeasuredFromItsFirstMessageOn() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", true)) {
            generator.startOpen(2, 64, 1000);
            assertThat(generator.measure(0, SHORT, SELF).messages()).isPositive();
        }
    }

    @Test
    void churnOpensAConnectionForEachMessage() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            generator.prepare(100);
            assertThat(server.accepted()).isEqualTo(100);
            generator.startChurn(4, 64);
            var measured = generator.measure(0, SHORT, SELF);
            assertThat(measured.errors()).isZero();
            assertThat(measured.messages()).isPositive();
            assertThat(server.accepted()).isGreaterThan((int) measured.messages());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void idleConnectionsMustAllAnswer() throws Exception {
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            var measured = generator.measureIdle(150, SELF);
            assertThat(measured.errors()).isZero();
            assertThat(measured.connectionBytes()).isNotNull();
            assertThat(server.accepted()).isEqualTo(150);
            assertThat(server.ended()).isZero();
            generator.end();
            assertThat(server.ended()).isEqualTo(150);
        }
    }

    @Test
    void serverThatIsGoneIsAFailure() throws Exception {
        var address = EchoServer.faithful();
        address.close();
        try (var generator = new Generator(address.address(), "auto", false)) {
            assertThatThrownBy(() -> generator.startClosed(Shape.of("2x64x1")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("refused");
        }
    }

    @Test
    void processThatIsGoneIsAFailure() throws Exception {
        var gone = new ProcessBuilder("true").start();
        gone.waitFor();
        try (var server = EchoServer.faithful();
                var generator = new Generator(server.address(), "auto", false)) {
            generator.startClosed(Shape.of("1x64x1"));
            assertThatThrownBy(() -> generator.measure(0, SHORT, gone.pid()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has ended");
        }
    }
}
