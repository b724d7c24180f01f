package dev.sluice.reactor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A connection being made: ask [#result]; if it says not yet, hand a waiter to [#done], and ask again when
/// woken.
///
/// A name is resolved off the loops. Its addresses are tried in the order and with the delays of RFC 8305: IPv6
/// and IPv4 in turn, IPv6 first; the next attempt starts when the one before has failed or has had no answer for
/// 250 ms, and the first connection wins. The failure lists every attempt. [#abandon], the time limit, and
/// winning really end what is under way: descriptors are closed, late successes too.
///
/// The work is done on one loop; [#result], [#done] and [#abandon] may be called from any thread.
public final class Connect {
    private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    /// More is no limit: it would be beyond the clock.
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(36_500);

    private final EventLoop loop;
    private final SocketAddress remote;
    private final @Nullable SocketAddress local;
    private final Options options;
    private final Duration timeout;

    private final Readiness done = Readiness.pending();

    /// Null until the connection stands or has failed; then who asks first takes it.
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

    // All below belong to the loop's thread.

    private final Timer deadline;
    private final Timer nextAttempt;
    private final ArrayDeque<SocketAddress> untried = new ArrayDeque<>();
    private final List<Attempt> pending = new ArrayList<>();
    private final List<Failed> failed = new ArrayList<>();

    private sealed interface Outcome {
        record Connected(StreamSocket socket) implements Outcome {}

        record NotConnected(IOException why) implements Outcome {}

        /// Taken, or not wanted any more.
        record Over() implements Outcome {}
    }

    private record Failed(SocketAddress address, IOException why) {}

    Connect(EventLoop loop, SocketAddress remote, @Nullable SocketAddress local, Options options, Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("connect timeout " + timeout + " is negative");
        }
        this.loop = loop;
        this.remote = remote;
        this.local = local;
        this.options = options;
        this.timeout = timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : Duration.ZERO;
        this.deadline = loop.timer(this::timedOut);
        this.nextAttempt = loop.timer(this::attemptNext);
    }

    Connect start() {
        try {
            loop.execute(this::begin);
        } catch (RejectedExecutionException _) { // nothing has begun that would have to be stopped on the loop
            outcome.compareAndSet(null, new Outcome.NotConnected(loop.closedException()));
            done.end();
        }
        return this;
    }

    private void begin() {
        if (loop.isClosing()) {
            fail(loop.closedException());
            return;
        }
        loop.began(this);
        if (!timeout.isZero()) {
            deadline.set(loop.nanoTime() + timeout.toNanos());
        }
        if (remote instanceof InetSocketAddress inet && inet.isUnresolved()) {
            try {
                loop.reactor().resolver().execute(() -> resolve(inet));
            } catch (RejectedExecutionException _) {
                fail(notResolved(inet, Resolver.MOST_WAITING + " names wait to be resolved already", null));
            }
        } else {
            attempt(List.of(remote));
        }
    }

    /// The loop has ended, or is about to.
    void fail(IOException why) {
        finish(new Outcome.NotConnected(why));
    }

    /// The connected socket, which then belongs to the caller, or null if the attempt still goes on.
    ///
    /// @throws ConnectException if no address could be connected to; what became of each is told, and suppressed
    /// @throws UnknownHostException if the name has no address
    /// @throws IOException if the name could not be resolved for another reason
    /// @throws SocketTimeoutException if the time was up
    /// @throws ReactorClosedException if the reactor was closed
    /// @throws ClosedChannelException if the loop has failed, which is the cause
    /// @throws IllegalStateException if the result has been taken, or the attempt abandoned
    public @Nullable StreamSocket result() throws IOException {
        var now = outcome.get();
        if (now == null) {
            return null;
        }
        return switch (outcome.getAndSet(new Outcome.Over())) {
            case null -> throw new AssertionError("an outcome was taken back");
            case Outcome.Connected(var socket) -> socket;
            case Outcome.NotConnected(var why) -> throw why;
            case Outcome.Over() -> throw new IllegalStateException("the result of " + this + " has been taken");
        };
    }

    /// The loop that does the work, and that the socket will belong to.
    public EventLoop loop() {
        return loop;
    }

    /// Ready once [#result] has one.
    public Readiness done() {
        return done;
    }

    /// Ends the attempt: nobody wants the connection any more. After the result has been taken, does nothing.
    public void abandon() {
        if (outcome.getAndSet(new Outcome.Over()) instanceof Outcome.Connected(var socket)) {
            socket.close();
        }
        done.end();
        onLoop(this::stop);
    }

    /// Once the loop has ended, all is over and nothing left to do.
    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException _) {
            return;
        }
    }

    private void resolve(InetSocketAddress name) {
        if (outcome.get() != null) {
            return; // nobody waits for it any more
        }
        try {
            var addresses = loop.reactor().resolver().addresses(name.getHostString());
            onLoop(() -> attempt(interleave(addresses, name.getPort())));
        } catch (UnknownHostException e) {
            var unknown = new UnknownHostException(
                    "[X-302] host \"" + name.getHostString() + "\" not found: " + e.getMessage());
            unknown.initCause(e);
            onLoop(() -> fail(unknown));
        } catch (RuntimeException | Error e) { // of a resolver that is plugged into the JDK
            var failed = notResolved(name, e.toString(), e);
            onLoop(() -> fail(failed));
        }
    }

    private static IOException notResolved(InetSocketAddress name, String why, @Nullable Throwable cause) {
        return new IOException("host \"" + name.getHostString() + "\" could not be resolved: " + why, cause);
    }

    /// RFC 8305, section 4: the families in turn, IPv6 first, each in the order that the resolver gave.
    static List<SocketAddress> interleave(List<InetAddress> addresses, int port) {
        var first = new ArrayDeque<InetAddress>();
        var second = new ArrayDeque<InetAddress>();
        for (var address : addresses) {
            (address instanceof Inet6Address ? first : second).add(address);
        }
        var order = new ArrayList<SocketAddress>();
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                order.add(new InetSocketAddress(first.remove(), port));
            }
            if (!second.isEmpty()) {
                order.add(new InetSocketAddress(second.remove(), port));
            }
        }
        return order;
    }

    private void attempt(List<SocketAddress> addresses) {
        if (outcome.get() != null) {
            return; // over while the name was resolved
        }
        untried.addAll(addresses);
        attemptNext();
    }

    private void attemptNext() {
        if (outcome.get() != null) {
            return;
        }
        var address = untried.poll();
        if (address == null) {
            if (pending.isEmpty()) {
                finish(new Outcome.NotConnected(refused()));
            }
            return;
        }
        nextAttempt.set(loop.nanoTime() + ATTEMPT_DELAY.toNanos());
        var attempt = new Attempt(address);
        pending.add(attempt);
        attempt.begin();
    }

    private void connected(Attempt winner, StreamSocket socket) {
        pending.remove(winner);
        finish(new Outcome.Connected(socket));
    }

    private void failed(Attempt attempt, IOException why) {
        pending.remove(attempt);
        failed.add(new Failed(attempt.address, why));
        if (loop.isClosing()) {
            finish(new Outcome.NotConnected(why));
        } else {
            attemptNext();
        }
    }

    private void timedOut() {
        var text = new StringBuilder("[X-301] connect to ")
                .append(Failures.text(remote))
                .append(" timed out after ")
                .append(timeout.toMillis())
                .append(" ms; ");
        if (pending.isEmpty() && failed.isEmpty()) {
            text.append("the name was not resolved in that time");
        } else {
            text.append("tried ").append(attempts());
        }
        finish(new Outcome.NotConnected(withAttempts(new SocketTimeoutException(text.toString()))));
    }

    private IOException refused() {
        if (failed.size() == 1) {
            return failed.getFirst().why();
        }
        return withAttempts(
                new ConnectException("connect to " + Failures.text(remote) + " failed; tried " + attempts()));
    }

    private String attempts() {
        var said = new ArrayList<String>();
        for (var one : failed) {
            var root = one.why().getCause() != null ? one.why().getCause() : one.why();
            said.add(Failures.text(one.address()) + " " + root.getMessage());
        }
        for (var one : pending) {
            said.add(Failures.text(one.address) + " no answer");
        }
        return said.size()
                + (said.size() == 1 ? " address: " : " addresses: ")
                + said.stream().collect(Collectors.joining(", "));
    }

    private <E extends IOException> E withAttempts(E e) {
        for (var one : failed) {
            e.addSuppressed(one.why());
        }
        return e;
    }

    private void finish(Outcome how) {
        if (!outcome.compareAndSet(null, how) && how instanceof Outcome.Connected(var late)) {
            late.close();
        }
        stop();
        done.end();
    }

    private void stop() {
        loop.ended(this);
        deadline.cancel();
        nextAttempt.cancel();
        untried.clear();
        for (var attempt : List.copyOf(pending)) {
            attempt.cancel();
        }
        pending.clear();
    }

    /// One address: a socket that is open and on its way.
    private final class Attempt implements Waiter {
        final SocketAddress address;
        private @Nullable KernelStreamSocket socket;

        Attempt(SocketAddress address) {
            this.address = address;
        }

        void begin() {
            try {
                loop.requireOpen();
                var handle = loop.poller().openStream(Reactor.familyOf(address));
                var opened = new KernelStreamSocket(loop, handle);
                socket = opened;
                options.applyTo(handle, loop.reactor());
                if (local != null) {
                    handle.bind(local);
                }
                progress(opened, opened.connect(address));
            } catch (IOException e) {
                fail(e);
            } catch (RuntimeException e) { // such as a value that no option can have
                cancel();
                String why = e.getMessage() != null ? e.getMessage() : e.toString();
                finish(new Outcome.NotConnected(
                        new IOException("connect to " + Failures.text(address) + " failed: " + why, e)));
            }
        }

        @Override
        public void wake() {
            loop.execute(() -> {
                var opened = socket;
                if (opened == null) {
                    return; // canceled
                }
                try {
                    progress(opened, opened.finishConnect());
                } catch (IOException e) {
                    fail(e);
                }
            });
        }

        private void progress(KernelStreamSocket opened, boolean connected) throws IOException {
            if (!connected) {
                if (!opened.output().await(this)) {
                    wake();
                }
                return;
            }
            if (address instanceof InetSocketAddress && opened.localAddress().equals(address)) {
                throw new ConnectException("connected to itself, as nobody listens there");
            }
            socket = null;
            connected(this, opened);
        }

        private void fail(IOException why) {
            cancel();
            failed(this, Failures.at("connect to " + Failures.text(address), why));
        }

        void cancel() {
            var opened = socket;
            socket = null;
            if (opened != null) {
                opened.close();
            }
        }
    }

    @Override
    public String toString() {
        return "connect to " + Failures.text(remote);
    }
}
