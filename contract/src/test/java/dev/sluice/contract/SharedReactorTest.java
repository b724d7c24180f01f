package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Child;
import dev.sluice.testing.Eventually;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SharedReactorTest {
    @Test
    void allShareOneThatCannotBeClosed() throws Exception {
        var shared = Reactor.shared();
        assertThat(Reactor.shared()).isSameAs(shared);
        assertThat(shared.loops()).hasSize(Runtime.getRuntime().availableProcessors());
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(shared::close)
                .withMessageContaining("shared");
        var ran = new CountDownLatch(1);
        shared.nextLoop().execute(ran::countDown);
        Eventually.happens(ran);
    }

    /// What the child runs, which may open few files.
    static final class FirstUse {
        private FirstUse() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            var open = new ArrayDeque<SocketChannel>();
            try {
                while (true) {
                    open.push(SocketChannel.open());
                }
            } catch (SocketException _) {
                open.pop().close(); // one is enough to load classes with, not to open a poller
            }
            try {
                Reactor.shared();
            } catch (UncheckedIOException e) {
                System.out.println(e.getMessage());
            }
            for (var channel : open) {
                channel.close();
            }
            var ran = new CountDownLatch(1);
            Reactor.shared().nextLoop().execute(ran::countDown);
            Eventually.happens(ran);
            System.out.println("works on " + Reactor.shared().transport().name());
        }
    }

    @Test
    void aSharedOneThatCannotBeOpenedIsTriedAgainByTheNext() throws Exception {
        assumeTrue(Child.hasShell(), "no shell");
        try (var child = new Child(
                Child.withDescriptors(64),
                List.of("--enable-native-access=ALL-UNNAMED", "-XX:ActiveProcessorCount=2"), // a loop each
                FirstUse.class)) {
            assertThat(child.toItsEnd())
                    .satisfiesExactly(
                            said -> assertThat(said)
                                    .startsWith("the shared reactor could not be opened")
                                    .contains("oo many open files"),
                            said -> assertThat(said).isEqualTo("works on " + best().name()));
        }
    }

    @Test
    void theBestTransportThatIsAvailableIsChosen() throws Exception {
        try (var reactor = Reactor.builder().loops(1).open()) {
            assertThat(reactor.transport().name()).isEqualTo(best().name());
        }
    }

    private static Transport best() {
        return Setup.all()
                .map(Setup::transport)
                .max(Comparator.comparingInt(Transport::preference))
                .orElseThrow();
    }

    @Test
    void aBuilderRefusesWhatCannotBe() {
        var builder = Reactor.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.loops(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.spin(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.blockedAfter(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.transport("pigeon"))
                .withMessageContainingAll("pigeon", "linux", "nio", "auto");
    }

    @Test
    void aReactorsNameBeginsTheNamesOfItsThreads() throws Exception {
        try (var reactor = Reactor.builder().name("mine").loops(1).open()) {
            assertThat(reactor).hasToString("mine");
            assertThat(reactor.loops().getFirst()).hasToString("mine-loop-1");
            assertThat(Thread.getAllStackTraces().keySet())
                    .anyMatch(thread -> thread.getName().equals("mine-loop-1") && thread.isDaemon());
        }
    }
}
