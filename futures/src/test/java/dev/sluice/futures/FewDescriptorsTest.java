package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Child;
import dev.sluice.testing.Eventually;
import java.net.Socket;
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

    /// Item 10.
    @Test
    void incomingOutlivesAShortageOfDescriptors() throws Exception {
        assumeTrue(Child.hasShell(), "no shell");
        var clients = new ArrayList<Socket>();
        try (var child = new Child(
                Child.withDescriptors(LIMIT),
                List.of("--enable-native-access=ALL-UNNAMED"),
                EchoServer.class,
                setup.transport())) {
            int port = Integer.parseInt(child.said("port "));
            try (var first = new Socket(Net.LOOPBACK, port)) {
                child.assertEchoes(first); // a class that is needed for the first time is read from a file
            }
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(Net.LOOPBACK, port));
            }
            Eventually.until("it is told", () -> child.lines().stream().anyMatch(line -> line.contains("[X-204]")));
            child.assertEchoes(clients.getFirst());
            var last = clients.subList(CLIENTS - 50, CLIENTS);
            for (var client : clients.subList(0, CLIENTS - 50)) {
                client.close();
            }
            for (var client : last) {
                child.assertEchoes(client);
            }
            assertThat(child.process.isAlive()).isTrue();
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
