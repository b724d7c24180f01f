package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Eventually;
import java.time.Duration;
import java.util.Comparator;
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

    @Test
    void theBestTransportThatIsAvailableIsChosen() throws Exception {
        var best = Setup.all().map(Setup::transport).max(Comparator.comparingInt(t -> t.preference()));
        try (var reactor = Reactor.builder().loops(1).open()) {
            assertThat(reactor.transport().name()).isEqualTo(best.orElseThrow().name());
        }
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
