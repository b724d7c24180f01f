package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

/// With the one transport of this module. See the contract for a choice among several.
class TransportsTest {
    @Test
    void aTransportIsFoundByItsName() {
        assertThat(Transports.named("nio").name()).isEqualTo("nio");
        assertThat(Transports.best().name()).isEqualTo("nio");
    }

    @Test
    void anUnknownNameIsToldWithTheKnownOnes() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Reactor.builder().transport("kqueue"))
                .withMessageContainingAll("\"kqueue\"", "auto", "nio");
    }

    @Test
    void autoIsTheBestThatIsAvailable() throws Exception {
        try (var reactor =
                Reactor.builder().transport("nio").transport("auto").loops(1).open()) {
            assertThat(reactor.transport().name()).isEqualTo("nio");
        }
    }
}
