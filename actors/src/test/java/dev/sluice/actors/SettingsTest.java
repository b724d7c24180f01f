package dev.sluice.actors;

import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.WritePath;
import dev.sluice.testing.Between;
import dev.sluice.testing.Eventually;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The keys of the configuration. What a limit of connections does is in the tests of reading, writing, and time
/// limits; here is that it comes from its key.
@Timeout(60)
class SettingsTest {
    private @Nullable ActorSystem system;

    private ActorSystem start(String config, org.apache.pekko.actor.setup.Setup... setups) {
        var started = Setup.NIO.start(config, setups);
        system = started;
        return started;
    }

    @AfterEach
    void close() {
        if (system != null) {
            var _ = system.terminate();
            var _ = system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
        }
    }

    /// Without those of dispatchers, which are Pekko's to read when somebody runs on them.
    static Stream<String> keys() {
        var ours = ConfigFactory.parseResources(SettingsTest.class.getClassLoader(), "reference.conf")
                .getConfig("sluice.io");
        return ours.entrySet().stream()
                .map(it -> it.getKey())
                .filter(key -> !key.startsWith("handler-dispatcher."))
                .map(key -> "sluice.io." + key)
                .sorted();
    }

    /// D55.
    @ParameterizedTest
    @MethodSource("keys")
    void eachKeyIsReadAndNamedWhenItsValueIsNone(String key) {
        var started = start(key + " = { no = value }");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> {
                    var _ = Tcp.get(started);
                    var _ = Udp.get(started);
                    var _ = UdpConnected.get(started);
                })
                .withMessageContaining(key.substring(key.lastIndexOf('.') + 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp.max-channels = 0",
                "tcp.batch-accept-limit = 0",
                "tcp.direct-buffer-size = 0",
                "tcp.max-received-message-size = 0",
                "tcp.file-io-transferTo-limit = 0",
                "udp.receive-throughput = 0",
                "udp.direct-buffer-size = 0",
                "udp-connected.max-channels = -1",
                "loops = 0",
                "loop-throughput = 0"
            })
    void aNumberThatMakesNoSenseIsRefused(String setting) {
        var started = start("sluice.io." + setting);
        assertThatIllegalArgumentException().isThrownBy(() -> {
            var _ = Tcp.get(started);
            var _ = Udp.get(started);
            var _ = UdpConnected.get(started);
        });
    }

    /// B063, D56, D57.
    @Test
    void theLimitsOfConnectionsComeFromTheConfiguration() {
        var tcp = Tcp.get(start("""
                sluice.io.tcp {
                  direct-buffer-size = 1 KiB, max-received-message-size = 2 KiB, write-bound = 3 KiB
                  register-timeout = 4s, idle-timeout = 5s, read-timeout = 6s, write-timeout = 7s, close-timeout = 8s
                }"""));
        assertThat(tcp.settings())
                .isEqualTo(new ConnectionSettings(
                        1024,
                        2048,
                        3072,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(8)));
    }

    @Test
    void aConnectionWithoutLimitsOfItsOwnHasThose() throws Exception {
        var started = start("sluice.io.tcp { direct-buffer-size = 100, register-timeout = 300ms }");
        try (var net = new Net(Setup.NIO, started)) {
            var handler = net.probe();
            // Registered at once, however slow the machine is.
            var bound = net.bound(handler, Net.bind(handler).withHandlers(_ -> handler.ref()));
            var peer = net.peer(bound.localAddress());
            handler.expect(Connected.class);
            peer.write(bytes(1_000));
            assertThat(handler.expect(Received.class).data().size()).isEqualTo(100);
            var client = net.probe();
            client.send(net.manager, new Tcp.Connect(bound.localAddress()));
            client.expect(Connected.class);
            assertThat(client.expect(ErrorClosed.class).cause()).contains("300 ms");
        }
    }

    /// B063, B119.
    @Test
    void whatIsOffUnlimitedOrOneWrite() {
        var tcp = Tcp.get(start("""
                sluice.io.tcp { register-timeout = infinite, max-received-message-size = unlimited, idle-timeout = off
                  write-bound = one-write, file-io-transferTo-limit = unlimited, max-channels = unlimited }"""));
        assertThat(tcp.settings().registerTimeout()).isZero();
        assertThat(tcp.settings().idleTimeout()).isZero();
        assertThat(tcp.settings().turnBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(tcp.settings().writeBytes()).isZero();
        assertThat(tcp.fileSliceBytes()).isEqualTo(Long.MAX_VALUE);
    }

    /// D42.
    @Test
    void thereAreAsManyLoopsAsTheSettingSaysAndConnectionsAreSpreadOverThem() throws Exception {
        assertThat(Tcp.get(start("sluice.io.loops = 3")).reactor().loops()).hasSize(3);
        try (var net = new Net(Setup.NIO, Objects.requireNonNull(system))) {
            var handler = net.probe();
            var bound = net.bound(handler, Net.bind(handler));
            var loops = new HashSet<String>();
            for (int i = 0; i < 3; i++) {
                var _ = net.peer(bound.localAddress());
                loops.add(handler.expect(Connected.class)
                        .connection()
                        .path()
                        .parent()
                        .name());
            }
            assertThat(loops).hasSize(3);
        }
        close();
        assertThat(Tcp.get(start("sluice.io.loops = default")).reactor().loops())
                .hasSize(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void theTransportIsTheOneOfTheSettingOrTheOneThatIsGiven() throws Exception {
        assertThat(Tcp.get(start("")).reactor().transport().name()).isEqualTo("nio");
        close();
        var given = ScriptedTransport.of("nio", Between.Call::real);
        assertThat(Tcp.get(start("", new TransportSetup(given))).reactor().transport())
                .isSameAs(given);
    }

    /// On a loop: sends four messages to each of two others there, which say what they get.
    private static final class Fourfold extends UntypedAbstractActor {
        private final Consumer<String> said;

        Fourfold(ActorRef listener, Consumer<String> said) {
            this.said = said;
            for (var name : List.of("a", "b")) {
                var other =
                        getContext().actorOf(Tcp.sameLoop(listener, Props.create(Says.class, () -> new Says(said))));
                for (int i = 0; i < 4; i++) {
                    other.tell(name, getSelf());
                }
            }
        }

        @Override
        public void onReceive(Object message) {
            said.accept("done");
        }
    }

    private static final class Says extends UntypedAbstractActor {
        private final Consumer<String> said;

        Says(Consumer<String> said) {
            this.said = said;
        }

        @Override
        public void onReceive(Object message) {
            said.accept((String) message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void anActorOnALoopHandlesSoManyMessagesBeforeTheOthersHaveTheirTurn(int throughput) throws Exception {
        try (var net =
                new Net(Setup.NIO, start("sluice.io { loops = 1, loop-throughput = %d }".formatted(throughput)))) {
            var handler = net.probe();
            var listener = net.bound(handler, Net.bind(handler)).listener();
            var said = new ConcurrentLinkedQueue<String>();
            net.system.actorOf(Tcp.sameLoop(
                    listener, Props.create(Fourfold.class, () -> new Fourfold(listener, said::add))));
            Eventually.until("all have come", () -> said.size() == 8);
            assertThat(String.join("", said)).isEqualTo(throughput == 1 ? "abababab" : "aaaabbbb");
        }
    }

    /// B113, D48.
    @Test
    void filesAreSentOnTheirDispatcherInSlices(@TempDir Path directory) throws Exception {
        var file = Files.write(directory.resolve("file"), bytes(100_000).toByteArray());
        var slices = new ConcurrentLinkedQueue<Long>();
        var threads = new ConcurrentLinkedQueue<String>();
        var transport = ScriptedTransport.of("nio", call -> {
            if (call.name().equals("transferFrom")) {
                slices.add((Long) Objects.requireNonNull(call.arguments().getLast()));
                threads.add(Thread.currentThread().getName());
            }
            return call.real();
        });
        var started = start("""
                for-files { type = Dispatcher, executor = thread-pool-executor, thread-pool-executor.fixed-pool-size = 1 }
                sluice.io.tcp { file-io-dispatcher = for-files, file-io-transferTo-limit = 30000 }
                """, new TransportSetup(transport));
        try (var net = new Net(Setup.NIO, started)) {
            var handler = net.probe();
            var bound = net.bound(handler, Net.bind(handler));
            var peer = net.peer(bound.localAddress());
            var connection = handler.expect(Connected.class).connection();
            handler.send(connection, new WritePath(file, 0, 100_000, "sent"));
            assertThat(peer.read(100_000)).isEqualTo(bytes(100_000));
            handler.expectThis("sent");
        }
        assertThat(slices).isNotEmpty().allMatch(it -> it <= 30_000).contains(30_000L);
        assertThat(threads).isNotEmpty().allMatch(it -> it.contains("for-files"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "udp-connected"})
    void eachKindOfDatagramSocketHasKeysOfItsOwn(String section) {
        var started = start("""
                for-names { type = Dispatcher, executor = thread-pool-executor, thread-pool-executor.fixed-pool-size = 1 }
                sluice.io.%s { max-channels = 1, receive-throughput = 2, direct-buffer-size = 3000, write-bound = 4 KiB
                  resolver-dispatcher = for-names }""".formatted(section));
        for (var other : List.of("udp", "udp-connected")) {
            boolean changed = other.equals(section);
            var udp = new UdpProtocol((ExtendedActorSystem) started, other);
            assertThat(udp.bufferBytes()).isEqualTo(changed ? 3_000 : 128 * 1024);
            assertThat(udp.writeBytes()).isEqualTo(changed ? 4_096 : 256 * 1024);
            assertThat(IntStream.range(0, 2).filter(_ -> udp.acquireChannel()).count())
                    .isEqualTo(changed ? 1 : 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "udp-connected"})
    void namesAreLookedUpOnTheirDispatcher(String section) {
        // A dispatcher that nobody uses ends its thread after shutdown-timeout.
        var started = start("""
                for-names { type = Dispatcher, executor = thread-pool-executor, thread-pool-executor.fixed-pool-size = 1 }
                for-names.shutdown-timeout = 1h
                sluice.io.%s.resolver-dispatcher = for-names""".formatted(section));
        var probe = new Probe(started);
        var nobody = InetSocketAddress.createUnresolved("localhost", 9);
        if (section.equals("udp")) {
            probe.send(Udp.get(started).manager(), UdpMessage.simpleSender());
            var sender = probe.expect(Udp.SimpleSenderReady.class).socket();
            probe.send(sender, UdpMessage.send(bytes(1), nobody, "sent"));
            probe.expectThis("sent");
        } else {
            probe.send(UdpConnected.get(started).manager(), UdpConnectedMessage.connect(probe.ref(), nobody));
            probe.expect(UdpConnected.Connected.class);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .anyMatch(it -> it.getName().startsWith(started.name() + "-for-names"));
    }
}
