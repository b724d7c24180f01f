package dev.sluice.actors;

import dev.sluice.reactor.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Looks names up where waiting for an answer does no harm.
///
/// @param resolver waits for the system's resolver
/// @param loop gets the answer, unless it has ended
record Lookup(Executor resolver, EventLoop loop) {
    /// @param found gets all addresses, at least one, in the order of the system
    void of(InetSocketAddress name, Consumer<List<InetSocketAddress>> found, Consumer<UnknownHostException> unknown) {
        resolver.execute(() -> {
            try {
                var addresses = Stream.of(InetAddress.getAllByName(name.getHostString()))
                        .map(address -> new InetSocketAddress(address, name.getPort()))
                        .toList();
                Loops.answer(loop, () -> found.accept(addresses));
            } catch (UnknownHostException e) {
                var why = new UnknownHostException(
                        "[X-302] host \"" + name.getHostString() + "\" not found: " + e.getMessage());
                why.initCause(e);
                Loops.answer(loop, () -> unknown.accept(why));
            }
        });
    }
}
