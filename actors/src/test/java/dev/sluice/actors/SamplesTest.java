package dev.sluice.actors;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp.Bind;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The programs that guides to actor I/O show: a client, and echo servers with each kind of back-pressure.
@EveryProfile
class SamplesTest {
    private static final int MUCH = 8 * 1024 * 1024;

    private final Net net;

    SamplesTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private enum Ack {
        ACK
    }

    /// Writes one chunk after the other, each when the one before is acked, and keeps what comes meanwhile.
    private static final class AckEcho extends UntypedAbstractActor {
        private static final int HIGH_WATER = 100_000;

        private final ArrayDeque<ByteString> kept = new ArrayDeque<>();
        private final ActorRef connection;
        private int bytes;
        private boolean suspended;
        private boolean closing;

        AckEcho(ActorRef connection) {
            this.connection = connection;
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var _) -> keep(data);
                case Ack _ -> acknowledged();
                case PeerClosed _ when !kept.isEmpty() -> closing = true;
                case PeerClosed _ -> connection.tell(TcpMessage.close(), getSelf());
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> unhandled(message);
            }
        }

        private void keep(ByteString data) {
            kept.add(data);
            bytes += data.size();
            if (bytes > HIGH_WATER && !suspended) {
                suspended = true;
                connection.tell(TcpMessage.suspendReading(), getSelf());
            }
            if (kept.size() == 1) {
                connection.tell(TcpMessage.write(data, Ack.ACK), getSelf());
            }
        }

        private void acknowledged() {
            bytes -= kept.remove().size();
            if (suspended && bytes < HIGH_WATER / 2) {
                suspended = false;
                connection.tell(TcpMessage.resumeReading(), getSelf());
            }
            if (!kept.isEmpty()) {
                connection.tell(TcpMessage.write(kept.getFirst(), Ack.ACK), getSelf());
            } else if (closing) {
                connection.tell(TcpMessage.close(), getSelf());
            }
        }
    }

    /// Writes at once, and writes again what was refused when writing is resumed.
    private static final class NackEcho extends UntypedAbstractActor {
        private static final int HIGH_WATER = 200_000;

        /// Written and not acked yet, with the number that its ack has.
        private final ArrayDeque<Write> kept = new ArrayDeque<>();

        private final ActorRef connection;
        private int next;
        private int bytes;
        private int nacked = -1;
        private boolean suspended;
        private boolean closing;

        NackEcho(ActorRef connection) {
            this.connection = connection;
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var _) -> keep(new Write(data, next++));
                case Integer number -> acknowledged(number);
                case CommandFailed failed
                when failed.cmd() instanceof Write write && nacked < 0 -> {
                    nacked = (Integer) write.ack();
                    connection.tell(TcpMessage.resumeWriting(), getSelf());
                }
                case CommandFailed _ -> {} // all after it have been refused, too
                case WritingResumed _ -> {
                    nacked = -1;
                    kept.forEach(write -> connection.tell(write, getSelf()));
                }
                case PeerClosed closed
                when closed.open() -> {
                    closing = true;
                    closeIfDone();
                }
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> unhandled(message);
            }
        }

        private void keep(Write write) {
            kept.add(write);
            bytes += write.data().size();
            if (bytes > HIGH_WATER && !suspended) {
                suspended = true;
                connection.tell(TcpMessage.suspendReading(), getSelf());
            }
            if (nacked < 0) {
                connection.tell(write, getSelf());
            }
        }

        private void acknowledged(int number) {
            var first = kept.remove();
            if (!first.ack().equals(number)) {
                throw new AssertionError(number + " is acked, not " + first.ack());
            }
            bytes -= first.data().size();
            if (suspended && bytes < HIGH_WATER / 2) {
                suspended = false;
                connection.tell(TcpMessage.resumeReading(), getSelf());
            }
            closeIfDone();
        }

        private void closeIfDone() {
            if (closing && kept.isEmpty()) {
                connection.tell(TcpMessage.close(), getSelf());
            }
        }
    }

    /// Reads on when what was read is written.
    private static final class PullEcho extends UntypedAbstractActor {
        private final ActorRef connection;

        PullEcho(ActorRef connection) {
            this.connection = connection;
        }

        @Override
        public void preStart() {
            connection.tell(TcpMessage.resumeReading(), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var _) -> connection.tell(TcpMessage.write(data, Ack.ACK), getSelf());
                case Ack _ -> connection.tell(TcpMessage.resumeReading(), getSelf());
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> unhandled(message);
            }
        }
    }

    /// The client of the guides: tells its listener what comes, and writes what the listener sends.
    private static final class Client extends UntypedAbstractActor {
        private final InetSocketAddress remote;
        private final ActorRef listener;
        private @Nullable ActorRef connection;

        Client(InetSocketAddress remote, ActorRef listener) {
            this.remote = remote;
            this.listener = listener;
        }

        @Override
        public void preStart() {
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.connect(remote), getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case CommandFailed _ -> {
                    listener.tell("failed", getSelf());
                    getContext().stop(getSelf());
                }
                case Connected connected -> {
                    connection = connected.connection();
                    connected.connection().tell(TcpMessage.register(getSelf()), getSelf());
                    listener.tell(connected, getSelf());
                }
                case ByteString data -> requireNonNull(connection).tell(TcpMessage.write(data), getSelf());
                case Received(var data, var _) -> listener.tell(data, getSelf());
                case String _ -> requireNonNull(connection).tell(TcpMessage.close(), getSelf());
                case ConnectionClosed _ -> {
                    listener.tell("closed", getSelf());
                    getContext().stop(getSelf());
                }
                default -> unhandled(message);
            }
        }
    }

    /// A server whose connections are echoed by what `echo` makes.
    private final class Server {
        final Probe probe = net.probe();
        final Bound bound;
        private final boolean pullMode;
        private final Function<ActorRef, Props> echo;

        Server(boolean pullMode, Function<ActorRef, Props> echo) {
            this.pullMode = pullMode;
            this.echo = echo;
            var small = List.of(TcpSO.sendBufferSize(Peer.RECEIVE_BYTES));
            var anywhere = new InetSocketAddress(Net.LOOPBACK, 0);
            bound = net.bound(probe, new Bind(probe.ref(), anywhere, 100, small, pullMode, net.setup.settings(), null));
        }

        Peer accept() throws IOException {
            var peer = net.peer(bound.localAddress());
            probe.send(bound.listener(), TcpMessage.resumeAccepting(1));
            var connection = probe.expect(Connected.class).connection();
            var handler = net.system.actorOf(echo.apply(connection));
            probe.send(connection, new Register(handler, !pullMode, true));
            return peer;
        }
    }

    private static long checksum(ByteString bytes) {
        var sum = new CRC32C();
        sum.update(bytes.toByteArray());
        return sum.getValue();
    }

    /// Sends much before it begins to read.
    private static void expectEcho(Peer peer) throws Exception {
        var all = Net.bytes(MUCH);
        var written = CompletableFuture.runAsync(() -> {
            try {
                peer.write(all);
                peer.end();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        var echoed = peer.readAll();
        written.get(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(echoed.size()).isEqualTo(MUCH);
        assertThat(checksum(echoed)).isEqualTo(checksum(all));
    }

    /// B226, B084.
    @Test
    void theEchoWithAcks() throws Exception {
        var server = new Server(false, it -> Props.create(AckEcho.class, () -> new AckEcho(it)));
        expectEcho(server.accept());
    }

    /// B226, B088, B094, D54.
    @Test
    void theEchoWithNacks() throws Exception {
        var server = new Server(false, it -> Props.create(NackEcho.class, () -> new NackEcho(it)));
        expectEcho(server.accept());
    }

    /// B226, B133, B046.
    @Test
    void theEchoThatPulls() throws Exception {
        var server = new Server(true, it -> Props.create(PullEcho.class, () -> new PullEcho(it)));
        expectEcho(server.accept());
    }

    /// B226.
    @Test
    void theClient() throws Exception {
        var listener = net.probe();
        var server = new Server(true, it -> Props.create(PullEcho.class, () -> new PullEcho(it)));
        var client = net.system.actorOf(
                Props.create(Client.class, () -> new Client(server.bound.localAddress(), listener.ref())));
        server.probe.send(server.bound.listener(), TcpMessage.resumeAccepting(1));
        var connection = server.probe.expect(Connected.class).connection();
        server.probe.send(connection, new Register(net.system.actorOf(server.echo.apply(connection))));
        listener.expect(Connected.class);
        client.tell(ByteString.fromUtf8("hello"), ActorRef.noSender());
        assertThat(listener.expect(ByteString.class).utf8()).isEqualTo("hello");
        client.tell("close", ActorRef.noSender());
        listener.expectThis("closed");
    }

    /// B226, B014.
    @Test
    void theClientWithoutServer() throws Exception {
        var listener = net.probe();
        var remote = net.closedPort();
        net.system.actorOf(Props.create(Client.class, () -> new Client(remote, listener.ref())));
        listener.expectThis("failed");
    }
}
