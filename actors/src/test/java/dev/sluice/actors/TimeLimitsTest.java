package dev.sluice.actors;

import static dev.sluice.actors.Net.MUCH;
import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The limits of time that a connection may have.
@EveryTransport
class TimeLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(250);

    private final Net net;

    TimeLimitsTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    /// D56, D57.
    @Test
    void anIdleConnectionIsReset() throws Exception {
        var link = net.link(it -> it.withIdleTimeout(SHORT));
        var closed = link.handler().expect(ErrorClosed.class);
        assertThat(closed.exception())
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("250 ms");
        link.peer().findsAReset();
    }

    /// D57.
    @Test
    void aSilentPeerIsReset() throws Exception {
        var link = net.link(it -> it.withReadTimeout(SHORT));
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("that does not count")));
        assertThat(link.handler().expect(ErrorClosed.class).cause()).contains("read");
    }

    /// D57.
    @Test
    void silenceDoesNotCountWhileReadingIsSuspended() throws Exception {
        var silent = net.unregistered(it -> it.withReadTimeout(SHORT), it -> it);
        silent.handler().send(silent.connection(), new SuspendReading()); // before the time begins to run
        silent.handler().send(silent.connection(), new Register(silent.handler().ref()));
        silent.handler().settle(silent.connection());
        net.link(it -> it.withIdleTimeout(SHORT.multipliedBy(2))).handler().expect(ErrorClosed.class);
        silent.handler().settle(silent.connection());
    }

    /// D57.
    @Test
    void aPeerThatTakesNothingIsReset() throws Exception {
        var link = net.link(it -> it.withWriteTimeout(SHORT));
        link.handler().settle(link.connection()); // nothing to write, nothing to complain of
        link.handler().send(link.connection(), new Write(bytes(MUCH), "never"));
        assertThat(link.handler().expect(ErrorClosed.class).cause()).contains("taken nothing");
    }

    /// D57.
    @Test
    void aPeerThatTakesSlowlyIsServed() throws Exception {
        var link = net.link(it -> it.withWriteTimeout(Duration.ofSeconds(10)));
        link.makeBusy("all");
        assertThat(link.peer().read(MUCH).size()).isEqualTo(MUCH);
        link.handler().expectThis("all");
    }

    /// D56.
    @Test
    void limitsThatMakeNoSenseAreRefused() {
        var settings = net.setup.settings();
        assertThatThrownBy(() -> settings.withReceiveBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withTurnBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withWriteBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withIdleTimeout(SHORT.negated()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
