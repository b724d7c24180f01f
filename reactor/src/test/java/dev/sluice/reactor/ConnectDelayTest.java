package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// RFC 8305, section 5, with addresses that never answer.
class ConnectDelayTest {
    private static final Duration DELAY = Duration.ofMillis(250);

    /// An attempt that has begun.
    ///
    /// @param nextNanos when the loop was to begin the next one then
    private record Attempt(SocketAddress address, long beganNanos, long nextNanos) {}

    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();

    private Object begin(SocketAddress address) {
        var its = Objects.requireNonNull(EventLoop.current(), "not on a loop");
        attempts.add(new Attempt(address, its.nanoTime(), its.timers().nextNanos()));
        return false; // no answer yet
    }

    private StreamHandle silent() {
        return (StreamHandle) Proxy.newProxyInstance(
                StreamHandle.class.getClassLoader(),
                new Class<?>[] {StreamHandle.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "connect" -> begin((SocketAddress) arguments[0]);
                    case "supportedOptions" -> Set.of();
                    default -> method.isDefault() ? InvocationHandler.invokeDefault(proxy, method, arguments) : null;
                });
    }

    @Test
    void theNextAddressWaitsForAQuarterOfASecond() throws Exception {
        var addresses = new InetAddress[] {InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("192.0.2.1")};
        var silent = Between.put(
                Transports.named("nio"),
                call -> call.name().equals("openStream") ? silent() : call.real(),
                Transport.class,
                Poller.class);
        try (var reactor = Reactor.builder()
                .transport(silent)
                .lookup(_ -> addresses)
                .loops(1)
                .blockedAfter(Duration.ZERO)
                .open()) {
            long asked = reactor.nextLoop().nanoTime();
            var connect = reactor.connect(
                    InetSocketAddress.createUnresolved("two.example", 443), null, Options.none(), Duration.ZERO);
            Eventually.until("both are tried", () -> attempts.size() == 2);
            connect.abandon();

            var first = attempts.getFirst();
            assertThat(first.address).isEqualTo(new InetSocketAddress(addresses[0], 443));
            assertThat(Duration.ofNanos(first.nextNanos - asked)).isGreaterThanOrEqualTo(DELAY);
            assertThat(Duration.ofNanos(first.nextNanos - first.beganNanos)).isLessThanOrEqualTo(DELAY);
            var second = attempts.getLast();
            assertThat(second.address).isEqualTo(new InetSocketAddress(addresses[1], 443));
            assertThat(second.beganNanos).isGreaterThanOrEqualTo(first.nextNanos);
        }
    }
}
