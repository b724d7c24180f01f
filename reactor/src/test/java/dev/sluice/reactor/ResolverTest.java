package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Names that are connected to, with a resolver that answers when and what the test wants.
class ResolverTest {
    private static final int THREADS = 8;

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final CountDownLatch answer = new CountDownLatch(1);
    private final CountDownLatch busy = new CountDownLatch(THREADS);
    private final Reactor reactor;

    ResolverTest() throws IOException {
        reactor =
                Reactor.builder().transport("nio").loops(1).lookup(this::lookUp).open();
    }

    private InetAddress[] lookUp(String name) throws UnknownHostException {
        asked.add(name);
        busy.countDown();
        if (name.equals("broken")) {
            throw new IllegalStateException("of a resolver that is plugged in");
        }
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        throw new UnknownHostException(name);
    }

    @AfterEach
    void close() {
        answer.countDown();
        reactor.close();
    }

    private Connect connect(String name) {
        return reactor.connect(InetSocketAddress.createUnresolved(name, 1), null, Options.none(), Duration.ZERO);
    }

    private static void fails(Connect connect, String... words) {
        Eventually.until("over", () -> connect.done().isReady());
        assertThatIOException().isThrownBy(connect::result).withMessageContainingAll(words);
    }

    private void keepAllThreadsBusy() throws InterruptedException {
        for (int i = 0; i < THREADS; i++) {
            connect("busy-" + i);
        }
        Eventually.happens(busy);
    }

    @Test
    void whateverAResolverThrowsFailsTheConnect() {
        fails(connect("broken"), "\"broken\"", "IllegalStateException", "plugged in");
    }

    @Test
    void namesThatNobodyWaitsForAreNotLookedUp() throws Exception {
        keepAllThreadsBusy();
        var abandoned = new ArrayList<Connect>();
        for (int i = 0; i < 20; i++) {
            abandoned.add(connect("abandoned-" + i));
        }
        var last = connect("last");
        abandoned.forEach(Connect::abandon);
        answer.countDown();
        fails(last, "[X-302]", "\"last\"");
        assertThat(asked).hasSize(THREADS + 1).contains("last");
    }

    @Test
    void moreNamesThanCanWaitAreRefused() throws Exception {
        keepAllThreadsBusy();
        for (int i = 0; i < Resolver.MOST_WAITING; i++) {
            connect("waits");
        }
        fails(connect("refused"), "\"refused\"", "wait to be resolved already");
        answer.countDown();
    }
}
