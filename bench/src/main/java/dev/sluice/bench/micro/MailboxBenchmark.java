package dev.sluice.bench.micro;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp;
import dev.sluice.actors.TcpMessage;
import dev.sluice.bytes.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// From an actor's mailbox into the kernel: a handler tells its connection to write 64 bytes and gets the ack,
/// which means that the kernel has them; then it writes the next. Each figure is two messages between actors
/// and one `send` over loopback, whose peer takes the bytes out after 500 of them. `sluice-loop` has the
/// handler on its connection's loop, `sluice` on Pekko's default dispatcher; `pekko` is Pekko's own TCP with
/// the handler there, too. `channel` writes the same to a `SocketChannel` without any actor: what the kernel
/// takes, which nobody can go below.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MailboxBenchmark {
    /// So few that the buffers of a socket hold them all.
    private static final int WRITES = 500;

    private static final int SIZE = 64;

    @Param({"sluice-loop", "sluice", "pekko", "channel"})
    String writer = "channel";

    private final ByteBuffer taken = ByteBuffer.allocateDirect(WRITES * SIZE);
    private ServerSocketChannel listener;
    private SocketChannel peer;
    private Writer written;

    /// Writes all, and returns when the kernel has them.
    private interface Writer extends AutoCloseable {
        void writeAll() throws IOException, InterruptedException;

        @Override
        void close() throws IOException;
    }

    /// Asks a handler for its writes.
    private record Go(CountDownLatch done) {}

    private enum Ack implements org.apache.pekko.io.Tcp.Event {
        ACK
    }

    @Setup
    public void connect() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var address = (InetSocketAddress) listener.getLocalAddress();
        written = writer.equals("channel") ? new ChannelWriter(address) : new ActorWriter(address, writer);
        peer = listener.accept();
    }

    @TearDown
    public void close() throws IOException {
        written.close();
        peer.close();
        listener.close();
    }

    @Benchmark
    @OperationsPerInvocation(WRITES)
    public void write() throws IOException, InterruptedException {
        written.writeAll();
        taken.clear();
        while (taken.hasRemaining()) {
            if (peer.read(taken) < 0) {
                throw new EOFException("the writer has closed");
            }
        }
    }

    private static final class ChannelWriter implements Writer {
        private final SocketChannel channel;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE);

        ChannelWriter(InetSocketAddress address) throws IOException {
            channel = SocketChannel.open(address);
        }

        @Override
        public void writeAll() throws IOException {
            for (int i = 0; i < WRITES; i++) {
                channel.write(bytes.clear());
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// A handler and its connection, in an actor system of their own.
    private static final class ActorWriter implements Writer {
        private final ActorSystem system;
        private final ActorRef handler;

        ActorWriter(InetSocketAddress address, String writer) {
            var settings = Map.of("pekko.loglevel", "WARNING", "sluice.io.loops", 1);
            system = ActorSystem.create(
                    "writer", ConfigFactory.parseMap(settings).withFallback(ConfigFactory.load()));
            var props = writer.equals("pekko")
                    ? Props.create(PekkoHandler.class, () -> new PekkoHandler(address))
                    : Props.create(SluiceHandler.class, () -> new SluiceHandler(address));
            handler = system.actorOf(
                    writer.equals("sluice-loop") ? Tcp.get(system).onLoop(0, props) : props);
        }

        @Override
        public void writeAll() throws InterruptedException {
            var done = new CountDownLatch(1);
            handler.tell(new Go(done), ActorRef.noSender());
            done.await();
        }

        @Override
        public void close() {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    /// Writes one message after the other, each when the one before is acknowledged.
    private abstract static class Handler extends UntypedAbstractActor {
        private ActorRef connection = ActorRef.noSender(); // until it is connected
        private CountDownLatch done = new CountDownLatch(0);
        private int left;

        /// A new message that writes 64 bytes.
        abstract Object write();

        final void connected(Object register) {
            connection = getSender();
            connection.tell(register, getSelf());
            begin();
        }

        private void begin() {
            if (connection != ActorRef.noSender() && left > 0) {
                connection.tell(write(), getSelf());
            }
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Ack _ -> {
                    if (--left > 0) {
                        connection.tell(write(), getSelf());
                    } else {
                        done.countDown();
                    }
                }
                case Go go -> {
                    done = go.done;
                    left = WRITES;
                    begin();
                }
                default -> unhandled(message);
            }
        }
    }

    private static final class SluiceHandler extends Handler {
        private final InetSocketAddress address;
        private final ByteString bytes = ByteString.copyOf(new byte[SIZE]);

        SluiceHandler(InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public void preStart() {
            Tcp.get(getContext().getSystem()).manager().tell(TcpMessage.connect(address), getSelf());
        }

        @Override
        Object write() {
            return TcpMessage.write(bytes, Ack.ACK);
        }

        @Override
        public void onReceive(Object message) {
            if (message instanceof Tcp.Connected) {
                connected(TcpMessage.register(getSelf()));
            } else {
                super.onReceive(message);
            }
        }
    }

    private static final class PekkoHandler extends Handler {
        private final InetSocketAddress address;
        private final org.apache.pekko.util.ByteString bytes =
                org.apache.pekko.util.ByteString.fromArray(new byte[SIZE]);

        PekkoHandler(InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public void preStart() {
            org.apache.pekko.io.Tcp.get(getContext().getSystem())
                    .manager()
                    .tell(org.apache.pekko.io.TcpMessage.connect(address), getSelf());
        }

        @Override
        Object write() {
            return org.apache.pekko.io.TcpMessage.write(bytes, Ack.ACK);
        }

        @Override
        public void onReceive(Object message) {
            if (message instanceof org.apache.pekko.io.Tcp.Connected) {
                connected(org.apache.pekko.io.TcpMessage.register(getSelf()));
            } else {
                super.onReceive(message);
            }
        }
    }
}
