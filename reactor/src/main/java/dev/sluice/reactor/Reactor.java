package dev.sluice.reactor;

import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A fixed set of event loops on one transport.
///
/// One that all may share starts by itself at its first use and lives as long as the process: [#shared]. Others
/// are opened with [#builder] and closed by their owner. Closing a reactor closes its sockets: every operation
/// that waits is woken and fails with [ReactorClosedException], as does every later one. All threads of a reactor
/// are daemons.
public final class Reactor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reactor.class.getName());

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final boolean isShared;
    private final Transport transport;
    private final BufferPool buffers;
    private final Resolver resolver;
    private final List<EventLoop> loops;
    private final @Nullable Watchdog watchdog;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean toldUnsegmented = new AtomicBoolean();
    private final Map<ProtocolFamily, Set<SocketOption<?>>> streamOptions = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Reactor(Builder builder) throws IOException {
        name = builder.name != null ? builder.name : "sluice-" + COUNT.incrementAndGet();
        isShared = builder.isShared;
        transport = builder.transport != null ? builder.transport : Transports.best();
        buffers = new BufferPool(BufferPool.LARGE_BYTES, true, 4 + 2 * builder.loops);
        resolver = new Resolver(name, builder.lookup);
        var opened = new ArrayList<EventLoop>();
        try {
            for (int i = 1; i <= builder.loops; i++) {
                opened.add(new EventLoop(this, name + "-loop-" + i, transport.openPoller()));
            }
        } catch (IOException e) {
            for (var loop : opened) {
                loop.poller().close();
            }
            throw e;
        }
        loops = List.copyOf(opened);
        for (var loop : loops) {
            if (builder.hosted) {
                LoopThread.startHosted(loop, builder.spin.toNanos());
            } else {
                LoopThread.startDedicated(loop, builder.spin.toNanos());
            }
        }
        watchdog = builder.blockedAfter.isZero() ? null : Watchdog.start(this, builder.blockedAfter);
    }

    /// Opened by the first that asks; while that fails, such as for want of a descriptor, by the next.
    private static final class Shared {
        private static @Nullable Reactor reactor;

        static synchronized Reactor get() {
            var it = reactor;
            if (it == null) {
                try {
                    var builder = builder().name("sluice");
                    builder.isShared = true;
                    it = builder.open();
                } catch (IOException e) {
                    throw new UncheckedIOException("the shared reactor could not be opened: " + e.getMessage(), e);
                }
                reactor = it;
            }
            return it;
        }
    }

    /// The reactor that the process shares: dedicated loops, as many as there are processors, never closed.
    ///
    /// @throws UncheckedIOException if it could not be opened; the next call tries again
    public static Reactor shared() {
        return Shared.get();
    }

    /// Opens a reactor of one's own.
    public static Builder builder() {
        return new Builder();
    }

    /// The transport that this reactor runs on.
    public Transport transport() {
        return transport;
    }

    /// The loops, in a fixed order.
    public List<EventLoop> loops() {
        return loops;
    }

    /// The loops in turn, one each call. One that has failed is passed over, as long as there is another.
    public EventLoop nextLoop() {
        var loop = nextInTurn();
        for (int others = loops.size() - 1; others > 0 && loop.isClosing(); others--) {
            loop = nextInTurn();
        }
        return loop;
    }

    private EventLoop nextInTurn() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    /// The loop whose thread calls, or null if that is no thread of this reactor.
    public @Nullable EventLoop currentLoop() {
        var current = EventLoop.current();
        return current != null && current.reactor() == this ? current : null;
    }

    /// The large buffers that are borrowed for the length of a call.
    public BufferPool buffers() {
        return buffers;
    }

    /// Whether the reactor has been closed.
    public boolean isClosed() {
        return closed;
    }

    /// How many sockets are open.
    public int openSockets() {
        int sum = 0;
        for (var loop : loops) {
            sum += loop.openSockets();
        }
        return sum;
    }

    /// Begins to listen, on the loop that calls or else the next one.
    ///
    /// @param address where; port 0 lets the system choose one; a wildcard IPv6 address also takes IPv4 peers
    /// @param backlog how many connections the system may queue until they are accepted
    /// @param options of the listening socket; SO_REUSEADDR is on unless they say otherwise, except for Unix
    ///     paths
    /// @param accepted options of the connections; TCP_NODELAY is on unless they say otherwise
    /// @throws java.net.BindException if the address is in use, not of this host, or needs a privilege
    /// @throws UnknownHostException if the address has a name that is not resolved
    /// @throws UnsupportedOperationException if the transport does not have one of the options, or of the accepted;
    ///     or such an address
    /// @throws IOException if the system takes none of such a value, or if listening fails
    public ListenSocket listen(SocketAddress address, int backlog, Options options, Options accepted)
            throws IOException {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog " + backlog + " is less than 1");
        }
        require(address);
        var here = currentLoop();
        var loop = here != null ? here : nextLoop();
        loop.requireOpen();
        ListenHandle handle;
        try {
            tryOut(accepted, familyOf(address), loop);
            handle = loop.poller().openListener(familyOf(address));
        } catch (IOException e) {
            throw Failures.at("listen on " + Failures.text(address), e);
        }
        ListenSocket socket;
        try {
            options.applyTo(handle, this);
            handle.bind(address);
            handle.listen(backlog);
            socket = new ListenSocket(loop, handle, accepted);
        } catch (IOException e) {
            handle.close();
            throw BindFailures.explain(BindFailures.Use.LISTEN, address, e);
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
        return socket.open();
    }

    /// The options of connections that are not there yet are set on a socket that is closed again.
    private void tryOut(Options accepted, ProtocolFamily family, EventLoop loop) throws IOException {
        if (accepted.isEmpty()) {
            return;
        }
        var probe = loop.poller().openStream(family);
        try {
            accepted.applyTo(probe, this);
        } finally {
            probe.close();
        }
    }

    /// Begins to connect; all of it happens in the background, on one loop.
    ///
    /// @param remote where to; if it is a name that is not resolved, it is resolved off the loops, and its
    ///     addresses are tried as RFC 8305 says
    /// @param local where from; null lets the system choose
    /// @param options of the socket, set before it connects; TCP_NODELAY is on unless they say otherwise
    /// @param timeout how long resolving and connecting may take in all; zero for as long as the system tries
    /// @throws UnsupportedOperationException if the transport does not have one of the options, or such an address
    public Connect connect(SocketAddress remote, @Nullable SocketAddress local, Options options, Duration timeout) {
        require(remote);
        require(local);
        var here = currentLoop();
        var loop = here != null ? here : nextLoop();
        var known = options.isEmpty() ? null : streamOptions(familyToConnect(remote), loop);
        if (known != null) {
            options.require(known, this);
        }
        return new Connect(loop, remote, local, options, timeout).start();
    }

    private void require(@Nullable SocketAddress address) {
        if (address instanceof UnixName && !transport.hasUnixNames()) {
            throw new UnsupportedOperationException("the " + transport.name()
                    + " transport has no abstract names such as " + address + " for Unix sockets: use a path");
        }
    }

    /// The addresses of a name are not known yet; an IPv6 socket has all options of an IPv4 one.
    private static ProtocolFamily familyToConnect(SocketAddress remote) {
        return switch (remote) {
            case UnixDomainSocketAddress _, UnixName _ -> StandardProtocolFamily.UNIX;
            case InetSocketAddress inet when inet.getAddress() instanceof Inet4Address -> StandardProtocolFamily.INET;
            default -> StandardProtocolFamily.INET6;
        };
    }

    /// Which options stream sockets have. Asked once for each family, of a socket that is closed again; null if none
    /// can be opened now, which the attempt to connect tells.
    private @Nullable Set<SocketOption<?>> streamOptions(ProtocolFamily family, EventLoop loop) {
        var known = streamOptions.get(family);
        if (known == null) {
            try {
                var probe = loop.poller().openStream(family);
                known = probe.supportedOptions();
                probe.close();
            } catch (IOException | UnsupportedOperationException _) {
                return null;
            }
            streamOptions.put(family, known);
        }
        return known;
    }

    /// Opens a datagram socket on the calling loop, or on the next one in turn.
    ///
    /// @param local where to bind it; port 0 lets the system choose one; a wildcard IPv6 address also takes IPv4
    ///     peers. Null is any address and port, for both families where the system has IPv6.
    /// @param options of the socket, set before it is bound
    /// @throws java.net.BindException if the address is in use, not of this host, or needs a privilege
    /// @throws UnknownHostException if the address has a name that is not resolved
    public DatagramSocket datagram(@Nullable SocketAddress local, Options options) throws IOException {
        var here = currentLoop();
        return datagram(here != null ? here : nextLoop(), local, options);
    }

    /// Opens a datagram socket on a given loop of this reactor.
    public DatagramSocket datagram(EventLoop home, @Nullable SocketAddress local, Options options) throws IOException {
        if (home.reactor() != this) {
            throw new IllegalArgumentException(home + " is not a loop of " + this);
        }
        home.requireOpen();
        if (local != null) {
            return bound(home, local, options);
        }
        try {
            return bound(home, new InetSocketAddress("::", 0), options);
        } catch (SocketException | UnsupportedOperationException _) {
            return bound(home, new InetSocketAddress("0.0.0.0", 0), options); // a system without IPv6
        }
    }

    private DatagramSocket bound(EventLoop home, SocketAddress address, Options options) throws IOException {
        var family = familyOf(address);
        if (family == StandardProtocolFamily.UNIX) {
            throw new IllegalArgumentException("no datagram socket can have the address " + Failures.text(address));
        }
        DatagramHandle handle;
        try {
            handle = home.poller().openDatagram(family);
        } catch (IOException e) {
            throw Failures.at("bind " + Failures.text(address), e);
        }
        DatagramSocket socket;
        try {
            options.applyTo(handle, this);
            handle.bind(address);
            socket = new DatagramSocket(home, handle, family == StandardProtocolFamily.INET);
        } catch (IOException e) {
            handle.close();
            throw BindFailures.explain(BindFailures.Use.DATAGRAMS, address, e);
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
        return socket.open();
    }

    static ProtocolFamily familyOf(SocketAddress address) throws UnknownHostException {
        return switch (address) {
            case InetSocketAddress inet
            when inet.isUnresolved() ->
                throw new UnknownHostException("[X-302] host \"" + inet.getHostString() + "\" is not resolved");
            case InetSocketAddress inet ->
                inet.getAddress() instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
            case UnixDomainSocketAddress _, UnixName _ -> StandardProtocolFamily.UNIX;
            default -> throw new IllegalArgumentException("no socket can have the address " + address);
        };
    }

    /// Says once why batches of datagrams are not as fast as they could be.
    void tellUnsegmented(@Nullable String why) {
        if (why != null && toldUnsegmented.compareAndSet(false, true)) {
            LOG.log(
                    Level.INFO,
                    "{0}: batches of datagrams are moved without segmentation offload, which is slower: {1}",
                    name,
                    why);
        }
    }

    /// Resolves names, off the loops.
    Resolver resolver() {
        return resolver;
    }

    long nanoTime() {
        return System.nanoTime();
    }

    /// Closes the reactor and waits until its loops have ended; from one of its own loops, does not wait.
    ///
    /// @throws IllegalStateException if this is the shared reactor
    @Override
    public void close() {
        if (isShared) {
            throw new IllegalStateException("the shared reactor cannot be closed");
        }
        boolean inside = currentLoop() != null;
        if (watchdog != null) {
            watchdog.stop();
        }
        closed = true;
        for (var loop : loops) {
            loop.close();
        }
        boolean interrupted = false;
        for (var loop : loops) {
            while (!inside && !loop.hasEnded()) {
                try {
                    loop.awaitEnd();
                } catch (InterruptedException _) {
                    interrupted = true; // the loops end in any case
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /// What a reactor is opened with.
    public static final class Builder {
        private @Nullable String name;
        private @Nullable Transport transport;
        private int loops = Runtime.getRuntime().availableProcessors();
        private boolean hosted;
        private boolean isShared;
        private Resolver.Lookup lookup = InetAddress::getAllByName;
        private Duration spin = Duration.ZERO;
        private Duration blockedAfter = Duration.ofMillis(200);

        private Builder() {}

        /// The name that threads and messages begin with; `sluice-` and a number if not set.
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name);
            return this;
        }

        /// A transport by name, such as `linux` or `nio`; `auto`, the default, is the best one that is available.
        ///
        /// @throws IllegalArgumentException if there is none of that name
        /// @throws UnsupportedOperationException if it cannot be used here; the text says why and what to do
        public Builder transport(String transport) {
            this.transport = transport.equals("auto") ? null : Transports.named(transport);
            return this;
        }

        /// A given transport.
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport);
            return this;
        }

        /// Who is asked for the addresses of names; the system if not set.
        Builder lookup(Resolver.Lookup lookup) {
            this.lookup = lookup;
            return this;
        }

        /// How many loops; as many as there are processors if not set.
        public Builder loops(int loops) {
            if (loops < 1) {
                throw new IllegalArgumentException(loops + " loops are less than 1");
            }
            this.loops = loops;
            return this;
        }

        /// Runs the loops as virtual threads on the JDK's scheduler, which makes waking virtual threads cheap.
        /// Without it each loop has a platform thread of its own.
        public Builder hosted() {
            this.hosted = true;
            return this;
        }

        /// For how long a loop without work polls before it sleeps; zero if not set. Some microseconds make
        /// answers several times faster, at the price of a processor that is never idle for that long.
        public Builder spin(Duration spin) {
            if (spin.isNegative()) {
                throw new IllegalArgumentException("spin time " + spin + " is negative");
            }
            this.spin = spin;
            return this;
        }

        /// After how long in one task a loop counts as blocked, which is logged with its stack; 200 ms if not
        /// set, zero for never.
        public Builder blockedAfter(Duration blockedAfter) {
            if (blockedAfter.isNegative()) {
                throw new IllegalArgumentException("limit " + blockedAfter + " is negative");
            }
            this.blockedAfter = blockedAfter;
            return this;
        }

        /// Opens the reactor and starts its loops.
        ///
        /// @throws IOException if the transport gives no poller
        public Reactor open() throws IOException {
            return new Reactor(this);
        }
    }
}
