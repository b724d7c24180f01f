package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The real system, with a script in front: a call may get a result of the script's instead, move fewer bytes
/// than asked, or be told other events. Calls are counted by name.
final class ScriptedSys implements Sys {
    /// The script leaves the call to the system.
    static final long REAL = Long.MIN_VALUE;

    interface Script {
        /// The result of the call, `>= 0` or `-errno`, or [#REAL].
        ///
        /// @param name of the call, as in C
        long instead(String name, int fd);
    }

    /// Changes what epoll_wait has found.
    interface Events {
        int found(MemorySegment events, int n);
    }

    private final Sys real = Sys.libc();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    /// The token that each descriptor was added to epoll with.
    final Map<Integer, Long> tokens = new ConcurrentHashMap<>();

    volatile Script script = (_, _) -> REAL;
    volatile Events events = (_, n) -> n;

    /// How many bytes a call that moves bytes may move at most.
    volatile int most = Integer.MAX_VALUE;

    /// Whether the host has set `net.ipv6.bindv6only`: a new IPv6 socket then takes no IPv4 peers.
    volatile boolean bindV6Only;

    /// The first `times` calls of each of these names get `result`; the calls after them are real.
    static Script first(int times, Errno result, String... names) {
        var left = new ConcurrentHashMap<String, AtomicInteger>();
        for (var name : names) {
            left.put(name, new AtomicInteger(times));
        }
        return (name, _) -> {
            var of = left.get(name);
            return of != null && of.getAndDecrement() > 0 ? -result.number : REAL;
        };
    }

    /// How many messages the last recvmmsg or sendmmsg has moved.
    volatile int moved;

    /// A transport on this system.
    Transport transport() {
        return transport(this);
    }

    static Transport transport(Sys sys) {
        return new Transport() {
            @Override
            public String name() {
                return "scripted";
            }

            @Override
            public int preference() {
                return -1;
            }

            @Override
            public @Nullable String unavailable() {
                return null;
            }

            @Override
            public Poller openPoller() throws IOException {
                return new EpollPoller(sys);
            }
        };
    }

    int calls(String name) {
        return calls.computeIfAbsent(name, _ -> new AtomicInteger()).get();
    }

    private long instead(String name, int fd) {
        calls.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
        return script.instead(name, fd);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        long r = instead("socket", -1);
        int fd = r != REAL ? (int) r : real.socket(domain, type, protocol);
        if (bindV6Only && domain == Constants.AF_INET6 && fd >= 0) {
            try (var arena = Arena.ofConfined()) {
                var on = arena.allocateFrom(JAVA_INT, 1);
                real.setsockopt(fd, Constants.IPPROTO_IPV6, Constants.IPV6_V6ONLY, on, Integer.BYTES);
            }
        }
        return fd;
    }

    @Override
    public int bind(int fd, MemorySegment address, int length) {
        long r = instead("bind", fd);
        return r != REAL ? (int) r : real.bind(fd, address, length);
    }

    @Override
    public int listen(int fd, int backlog) {
        long r = instead("listen", fd);
        return r != REAL ? (int) r : real.listen(fd, backlog);
    }

    /// An interrupted connect goes on by itself.
    @Override
    public int connect(int fd, MemorySegment address, int length) {
        long r = instead("connect", fd);
        if (Errno.EINTR.is(r)) {
            int begun = real.connect(fd, address, length);
            return begun == 0 || Errno.EINPROGRESS.is(begun) ? (int) r : begun;
        }
        return r != REAL ? (int) r : real.connect(fd, address, length);
    }

    @Override
    public int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
        long r = instead("accept4", fd);
        return r != REAL ? (int) r : real.accept4(fd, address, length, flags);
    }

    @Override
    public int getsockname(int fd, MemorySegment address, MemorySegment length) {
        long r = instead("getsockname", fd);
        return r != REAL ? (int) r : real.getsockname(fd, address, length);
    }

    @Override
    public int getpeername(int fd, MemorySegment address, MemorySegment length) {
        long r = instead("getpeername", fd);
        return r != REAL ? (int) r : real.getpeername(fd, address, length);
    }

    @Override
    public int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
        long r = instead("getsockopt", fd);
        return r != REAL ? (int) r : real.getsockopt(fd, level, name, value, length);
    }

    @Override
    public int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
        long r = instead("setsockopt", fd);
        return r != REAL ? (int) r : real.setsockopt(fd, level, name, value, length);
    }

    @Override
    public int shutdown(int fd, int how) {
        long r = instead("shutdown", fd);
        return r != REAL ? (int) r : real.shutdown(fd, how);
    }

    /// The descriptor is gone in any case.
    @Override
    public int close(int fd) {
        tokens.remove(fd);
        int result = real.close(fd);
        long r = instead("close", fd);
        return r != REAL ? (int) r : result;
    }

    @Override
    public int recv(int fd, long address, int length, int flags, MemorySegment errno) {
        long r = instead("recv", fd);
        return r != REAL ? (int) r : real.recv(fd, address, Math.min(length, most), flags, errno);
    }

    @Override
    public int recv(int fd, MemorySegment heap, int length, int flags, MemorySegment errno) {
        long r = instead("recv", fd);
        return r != REAL ? (int) r : real.recv(fd, heap, Math.min(length, most), flags, errno);
    }

    @Override
    public int send(int fd, long address, int length, int flags, MemorySegment errno) {
        long r = instead("send", fd);
        return r != REAL ? (int) r : real.send(fd, address, Math.min(length, most), flags, errno);
    }

    @Override
    public int send(int fd, MemorySegment heap, int length, int flags, MemorySegment errno) {
        long r = instead("send", fd);
        return r != REAL ? (int) r : real.send(fd, heap, Math.min(length, most), flags, errno);
    }

    @Override
    public int recvfrom(int fd, long address, int length, int flags, long from, long size, MemorySegment errno) {
        long r = instead("recvfrom", fd);
        return r != REAL ? (int) r : real.recvfrom(fd, address, length, flags, from, size, errno);
    }

    @Override
    public int recvfrom(int fd, MemorySegment heap, int length, int flags, long from, long size, MemorySegment errno) {
        long r = instead("recvfrom", fd);
        return r != REAL ? (int) r : real.recvfrom(fd, heap, length, flags, from, size, errno);
    }

    @Override
    public int sendto(int fd, long address, int length, int flags, long to, int size, MemorySegment errno) {
        long r = instead("sendto", fd);
        return r != REAL ? (int) r : real.sendto(fd, address, length, flags, to, size, errno);
    }

    @Override
    public int sendto(int fd, MemorySegment heap, int length, int flags, long to, int size, MemorySegment errno) {
        long r = instead("sendto", fd);
        return r != REAL ? (int) r : real.sendto(fd, heap, length, flags, to, size, errno);
    }

    /// The script says how many messages at most, or which error.
    @Override
    public int recvmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment errno) {
        long r = instead("recvmmsg", fd);
        if (r < 0 && r != REAL) {
            return (int) r;
        }
        int n = real.recvmmsg(fd, messages, r == REAL ? count : (int) Math.min(r, count), flags, errno);
        moved = n;
        return n;
    }

    @Override
    public int sendmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment errno) {
        long r = instead("sendmmsg", fd);
        if (r < 0 && r != REAL) {
            return (int) r;
        }
        int n = real.sendmmsg(fd, messages, r == REAL ? count : (int) Math.min(r, count), flags, errno);
        moved = n;
        return n;
    }

    @Override
    public long readv(int fd, MemorySegment vectors, int count, MemorySegment errno) {
        long r = instead("readv", fd);
        if (r != REAL) {
            return r;
        }
        try (var arena = Arena.ofConfined()) {
            return real.readv(fd, cut(arena, vectors, count), count, errno);
        }
    }

    @Override
    public long writev(int fd, MemorySegment vectors, int count, MemorySegment errno) {
        long r = instead("writev", fd);
        if (r != REAL) {
            return r;
        }
        try (var arena = Arena.ofConfined()) {
            return real.writev(fd, cut(arena, vectors, count), count, errno);
        }
    }

    /// The same vectors with at most `most` bytes in all.
    private MemorySegment cut(Arena arena, MemorySegment vectors, int count) {
        var copy = Iovec.allocate(arena, count);
        copy.copyFrom(vectors.asSlice(0, copy.byteSize()));
        long left = most;
        for (int i = 0; i < count; i++) {
            long at = (long) i * Iovec.SIZE + Iovec.IOV_LEN;
            long length = Math.min(left, copy.get(JAVA_LONG, at));
            copy.set(JAVA_LONG, at, length);
            left -= length;
        }
        return copy;
    }

    @Override
    public long sendfile(int out, int in, MemorySegment offset, long count, MemorySegment state) {
        long r = instead("sendfile", out);
        return r != REAL ? r : real.sendfile(out, in, offset, Math.min(count, most), state);
    }

    @Override
    public int open(MemorySegment path, int flags) {
        long r = instead("open", -1);
        return r != REAL ? (int) r : real.open(path, flags);
    }

    @Override
    public int getrlimit(int resource, MemorySegment limit) {
        long r = instead("getrlimit", -1);
        return r != REAL ? (int) r : real.getrlimit(resource, limit);
    }

    @Override
    public int epollCreate1(int flags) {
        long r = instead("epoll_create1", -1);
        return r != REAL ? (int) r : real.epollCreate1(flags);
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
        long r = instead("epoll_ctl", fd);
        if (r != REAL) {
            return (int) r;
        }
        tokens.put(fd, EpollEvent.data(event, 0));
        return real.epollCtl(epoll, operation, fd, event);
    }

    @Override
    public int epollWait(int epoll, MemorySegment found, int most, int timeoutMillis, MemorySegment state) {
        long r = instead("epoll_wait", epoll);
        return r != REAL ? (int) r : events.found(found, real.epollWait(epoll, found, most, timeoutMillis, state));
    }

    @Override
    public int eventfd(int initial, int flags) {
        long r = instead("eventfd", -1);
        return r != REAL ? (int) r : real.eventfd(initial, flags);
    }

    @Override
    public long write(int fd, MemorySegment bytes, long count, MemorySegment errno) {
        long r = instead("write", fd);
        return r != REAL ? r : real.write(fd, bytes, count, errno);
    }
}
