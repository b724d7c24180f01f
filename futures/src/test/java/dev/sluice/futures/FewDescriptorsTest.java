package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Child;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A process that runs out of descriptors while it accepts; checklist item 10.
@EveryTransport
@Timeout(120)
class FewDescriptorsTest {
    private static final int LIMIT = 128;
    private static final int CLIENTS = 200;

    private final Setup setup;

    FewDescriptorsTest(Setup setup) {
        this.setup = setup;
    }

    /// What the child runs.
    static final class EchoServer {
        private EchoServer() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            try (var reactor =
                    Reactor.builder().transport(arguments[0]).loops(1).open()) {
                var listener =
                        TcpSocket.create().on(reactor).bind(Net.loopback()).listen();
                System.out.println("port " + listener.localAddress().getPort());
                listener.incoming()
                        .onFailure(e -> System.out.println("failed " + e))
                        .forEach(socket -> socket.use(it -> AsyncIo.copy(it, it))
                                .onFailure(e -> System.out.println("failed " + e))
                                .spawn())
                        .await();
            }
        }
    }

    private static void assertEchoes(Socket client, Child child) {
        try {
            client.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        } catch (IOException e) {
            throw new AssertionError("no echo from the child, which says " + child.lines(), e);
        }
    }

    /// Item 10.
    @Test
    void incomingOutlivesAShortageOfDescriptors() throws Exception {
        boolean shell = Files.isExecutable(Path.of("/bin/sh"));
        if (!shell) {
            System.out.println("SKIPPED few descriptors: there is no /bin/sh to set the limit");
        }
        assumeTrue(shell, "no shell");
        var limited = List.of("/bin/sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "sh");
        var clients = new ArrayList<Socket>();
        try (var child = new Child(
                limited, List.of("--enable-native-access=ALL-UNNAMED"), EchoServer.class, setup.transport())) {
            int port = Integer.parseInt(child.said("port "));
            try (var first = new Socket(Net.LOOPBACK, port)) {
                assertEchoes(first, child); // a class that is needed for the first time is read from a file
            }
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(Net.LOOPBACK, port));
            }
            Eventually.until("it is told", () -> child.lines().stream().anyMatch(line -> line.contains("[X-204]")));
            assertEchoes(clients.getFirst(), child);
            var last = clients.subList(CLIENTS - 50, CLIENTS);
            for (var client : clients.subList(0, CLIENTS - 50)) {
                client.close();
            }
            for (var client : last) {
                assertEchoes(client, child);
            }
            assertThat(child.process.isAlive()).isTrue();
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
