package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connect;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WritePath;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.testing.Between.Call;
import dev.sluice.testing.Eventually;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.event.Logging;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the system seldom answers, and a script does: each command has its outcome all the same.
@Timeout(60)
class FailingSystemTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(Net.LOOPBACK, 0);

    private final ActorSystem system;
    private final Net net;
    private final Probe user;

    /// What calls of a name throw.
    private final Map<String, IOException> failures = new ConcurrentHashMap<>();

    /// How often a connection that stands says that it does not yet.
    private final AtomicInteger notYet = new AtomicInteger();

    /// Attempts to accept that failed, and between them those polls that waited.
    private final Queue<String> accepting = new ConcurrentLinkedQueue<>();

    private final CountDownLatch diskAsked = new CountDownLatch(1);
    private final CountDownLatch disk = new CountDownLatch(1);

    FailingSystemTest() throws Exception {
        var transport = ScriptedTransport.of("nio", this::answer);
        system = Setup.NIO.start("""
                for-files { type = Dispatcher, executor = thread-pool-executor, thread-pool-executor.fixed-pool-size = 1 }
                sluice.io { loops = 1, tcp.file-io-dispatcher = for-files }
                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                """, new TransportSetup(transport));
        net = new Net(Setup.NIO, system);
        user = net.probe();
    }

    private @Nullable Object answer(Call call) throws Throwable {
        var failure = failures.get(call.name());
        switch (call.name()) {
            case "finishConnect" -> {
                if (notYet.getAndDecrement() > 0) {
                    return false;
                }
            }
            case "accept" -> {
                if (failure != null) {
                    accepting.add("accept");
                }
            }
            case "select" -> {
                if (!call.arguments().contains(0L)) {
                    accepting.add("wait");
                }
            }
            case "transferFrom" -> {
                diskAsked.countDown();
                disk.await();
            }
            default -> {}
        }
        if (failure != null) {
            throw failure;
        }
        return call.real();
    }

    @AfterEach
    void close() throws Exception {
        disk.countDown();
        net.close();
        var _ = system.terminate();
    }

    /// B036, D13, D23.
    @Test
    void aSocketThatCannotBeOpenedFailsTheCommand() throws Exception {
        for (var call : List.of("openListener", "openStream", "openDatagram")) {
            failures.put(call, new IOException("none left"));
        }
        var tcp = List.of(new Bind(user.ref(), ANY_PORT), new Connect((InetSocketAddress)
                net.server().getLocalSocketAddress()));
        for (var command : tcp) {
            user.send(net.manager, command);
            var failed = user.expect(CommandFailed.class);
            assertThat(failed.cmd()).isSameAs(command);
            assertThat(failed.exception()).hasMessageContaining("none left");
        }
        for (var command : List.of(new Udp.Bind(user.ref(), ANY_PORT), new Udp.SimpleSender())) {
            user.send(Udp.get(system).manager(), command);
            assertThat(user.expect(Udp.CommandFailed.class).exception()).hasMessageContaining("none left");
        }
        user.send(UdpConnected.get(system).manager(), new UdpConnected.Connect(user.ref(), ANY_PORT));
        assertThat(user.expect(UdpConnected.CommandFailed.class).exception()).hasMessageContaining("none left");
        Eventually.until("all places are free", () -> Tcp.get(system).channels() == 0);
    }

    /// B028, D14.
    @Test
    void aConnectionThatIsNotReadyWhenItSaysSoIsAskedAgain() throws Exception {
        notYet.set(4);
        user.send(net.manager, new Connect((InetSocketAddress) net.server().getLocalSocketAddress()));
        user.expect(Connected.class);
    }

    /// B028, D14.
    @Test
    void whatIsThrownThenIsTold() throws Exception {
        notYet.set(2);
        var server = net.server();
        failures.put("finishConnect", new ConnectException("not after all"));
        user.send(net.manager, new Connect((InetSocketAddress) server.getLocalSocketAddress()));
        assertThat(user.expect(CommandFailed.class).exception()).hasMessageContaining("not after all");
    }

    /// B049, D21.
    @Test
    void withoutDescriptorsAcceptingRestsAndGoesOnByItself() throws Exception {
        var bound = net.bound(user, Net.bind(user));
        failures.put("accept", new OutOfDescriptorsException("too many open files"));
        var _ = net.peer(bound.localAddress());
        // It rests longer each time, so that also a slow loop still has to wait when it polls.
        Eventually.until("it waits before it tries again", () -> restsOften(String.join(" ", accepting)));
        failures.remove("accept");
        user.expect(Connected.class);
        var _ = net.peer(bound.localAddress());
        user.expect(Connected.class);
    }

    private static boolean restsOften(String accepting) {
        return accepting.split("accept wait", -1).length > 3;
    }

    /// B049.
    @Test
    void aListenerThatCannotGoOnTellsItsHandlerAndEnds() throws Exception {
        var commander = net.probe();
        var bind = new Bind(user.ref(), ANY_PORT);
        commander.send(net.manager, bind);
        var bound = commander.expect(Tcp.Bound.class);
        commander.watch(bound.listener());
        failures.put("accept", new IOException("the system is broken"));
        try (var peer = SocketChannel.open()) {
            peer.configureBlocking(false);
            peer.connect(bound.localAddress());
            var failed = user.expect(CommandFailed.class);
            assertThat(failed.cmd()).isSameAs(bind);
            assertThat(failed.exception()).hasMessageContaining("the system is broken");
            commander.expectTerminated(bound.listener());
        }
    }

    /// B113, D11.
    @Test
    void aDiskThatDoesNotAnswerHoldsNobodyUp(@TempDir Path directory) throws Exception {
        var file = Files.write(directory.resolve("file"), new byte[1_000]);
        var link = net.link();
        var writer = net.probe();
        writer.send(link.connection(), new WritePath(file, 0, 1_000, "never"));
        Eventually.happens(diskAsked);
        link.handler().settle(link.connection());
        link.peer().write("read meanwhile");
        link.handler().receive(14);
        link.handler().send(link.connection(), new Abort());
        link.handler().settle(link.connection());
        var other = net.link(); // on the same loop
        other.handler().send(other.connection(), new Write(ByteString.fromUtf8("other"), "other"));
        other.handler().expectThis("other");
        assertThat(other.peer().readText(5)).isEqualTo("other");
        link.handler().expectNothing(); // the descriptor is not back
        disk.countDown();
        link.handler().expect(Aborted.class);
        writer.expect(Aborted.class);
    }

    @Test
    void aDiskThatAnswersAfterTheEndOfTheActorSystemAnswersNobody(@TempDir Path directory) throws Exception {
        var log = new Probe(Setup.NIO.system());
        system.eventStream().subscribe(log.ref(), Logging.Error.class);
        var file = Files.write(directory.resolve("file"), new byte[1_000]);
        var sending = net.link();
        sending.handler().send(sending.connection(), new WritePath(file, 0, 1_000, "never"));
        Eventually.happens(diskAsked);
        for (var next : List.of(file, directory.resolve("missing"))) { // to be opened when the disk has answered
            var opening = net.link();
            opening.handler().send(opening.connection(), new WritePath(next, 0, 1_000, "never"));
            opening.handler().settle(opening.connection());
        }
        var over = new CountDownLatch(1);
        system.dispatchers().lookup("for-files").execute(over::countDown);
        var _ = system.terminate();
        var _ = Eventually.get(system.getWhenTerminated().toCompletableFuture());
        disk.countDown();
        Eventually.happens(over);
        var last = new Object();
        log.send(log.ref(), last);
        log.expectThis(last); // no error came before
        log.stop();
        assertThat(FileWriteTest.openFiles(directory)).isZero();
    }

    @Test
    void aNameThatIsLookedUpAtTheEndOfTheActorSystemIsForNobody() throws Exception {
        EventLoop ended;
        try (var reactor = Reactor.builder().transport("nio").loops(1).open()) {
            ended = reactor.loops().getFirst();
        }
        var lookup = new Lookup(Runnable::run, ended);
        for (var host : List.of("localhost", "no-such-host.invalid")) {
            var name = InetSocketAddress.createUnresolved(host, 1);
            assertThatCode(() -> lookup.of(name, _ -> {}, _ -> {})).doesNotThrowAnyException();
        }
    }
}
