package dev.sluice.cli;

import com.typesafe.config.ConfigFactory;
import dev.sluice.actors.Tcp;
import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.actors.TcpMessage;
import dev.sluice.actors.Udp;
import dev.sluice.actors.UdpMessage;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.apache.pekko.pattern.Patterns;
import org.jspecify.annotations.Nullable;

/// An echo server of the actor face: an actor handles each connection, or one all datagrams.
final class ActorsEcho implements EchoServer {
    private static final System.Logger LOG = System.getLogger("dev.sluice.cli");
    /// How long it takes until all that had come has been read.
    private static final Duration QUIET = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ActorSystem system;
    private final InetSocketAddress address;

    /// Asks a server to answer what has come before, and to say so.
    private enum Drain {
        DRAIN
    }

    /// Where the handlers of connections run.
    enum Handlers {
        /// On the loop of their connection.
        LOOP,

        /// On the dispatcher for handlers that do not run on a loop.
        POOL,

        /// On the default dispatcher, as all actors unless they are told otherwise.
        DEFAULT;

        Props of(ActorRef connection, Props handler) {
            return switch (this) {
                case LOOP -> Tcp.sameLoop(connection, handler);
                case POOL -> handler.withDispatcher("sluice.io.handler-dispatcher");
                case DEFAULT -> handler;
            };
        }

        /// Whoever begins handlers does best on a loop.
        Props beginner(ActorSystem system, Props acceptor) {
            return this == DEFAULT ? acceptor : Tcp.get(system).onLoop(0, acceptor);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How an echo server of actors is made.
    ///
    /// @param acks whether a handler waits for the ack of a write before it reads on
    record Style(Handlers handlers, boolean acks) {
        static final Style FASTEST = new Style(Handlers.LOOP, false);
    }

    static ActorsEcho tcp(String transport, int loops, String host, int port, Style style) throws IOException {
        var where = new InetSocketAddress(host, port);
        return new ActorsEcho(
                transport,
                loops,
                (system, bound) -> style.handlers()
                        .beginner(system, Props.create(Acceptor.class, () -> new Acceptor(where, style, bound))));
    }

    static ActorsEcho udp(String transport, int loops, String host, int port) throws IOException {
        var where = new InetSocketAddress(host, port);
        return new ActorsEcho(
                transport, loops, (_, bound) -> Props.create(Datagrams.class, () -> new Datagrams(where, bound)));
    }

    /// @param server makes the first actor of what is told the address that the server is bound to
    private ActorsEcho(
            String transport, int loops, BiFunction<ActorSystem, CompletableFuture<InetSocketAddress>, Props> server)
            throws IOException {
        var config = ConfigFactory.parseMap(Map.of(
                        "sluice.io.transport",
                        transport,
                        "sluice.io.loops",
                        loops,
                        "sluice.io.blocked-after",
                        "off",
                        "pekko.loglevel",
                        "WARNING",
                        "pekko.coordinated-shutdown.run-by-jvm-shutdown-hook",
                        "off"))
                .withFallback(ConfigFactory.load(ActorsEcho.class.getClassLoader()));
        system = ActorSystem.create("echo", config, ActorsEcho.class.getClassLoader());
        var bound = new CompletableFuture<InetSocketAddress>();
        var actor = system.actorOf(server.apply(system, bound));
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseServiceRequestsDone(),
                        "answer what has come",
                        () -> Patterns.ask(actor, Drain.DRAIN, PATIENCE).thenApply(done -> Done.done()));
        try {
            address = bound.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IOException("the actor system did not answer", e);
        } catch (ExecutionException e) {
            system.terminate();
            throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
        }
    }

    private static final class Acceptor extends UntypedAbstractActor {
        private final InetSocketAddress where;
        private final Style style;
        private final CompletableFuture<InetSocketAddress> bound;

        Acceptor(InetSocketAddress where, Style style, CompletableFuture<InetSocketAddress> bound) {
            this.where = where;
            this.style = style;
            this.bound = bound;
        }

        @Override
        public void preStart() {
            var bind = new Tcp.Bind(getSelf(), where, BACKLOG, List.of(), false, null, null);
            Tcp.get(getContext().getSystem()).manager().tell(bind, getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Bound now -> bound.complete(now.localAddress());
                case CommandFailed failed -> bound.completeExceptionally(failed.exception());
                case Connected connected -> serve(connected.connection());
                case Drain done -> getSender().tell(done, getSelf()); // connections are waited for by themselves
                default -> unhandled(message);
            }
        }

        private void serve(ActorRef connection) {
            var handler = style.acks()
                    ? Props.create(WithAcks.class, WithAcks::new)
                    : Props.create(WithoutAcks.class, WithoutAcks::new);
            var actor = getContext().actorOf(style.handlers().of(connection, handler));
            connection.tell(new Register(actor, true, true), getSelf());
        }
    }

    /// Reads on when the system has taken what came before.
    private static final class WithAcks extends UntypedAbstractActor {
        private static final Object ACK = new Object();

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var connection) -> {
                    connection.tell(TcpMessage.suspendReading(), getSelf());
                    connection.tell(new Write(data, ACK), getSelf());
                }
                case PeerClosed(var connection, boolean open)
                when open -> connection.tell(TcpMessage.close(), getSelf());
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> {
                    if (message == ACK) {
                        getSender().tell(TcpMessage.resumeReading(), getSelf());
                    } else {
                        unhandled(message);
                    }
                }
            }
        }
    }

    /// Writes until a write is refused, then reads no more until what was refused is written.
    private static final class WithoutAcks extends UntypedAbstractActor {
        /// The ack of the last write.
        private static final Object ALL = new Object();

        private final ArrayDeque<Write> refused = new ArrayDeque<>();

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Received(var data, var connection) -> connection.tell(new Write(data), getSelf());
                case CommandFailed failed
                when failed.cmd() instanceof Write write -> {
                    if (refused.isEmpty()) {
                        failed.worker().tell(TcpMessage.suspendReading(), getSelf());
                        failed.worker().tell(TcpMessage.resumeWriting(), getSelf());
                    }
                    refused.add(write);
                }
                case WritingResumed(var connection) -> {
                    var again = List.copyOf(refused); // in order; what is refused again comes back in order, too
                    refused.clear();
                    again.forEach(write -> connection.tell(write, getSelf()));
                    connection.tell(TcpMessage.resumeReading(), getSelf());
                }
                case PeerClosed(var connection, boolean open)
                when open -> connection.tell(new Write(ByteString.empty(), ALL), getSelf());
                case ConnectionClosed _ -> getContext().stop(getSelf());
                default -> {
                    if (message == ALL) {
                        getSender().tell(TcpMessage.close(), getSelf());
                    } else {
                        unhandled(message);
                    }
                }
            }
        }
    }

    private static final class Datagrams extends UntypedAbstractActor {
        private final InetSocketAddress where;
        private final CompletableFuture<InetSocketAddress> bound;
        private ActorRef socket = ActorRef.noSender(); // until it is bound
        private @Nullable ActorRef drained;

        Datagrams(InetSocketAddress where, CompletableFuture<InetSocketAddress> bound) {
            this.where = where;
            this.bound = bound;
        }

        @Override
        public void preStart() {
            var bind = UdpMessage.bind(getSelf(), where);
            Udp.get(getContext().getSystem()).manager().tell(bind, getSelf());
        }

        @Override
        public void onReceive(Object message) {
            switch (message) {
                case Udp.Bound now -> {
                    socket = now.socket();
                    bound.complete(now.localAddress());
                }
                case Udp.CommandFailed failed
                when failed.cmd() instanceof Udp.Bind -> bound.completeExceptionally(failed.exception());
                case Udp.CommandFailed failed -> LOG.log(Level.DEBUG, "a datagram was not sent", failed.exception());
                case Drain _ -> {
                    drained = getSender();
                    var scheduler = getContext().getSystem().scheduler();
                    scheduler.scheduleOnce(
                            QUIET, socket, UdpMessage.unbind(), getContext().getDispatcher(), getSelf());
                }
                case Udp.Unbound _ when drained != null -> drained.tell(Drain.DRAIN, getSelf());
                case Udp.Received got -> got.socket().tell(UdpMessage.send(got.data(), got.sender()), getSelf());
                default -> unhandled(message);
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void awaitClosed() throws InterruptedException, IOException {
        try {
            system.getWhenTerminated().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("the actor system has failed", e.getCause());
        }
    }

    @Override
    public void close() {
        try {
            CoordinatedShutdown.get(system)
                    .runAll(CoordinatedShutdown.actorSystemTerminateReason())
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.WARNING, "the actor system did not end in order", e);
        }
    }
}
