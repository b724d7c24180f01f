package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.testing.Eventually;
import dev.sluice.testing.Logged;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A shortage of descriptors, on a handle that has one when it is told to.
class ListenSocketTest {
    private final Reactor reactor;
    private final EventLoop loop;
    private final ListenSocket listener;
    private final Logged logged = new Logged();

    /// What the handle gives.
    private enum Next {
        NOTHING,
        CONNECTION,
        SHORTAGE
    }

    private volatile Next next = Next.SHORTAGE;

    ListenSocketTest() throws IOException {
        reactor = Reactor.builder()
                .transport("nio")
                .loops(1)
                .blockedAfter(Duration.ZERO)
                .open();
        loop = reactor.nextLoop();
        var handle = handle(ListenHandle.class, this::accept);
        listener = new ListenSocket(loop, handle, Options.none()).open();
    }

    @AfterEach
    void close() {
        reactor.close();
        logged.close();
    }

    private interface Accept {
        @Nullable
        StreamHandle next() throws IOException;
    }

    private static <H> H handle(Class<H> type, Accept accept) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "accept" -> accept.next();
                    case "localAddress" -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
                    case "supportedOptions" -> Set.of();
                    default -> method.isDefault() ? InvocationHandler.invokeDefault(proxy, method, arguments) : null;
                }));
    }

    private @Nullable StreamHandle accept() throws IOException {
        return switch (next) {
            case NOTHING -> null;
            case CONNECTION -> {
                next = Next.NOTHING;
                yield handle(StreamHandle.class, () -> null);
            }
            case SHORTAGE -> throw new OutOfDescriptorsException("too many open files");
        };
    }

    /// On the loop, where the rest cannot end meanwhile.
    private void assertRestsFor(Duration expected) throws Exception {
        Eventually.until("accepting is worth while", listener.input()::isReady);
        var resting = new FutureTask<>(() -> {
            long before = loop.nanoTime();
            assertThat(listener.accept()).isNull();
            long end = loop.timers().nextNanos();
            assertThat(Duration.ofNanos(end - before)).isGreaterThanOrEqualTo(expected);
            assertThat(Duration.ofNanos(end - loop.nanoTime())).isLessThanOrEqualTo(expected);
            assertThat(listener.input().isReady()).isFalse();
            listener.ready(ListenSocket.READ); // somebody else connects meanwhile
            return listener.input().isReady();
        });
        loop.execute(resting);
        assertThat(Eventually.get(resting)).isFalse();
    }

    @Test
    void restsGrowUpToASecondAndAreToldOnce() throws Exception {
        for (int millis : new int[] {100, 200, 400, 800, 1000}) {
            assertRestsFor(Duration.ofMillis(millis));
        }
        assertThat(logged.lines(Level.WARNING)).singleElement(as(STRING)).contains("[X-204]", "127.0.0.1:1");
    }

    @Test
    void theShortageAfterARecoveryIsAnotherOne() throws Exception {
        assertRestsFor(Duration.ofMillis(100));
        assertRestsFor(Duration.ofMillis(200));
        next = Next.CONNECTION;
        Eventually.until("accepting is worth while", listener.input()::isReady);
        assertThat(listener.accept()).isNotNull();
        next = Next.SHORTAGE;
        assertRestsFor(Duration.ofMillis(100));
        assertThat(logged.lines(Level.WARNING))
                .as("not all have been taken yet")
                .hasSize(1);
        next = Next.CONNECTION;
        Eventually.until("accepting is worth while", listener.input()::isReady);
        assertThat(listener.accept()).isNotNull();
        assertThat(listener.accept()).as("all have been taken").isNull();
        next = Next.SHORTAGE;
        listener.ready(ListenSocket.READ);
        assertRestsFor(Duration.ofMillis(100));
        assertThat(logged.lines(Level.WARNING)).hasSize(2);
    }
}
