package dev.sluice.reactor.nio;

import dev.sluice.reactor.BufferPool;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// A `Selector`. Interest is level-triggered: a handle adds what somebody waits for, and the poller takes it away
/// again only when it is told of news that nobody has used since; in a steady exchange nothing changes hands.
final class NioPoller implements Poller {
    private final Selector selector = Selector.open();

    /// True while a thread waits in [#select], or is about to: who changes a key then must wake it.
    private volatile boolean waiting;

    /// Set when all channels have been let go of for good.
    private volatile boolean closed;

    /// Waits for the channels that are closed by now to be let go of, which a select does first.
    private final Queue<Runnable> afterSelect = new ConcurrentLinkedQueue<>();

    /// Room for any datagram, for as long as one is looked at.
    final BufferPool datagrams = new BufferPool(NioDatagram.LARGEST, true, 2);

    NioPoller() throws IOException {}

    @Override
    public int select(long timeoutNanos) throws IOException {
        waiting = timeoutNanos != 0;
        try {
            int due = afterSelect.size();
            int news = due > 0 || timeoutNanos == 0 ? selector.selectNow() : waitFor(timeoutNanos);
            runAfterSelect(due);
            return news;
        } finally {
            waiting = false;
        }
    }

    private int waitFor(long timeoutNanos) throws IOException {
        if (timeoutNanos < 0) {
            return selector.select();
        }
        // Rounded up: waking before the deadline would mean a turn for nothing.
        return selector.select(TimeUnit.NANOSECONDS.toMillis(timeoutNanos + 999_999));
    }

    private void runAfterSelect(int most) {
        Runnable task;
        for (int left = most; left > 0 && (task = afterSelect.poll()) != null; left--) {
            task.run();
        }
    }

    @Override
    public void dispatch(Runnable afterEach) {
        var selected = selector.selectedKeys();
        for (var key : selected) {
            ((NioHandle<?>) key.attachment()).told(key);
            afterEach.run();
        }
        selected.clear();
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    /// A key has changed; a wait under way does not know it yet.
    void changed() {
        if (waiting) {
            selector.wakeup();
        }
    }

    void afterNextSelect(Runnable task) {
        afterSelect.add(task);
        changed();
        if (closed) {
            runAfterSelect(Integer.MAX_VALUE); // there will be no next one
        }
    }

    @Override
    public StreamHandle openStream(ProtocolFamily family) throws IOException {
        return NioStream.opened(this, SocketChannel.open(family));
    }

    @Override
    public ListenHandle openListener(ProtocolFamily family) throws IOException {
        return NioListener.opened(this, ServerSocketChannel.open(family));
    }

    @Override
    public DatagramHandle openDatagram(ProtocolFamily family) throws IOException {
        return NioDatagram.opened(this, DatagramChannel.open(family));
    }

    SelectionKey register(SelectableChannel channel, NioHandle<?> handle) throws IOException {
        try {
            var key = channel.register(selector, 0, handle);
            changed();
            return key;
        } catch (ClosedSelectorException _) {
            throw new ClosedChannelException(); // the loop has ended just now
        }
    }

    @Override
    public void close() throws IOException {
        try {
            selector.close();
        } finally {
            closed = true;
            runAfterSelect(Integer.MAX_VALUE);
        }
    }
}
