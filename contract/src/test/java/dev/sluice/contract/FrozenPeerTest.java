package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.testing.Child;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A peer whose process stands still: its system answers, it does not.
@EveryTransport
class FrozenPeerTest {
    private final Net net;
    private final Setup setup;

    FrozenPeerTest(Setup setup) {
        this.setup = setup;
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static boolean signal(String name, Child child) throws InterruptedException {
        try {
            var process = new ProcessBuilder("kill", "-" + name, Long.toString(child.process.pid()))
                    .redirectErrorStream(true)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false; // there is no such program
        }
    }

    @Test
    void whatWasSentArrivesWhenItGoesOnAndTimersFireMeanwhile() throws Exception {
        try (var child = new Child(
                List.of(),
                List.of("--enable-native-access=ALL-UNNAMED"),
                FewDescriptorsTest.EchoServer.class,
                setup.transport().name(),
                setup.hosted() ? "hosted" : "dedicated")) {
            var address = Net.at("127.0.0.1", Integer.parseInt(child.said("port ")));
            var socket = Blocking.result(net.connect(address));
            var before = Net.noise(100);
            Blocking.write(socket, before);
            assertThat(Blocking.readExactly(socket, 100)).isEqualTo(before);

            boolean possible = signal("STOP", child);
            if (!possible) {
                System.out.println("SKIPPED a frozen peer on " + setup + ": there is no kill(1)");
            }
            assumeTrue(possible, "no kill");
            try {
                int sent = Math.toIntExact(Blocking.fill(socket)); // until its window is zero
                assertThat(sent).isPositive();
                var reading = Eventually.async(() -> Blocking.readExactly(socket, sent));
                var late = Blocking.result(net.connect(address)); // its system accepts
                var fired = new CountDownLatch(2);
                var loop = socket.loop();
                for (long millis : new long[] {1, 50}) {
                    loop.timer(fired::countDown).set(loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
                }
                Eventually.happens(fired);
                assertThat(reading.isDone()).isFalse();
                assertThat(socket.output().isReady()).isFalse();
                assertThat(socket.peerClosed().isReady()).isFalse();

                assertThat(signal("CONT", child)).isTrue();
                assertThat(Eventually.get(reading)).hasSize(sent);
                Blocking.write(late, before);
                assertThat(Blocking.readExactly(late, 100)).isEqualTo(before);
                Blocking.write(socket, before);
                assertThat(Blocking.readExactly(socket, 100)).isEqualTo(before);
            } finally {
                signal("CONT", child);
            }
        }
    }
}
