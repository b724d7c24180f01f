package dev.sluice.reactor.nio;

import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A selectable channel and its key.
abstract sealed class NioHandle<C extends SelectableChannel & NetworkChannel> implements Handle
        permits NioStream, NioListener, NioDatagram {
    final NioPoller poller;
    final C channel;

    private volatile @Nullable Watcher watcher;
    private volatile @Nullable SelectionKey key;

    /// Told to the watcher and not asked for since, as key operations; belongs to the loop's thread but for
    /// [#arm].
    private volatile int unused;

    NioHandle(NioPoller poller, C channel) throws IOException {
        this.poller = poller;
        this.channel = channel;
        channel.configureBlocking(false);
    }

    @Override
    public void watch(Watcher watcher) throws IOException {
        this.watcher = watcher;
        this.key = poller.register(channel, this);
    }

    /// The key operations that tell `events`.
    abstract int operations(int events);

    @Override
    public void arm(int events) {
        var current = key;
        if (current == null) {
            return; // not watched yet: watching begins with a look
        }
        int wanted = operations(events);
        unused = 0;
        try {
            if ((current.interestOpsOr(wanted) & wanted) != wanted) {
                poller.changed();
            }
        } catch (CancelledKeyException _) {
            return; // closed: the waiter finds that out
        }
    }

    /// Nobody will ask for these operations again. On the loop's thread.
    void disarm(int operations) {
        var current = key;
        if (current != null) {
            current.interestOpsAnd(~operations);
        }
    }

    /// The poller has news of this handle.
    void told(SelectionKey selected) {
        var told = watcher;
        if (told == null || !selected.isValid()) {
            return;
        }
        try {
            int ready = selected.readyOps();
            int again = ready & unused;
            if (again != 0) {
                selected.interestOpsAnd(~again);
            }
            unused = ready;
            told.ready(events(ready));
        } catch (CancelledKeyException _) {
            return; // closed by another thread just now
        }
    }

    private static int events(int operations) {
        int events = 0;
        if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            events |= Watcher.READ;
        }
        if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            events |= Watcher.WRITE;
        }
        return events;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        var value = channel.getOption(option);
        if (value == null) {
            throw new SocketException("the system gives no value of " + option.name());
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        // A registered channel gives its descriptor back only in the selector's next turn.
        poller.changed();
    }

    @Override
    public void whenReleased(Runnable task) {
        if (key != null) { // a channel that says that it is not registered any more may be about to be let go of
            poller.afterNextSelect(task);
        } else {
            task.run();
        }
    }
}
