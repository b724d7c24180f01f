package dev.sluice.actors;

import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Counts descriptors and memory when much has happened. `-Dsluice.census` says how much, 300 if it does not.
@EveryTransport
class CensusTest {
    private static final int MANY = Integer.getInteger("sluice.census", 300);

    private final Net net;

    CensusTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    /// Sockets, pollers and the like, but no files: of those a JVM opens some when it loads a class.
    private static long descriptors() {
        return Arrays.stream(Objects.requireNonNull(new File("/proc/self/fd").listFiles()))
                .filter(CensusTest::isNoFile)
                .count();
    }

    private static boolean isNoFile(File number) {
        try {
            return !Files.readSymbolicLink(number.toPath()).isAbsolute();
        } catch (IOException _) {
            return false; // closed by now
        }
    }

    /// B223, B115, B185, D13, D20.
    @Test
    void noDescriptorAndNoPlaceIsForgotten() throws Exception {
        var tcp = Tcp.get(net.system);
        var probe = net.probe();
        var bound = net.bound(probe, Net.bind(probe));
        var closed = net.closedPort();
        oneOfEach(probe, bound, closed);
        Eventually.until("the first are over", () -> tcp.channels() == 1);
        long before = descriptors();
        for (int i = 0; i < MANY; i++) {
            oneOfEach(probe, bound, closed);
        }
        Eventually.until("all places are free", () -> tcp.channels() == 1);
        Eventually.until("all descriptors are back", () -> descriptors() <= before);
    }

    private void oneOfEach(Probe probe, Tcp.Bound bound, InetSocketAddress closed) throws Exception {
        probe.send(net.manager, new Connect(closed));
        probe.expect(CommandFailed.class);

        var tired = net.probe(); // a register timeout
        var settings = net.setup.settings().withRegisterTimeout(Duration.ofMillis(1));
        tired.send(net.manager, new Connect(bound.localAddress()).withSettings(settings));
        tired.expect(Connected.class);
        var peer = probe.expect(Connected.class).connection();
        probe.send(peer, new Register(probe.ref()));
        tired.expect(ErrorClosed.class);
        probe.expect(ErrorClosed.class);
        tired.stop();

        try (var dying = Peer.connect(bound.localAddress())) { // the death of a handler
            var connection = probe.expect(Connected.class).connection();
            var handler = net.probe();
            probe.send(connection, new Register(handler.ref()));
            handler.stop();
            dying.findsAReset();
        }
        try (var aborted = Peer.connect(bound.localAddress())) {
            var connection = probe.expect(Connected.class).connection();
            probe.send(connection, new Register(probe.ref()));
            probe.send(connection, new Write(bytes(100)));
            probe.send(connection, new Abort());
            probe.expect(Aborted.class);
            assertThat(aborted.socket().isConnected()).isTrue();
        }
    }

    /// B224, D01, D44.
    @Test
    void buffersAreFewAndNobodySharesOne() throws Exception {
        var links = new ArrayList<Net.Link>();
        var before = directMemory();
        for (int i = 0; i < 100; i++) {
            links.add(net.link());
        }
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < links.size(); i++) {
                var own = bytes(20_000 + i);
                links.get(i).peer().write(own);
                links.get(i).handler().send(links.get(i).connection(), new Write(own.append(own), i));
            }
            for (int i = 0; i < links.size(); i++) {
                var own = bytes(20_000 + i);
                assertThat(links.get(i).handler().receiveAnd(own.size(), i)).isEqualTo(own);
                assertThat(links.get(i).peer().read(2 * own.size())).isEqualTo(own.append(own));
            }
        }
        assertThat(directMemory() - before).isLessThan(32L << 20);
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /// B225, B085, D44.
    @Test
    void whatWaitsForSlowReadersIsBounded() throws Exception {
        int bound = 64 * 1024;
        int kernel = 512 * 1024;
        var piece = ByteString.zeros(4_096);
        var links = new ArrayList<Net.Link>();
        for (int i = 0; i < MANY / 3; i++) {
            links.add(
                    net.link(it -> it.withWriteBytes(bound), it -> it, handler -> new Register(handler, true, false)));
        }
        for (var link : links) {
            for (int i = 0; i < 500; i++) {
                link.handler().send(link.connection(), new Write(piece));
            }
            link.handler().send(link.connection(), new Abort());
        }
        for (var link : links) {
            int refused = 0;
            while (link.handler().next() instanceof CommandFailed) {
                refused++;
            }
            assertThat((500 - refused) * piece.size()).isLessThan(bound + piece.size() + kernel);
        }
    }
}
