package dev.sluice.linux;

import static dev.sluice.linux.Constants.EPOLLERR;
import static dev.sluice.linux.Constants.EPOLLET;
import static dev.sluice.linux.Constants.EPOLLHUP;
import static dev.sluice.linux.Constants.EPOLLIN;
import static dev.sluice.linux.Constants.EPOLLOUT;
import static dev.sluice.linux.Constants.EPOLLRDHUP;
import static dev.sluice.linux.Constants.EPOLL_CLOEXEC;
import static dev.sluice.linux.Constants.EPOLL_CTL_ADD;
import static dev.sluice.linux.Constants.EPOLL_CTL_DEL;
import static dev.sluice.linux.Constants.EPOLL_CTL_MOD;

import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// An epoll instance, epoll(7).
///
/// A handle is added edge-triggered, under a token: its slot in [Slots] and the slot's generation. An event whose
/// token is out of date is of a handle that has been closed since, and is dropped. Streams and listeners are added
/// once, for both directions.
final class EpollPoller implements Poller {
    private static final int EVENTS_PER_SELECT = 512;

    /// The token of the eventfd; no slot has it.
    private static final long WAKEUP = -1;

    final Sys sys;
    private final int epoll;
    private final int wakeup;
    private final Slots slots = new Slots();
    final CallStates callStates = new CallStates();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = EpollEvent.allocate(arena, EVENTS_PER_SELECT);
    private final MemorySegment state = arena.allocate(Libc.CALL_STATE);
    private final MemorySegment one = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, 1);

    /// Guards [#closed]: once the poller is closed, its two numbers may be those of somebody else's files.
    private final ReentrantLock lock = new ReentrantLock();

    private boolean closed;

    /// Guarded by the lock.
    private final MemorySegment wakeupErrno = Arena.ofAuto().allocate(Libc.CALL_STATE);

    /// What the last select found; belongs to the thread that selects and dispatches.
    private int found;

    EpollPoller(Sys sys) throws IOException {
        this.sys = sys;
        this.epoll = checked("epoll_create1", sys.epollCreate1(EPOLL_CLOEXEC));
        this.wakeup = sys.eventfd(0, Constants.EFD_NONBLOCK | Constants.EFD_CLOEXEC);
        if (wakeup < 0) {
            sys.close(epoll);
            throw failed("eventfd", wakeup);
        }
        try {
            // Edge-triggered, so that nobody has to read it: each write is an edge, and 2^64 of them never come.
            add(wakeup, EPOLLIN | EPOLLET, WAKEUP);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static int checked(String call, int result) throws IOException {
        if (result < 0) {
            throw failed(call, result);
        }
        return result;
    }

    private static IOException failed(String call, int result) {
        var why = Errno.exception(result);
        return new SocketException(call + " gave " + why.getMessage(), why);
    }

    @Override
    public int select(long timeoutNanos) throws IOException {
        int millis = timeoutNanos < 0
                ? -1
                : (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(timeoutNanos + 999_999));
        int n = sys.epollWait(epoll, events, EVENTS_PER_SELECT, millis, state);
        found = Errno.EINTR.is(n) ? 0 : checked("epoll_wait", n);
        return found;
    }

    @Override
    public void dispatch(Runnable afterEach) {
        for (int i = 0; i < found; i++) {
            long token = EpollEvent.data(events, i);
            if (token == WAKEUP) {
                continue;
            }
            var handle = slots.get(token);
            if (handle != null) {
                handle.ready(watcherEvents(EpollEvent.events(events, i)));
                afterEach.run();
            }
        }
        found = 0;
    }

    /// A hang-up or an error is the end of both directions; RDHUP the end of the input alone.
    private static int watcherEvents(int epollEvents) {
        int told = 0;
        if ((epollEvents & EPOLLIN) != 0) {
            told |= Watcher.READ;
        }
        if ((epollEvents & EPOLLOUT) != 0) {
            told |= Watcher.WRITE;
        }
        if ((epollEvents & EPOLLRDHUP) != 0) {
            told |= Watcher.PEER_CLOSED;
        }
        if ((epollEvents & (EPOLLERR | EPOLLHUP)) != 0) {
            told |= Watcher.FAILED;
        }
        return told;
    }

    @Override
    public void wakeup() {
        lock.lock();
        try {
            long n = closed ? 0 : sys.write(wakeup, one, Long.BYTES, wakeupErrno);
            if (n < 0 && !Errno.EAGAIN.is(n)) {
                throw new AssertionError("the loop cannot be woken", Errno.exception(n));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public StreamHandle openStream(ProtocolFamily family) throws IOException {
        return LinuxStream.open(this, family);
    }

    @Override
    public ListenHandle openListener(ProtocolFamily family) throws IOException {
        return LinuxListener.open(this, family);
    }

    @Override
    public DatagramHandle openDatagram(ProtocolFamily family) throws IOException {
        return LinuxDatagram.open(this, family);
    }

    /// Begins to tell a handle of its events; not even of errors if it has no interest.
    ///
    /// @return the token to [#forget] it by
    long watch(LinuxHandle handle, int interest) throws IOException {
        long token = slots.add(handle);
        try {
            if (interest != 0) {
                add(handle.fd, interest | EPOLLET, token);
            }
        } catch (IOException e) {
            slots.remove(token);
            throw e;
        }
        return token;
    }

    /// The handle is about to be closed, which takes it out of epoll.
    void forget(long token) {
        lock.lock();
        try {
            slots.remove(token);
        } finally {
            lock.unlock();
        }
    }

    /// Changes what a watched handle is told of; what is the case already is told again. Does nothing for a
    /// handle that has been closed just now.
    ///
    /// @param before its interest until now, 0 while epoll does not know it
    /// @param interest from now on, 0 to have epoll forget it
    void watchFor(LinuxHandle handle, int before, int interest) throws IOException {
        int operation = before == 0 ? EPOLL_CTL_ADD : interest == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
        lock.lock();
        try {
            // Under the lock, or the number may be another's by now.
            if (!closed && slots.get(handle.token) == handle) {
                control(operation, handle.fd, interest | EPOLLET, handle.token);
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(int fd, int interest, long token) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new ClosedChannelException(); // the loop has ended just now
            }
            control(EPOLL_CTL_ADD, fd, interest, token);
        } finally {
            lock.unlock();
        }
    }

    private void control(int operation, int fd, int events, long token) throws IOException {
        try (var confined = Arena.ofConfined()) {
            var event = EpollEvent.allocate(confined, 1);
            EpollEvent.set(event, events, token);
            checked("epoll_ctl", sys.epollCtl(epoll, operation, fd, event));
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            sys.close(wakeup);
            checked("close", sys.close(epoll));
        } finally {
            lock.unlock();
            arena.close();
        }
    }
}
