package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Child;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Networks that fail, and settings of a whole host, in a namespace of a child's own that has nothing but loopback:
/// no packet leaves the machine.
@Tag("root")
@EveryTransport
class NamespaceTest {
    private static final String UNREACHABLE = "198.51.100.1";

    private final Setup setup;

    NamespaceTest(Setup setup) {
        this.setup = setup;
    }

    /// What the child runs: connects to each address in turn, three seconds each, and says how it ended.
    static final class Connector {
        private Connector() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            try (var reactor = reactor(arguments)) {
                for (int i = 2; i < arguments.length; i++) {
                    var remote = new InetSocketAddress(Net.ip(arguments[i]), 80);
                    var connect = reactor.connect(remote, null, Options.none(), Duration.ofSeconds(3));
                    try {
                        Blocking.result(connect).close();
                        System.out.println("connected");
                    } catch (IOException e) {
                        System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
                    }
                }
                System.out.println("open " + reactor.openSockets());
            }
        }
    }

    /// What the child runs: sockets at `::` with peers at 127.0.0.1.
    static final class DualStack {
        private DualStack() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            var any = new InetSocketAddress(Net.ip("::"), 0);
            try (var reactor = reactor(arguments);
                    var listener = reactor.listen(any, 1, Options.none(), Options.none());
                    var datagrams = reactor.datagram(any, Options.none());
                    var peer = reactor.datagram(Net.loopback(), Options.none())) {
                var connect = reactor.connect(ipv4(listener.localAddress()), null, Options.none(), Duration.ZERO);
                System.out.println("connected " + Blocking.result(connect).remoteAddress());
                var room = ByteBuffer.allocate(10);
                peer.send(ByteBuffer.allocate(5), Peer.of(ipv4(datagrams.localAddress())));
                var from = new Peer();
                System.out.println("received " + Blocking.receive(datagrams, room, from));
                datagrams.send(room.flip(), from);
                System.out.println("answered " + Blocking.receive(peer, room.clear(), from));
            }
        }

        private static InetSocketAddress ipv4(SocketAddress any) {
            return new InetSocketAddress(Net.ip("127.0.0.1"), ((InetSocketAddress) any).getPort());
        }
    }

    private static Reactor reactor(String[] arguments) throws IOException {
        var builder = Reactor.builder().transport(arguments[0]).loops(1).blockedAfter(Duration.ZERO);
        return (arguments[1].equals("hosted") ? builder.hosted() : builder).open();
    }

    private List<String> runIn(String command, Class<?> main, String... more) throws Exception {
        boolean possible = canUnshare();
        if (!possible) {
            System.out.println("SKIPPED networks of its own on " + setup + ": `unshare -n` needs root");
        }
        assumeTrue(possible, "no network namespace");
        var arguments = new ArrayList<>(List.of(setup.transport().name(), setup.hosted() ? "hosted" : "dedicated"));
        arguments.addAll(List.of(more));
        try (var child = new Child(
                List.of("unshare", "-n", "/bin/sh", "-c", command + "; exec \"$@\"", "sh"),
                List.of("--enable-native-access=ALL-UNNAMED"),
                main,
                arguments.toArray(String[]::new))) {
            return child.toItsEnd();
        }
    }

    private static boolean canUnshare() throws InterruptedException {
        try {
            var process = new ProcessBuilder("unshare", "-n", "true")
                    .redirectErrorStream(true)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false; // there is no such program
        }
    }

    /// F21.
    @Test
    void whatCannotBeReachedIsToldAtOnce() throws Exception {
        assertThat(runIn("true", Connector.class, UNREACHABLE, "127.0.0.1"))
                .hasSize(3)
                .satisfies(said -> {
                    assertThat(said.get(0))
                            .contains("connect to " + UNREACHABLE + ":80 failed")
                            .containsIgnoringCase("unreachable");
                    // Not even loopback is up.
                    assertThat(said.get(1))
                            .contains("connect to 127.0.0.1:80 failed")
                            .containsIgnoringCase("unreachable");
                    assertThat(said.get(2)).isEqualTo("open 0");
                });
    }

    @Test
    void aRefusedPortIsToldInANamespaceToo() throws Exception {
        assertThat(runIn("ip link set lo up", Connector.class, "127.0.0.1"))
                .hasSize(2)
                .satisfies(said -> assertThat(said.get(0))
                        .startsWith("ConnectException connect to 127.0.0.1:80 failed")
                        .containsIgnoringCase("refused"));
    }

    @Test
    void aWildcardIpv6SocketHasIpv4PeersWhateverTheHostsDefault() throws Exception {
        assertThat(runIn("ip link set lo up; echo 1 > /proc/sys/net/ipv6/bindv6only", DualStack.class))
                .satisfiesExactly(
                        said -> assertThat(said).startsWith("connected /127.0.0.1:"),
                        said -> assertThat(said).isEqualTo("received 5"),
                        said -> assertThat(said).isEqualTo("answered 5"));
    }
}
