package dev.sluice.contract;

import static dev.sluice.reactor.StreamSocket.END;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.ListenSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import dev.sluice.testing.Child;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// F18: a process that runs out of descriptors while it accepts.
@EveryTransport
class FewDescriptorsTest {
    private static final int LIMIT = 128;
    private static final int CLIENTS = 200;

    private final Setup setup;

    FewDescriptorsTest(Setup setup) {
        this.setup = setup;
    }

    /// What the child runs: a thread a connection, each echoes.
    static final class EchoServer {
        private EchoServer() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            var builder = Reactor.builder().transport(arguments[0]).loops(1).blockedAfter(Duration.ZERO);
            var reactor = (arguments[1].equals("hosted") ? builder.hosted() : builder).open();
            var listener = reactor.listen(Net.loopback(), 2 * CLIENTS, Options.none(), Options.none());
            warmUp(reactor, listener);
            System.out.println("port " + ((InetSocketAddress) listener.localAddress()).getPort());
            while (true) {
                var accepted = acceptPatiently(listener);
                Thread.ofVirtual().start(() -> echo(accepted));
            }
        }

        /// A class that is needed for the first time is read from a file.
        private static void warmUp(Reactor reactor, ListenSocket listener) throws Exception {
            var connect = reactor.connect(listener.localAddress(), null, Options.none(), Duration.ZERO);
            var accepted = acceptPatiently(listener);
            var echo = Thread.ofVirtual().start(() -> echo(accepted));
            try (var near = Blocking.result(connect)) {
                Blocking.write(near, new byte[1]);
                Blocking.readExactly(near, 1);
            }
            echo.join();
        }

        private static StreamSocket acceptPatiently(ListenSocket listener) throws IOException {
            var waiter = new Unparked(Thread.currentThread());
            while (true) {
                var accepted = listener.accept();
                if (accepted != null) {
                    listener.input().forget(waiter);
                    return accepted;
                }
                if (listener.input().await(waiter)) {
                    LockSupport.park(); // woken in vain does no harm
                }
            }
        }

        private static void echo(StreamSocket socket) {
            try (socket) {
                var buffer = ByteBuffer.allocate(100);
                while (Blocking.read(socket, buffer.clear()) != END) {
                    Blocking.write(socket, buffer.flip());
                }
            } catch (IOException e) {
                System.out.println("failed " + e);
            }
        }

        private record Unparked(Thread thread) implements Waiter {
            @Override
            public void wake() {
                LockSupport.unpark(thread);
            }
        }
    }

    @Test
    void acceptingRestsAndGoesOnByItself() throws Exception {
        assumeTrue(Child.hasShell(), "no shell");
        var clients = new ArrayList<Socket>();
        try (var child = new Child(
                Child.withDescriptors(LIMIT),
                List.of("--enable-native-access=ALL-UNNAMED"),
                EchoServer.class,
                setup.transport().name(),
                setup.hosted() ? "hosted" : "dedicated")) {
            int port = Integer.parseInt(child.said("port "));
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(Net.ip("127.0.0.1"), port));
            }
            Eventually.until("it is told", () -> child.lines().stream().anyMatch(line -> line.contains("[X-204]")));
            for (int i = 0; i < 10; i++) { // those that were there before
                child.assertEchoes(clients.get(i));
            }
            assertRests(child);

            var last = clients.subList(CLIENTS - 50, CLIENTS);
            for (var client : clients.subList(0, CLIENTS - 50)) {
                client.close();
            }
            for (var client : last) {
                child.assertEchoes(client);
            }
            var warnings = child.lines().stream()
                    .filter(line -> line.contains("WARNING") || line.contains("SEVERE"))
                    .toList();
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("[X-204]", "127.0.0.1:" + port, "oo many open files", "ulimit -n");
            if (setup.transport().name().equals("linux")) {
                assertThat(warnings.getFirst()).contains("limit " + LIMIT + ", hard limit");
            }
            assertThat(child.lines()).noneMatch(line -> line.startsWith("failed ") || line.contains("Exception"));
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    /// Less than a fifth of a processor, in some window; one that tries without rest takes all of it.
    private static void assertRests(Child child) {
        var window = Duration.ofMillis(300);
        Eventually.until("it rests", () -> {
            var before = cpu(child);
            long end = System.nanoTime() + window.toNanos();
            for (long left; (left = end - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
            return cpu(child).minus(before).compareTo(window.dividedBy(5)) < 0;
        });
    }

    private static Duration cpu(Child child) {
        return child.process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
