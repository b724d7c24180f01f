package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void addingAnOptionLeavesTheOldOnesAlone() {
        var before = Options.none().with(StandardSocketOptions.SO_RCVBUF, 1);
        var after = before.with(StandardSocketOptions.SO_SNDBUF, 2).with(StandardSocketOptions.SO_RCVBUF, 3);
        assertThat(before).hasToString("{SO_RCVBUF=1}");
        assertThat(after).hasToString("{SO_RCVBUF=3, SO_SNDBUF=2}");
        assertThat(Options.none()).hasToString("{}");
    }

    @Test
    @SuppressWarnings("unchecked")
    void aValueOfTheWrongTypeIsRefusedAtOnce() {
        var confused = (SocketOption<Object>) (SocketOption<?>) StandardSocketOptions.TCP_NODELAY;
        assertThatExceptionOfType(ClassCastException.class)
                .isThrownBy(() -> Options.none().with(confused, "yes"));
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void noOptionIsNull() {
        assertThatNullPointerException().isThrownBy(() -> Options.none().with(null, 1));
    }

    @Test
    void anOptionThatTheTransportLacksIsRefusedWithBothNames() throws Exception {
        try (var reactor = Reactor.builder().transport("nio").loops(1).open()) {
            var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> reactor.listen(
                            any, 1, Options.none().with(MoreSocketOptions.TCP_CORK, true), Options.none()))
                    .withMessageContainingAll("nio", "TCP_CORK");
            assertThat(reactor.openSockets()).isZero();
        }
    }
}
