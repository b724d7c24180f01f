package dev.sluice.reactor.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;

/// One descriptor of the operating system, without any protocol around it.
///
/// The caller sees to it that no two calls that move bytes the same way overlap, that nothing is called after
/// [#close], and that `close` is called once. Within that, any thread may call. Every call returns at once.
/// Failures are the JDK's own exceptions; their text says why, not what for: the caller knows operation and
/// addresses.
public interface Handle {
    /// The operation would have to wait.
    int WOULD_BLOCK = -2;

    /// Begins to tell `watcher` what the handle is ready for, until the handle is closed. Called once.
    void watch(Watcher watcher) throws IOException;

    /// Somebody is about to wait for `events`: a poller that tells nothing unasked asks for them now.
    ///
    /// @throws UncheckedIOException if the system cannot watch the handle for them
    void arm(int events);

    /// Binds to a local address.
    void bind(SocketAddress address) throws IOException;

    /// The address that the handle is bound to, port included.
    SocketAddress localAddress() throws IOException;

    /// Which options this kind of handle has on this transport.
    Set<SocketOption<?>> supportedOptions();

    /// Sets an option that is among the supported ones.
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /// The value of an option that is among the supported ones.
    <T> T getOption(SocketOption<T> option) throws IOException;

    /// Gives the descriptor back to the system.
    void close() throws IOException;

    /// Runs `task` when the system has the descriptor of this closed handle back: at once, unless that takes the
    /// poller's next turn.
    default void whenReleased(Runnable task) {
        task.run();
    }
}
