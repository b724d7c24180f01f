package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The real [Sys]: the C library, through `java.lang.foreign`.
///
/// Calls that return at once are linked as critical: they skip the thread's change of state, may be given heap
/// memory, and hold a garbage collection up for their few microseconds. Calls that may wait are not:
/// `epoll_wait`, `close` (which lingers) and `open`.
@SuppressWarnings("restricted")
final class Libc implements Sys {
    static final Libc INSTANCE = new Libc();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /// The layout of what the linker saves after a call: the error number alone.
    static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final MethodHandle SOCKET = quick("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = quick("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = quick("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT = quick("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle ACCEPT4 = quick("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = quick("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETPEERNAME = quick("getpeername", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETSOCKOPT =
            quick("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SETSOCKOPT =
            quick("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SHUTDOWN = quick("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle RECV = quick("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV_HEAP = quick("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND = quick("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND_HEAP = quick("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle READV = quick("readv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle WRITEV = quick("writev", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SENDFILE =
            link("sendfile", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);
    private static final MethodHandle OPEN =
            link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle GETRLIMIT = quick("getrlimit", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle EPOLL_CREATE1 = quick("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL = quick("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle EPOLL_WAIT =
            link("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle EVENTFD = quick("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle WRITE = quick("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private Libc() {}

    private static MethodHandle quick(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments), ERRNO, Linker.Option.critical(true));
    }

    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    private static MemorySegment heap(int[] errno) {
        return MemorySegment.ofArray(errno);
    }

    private static int result(int result, int[] errno) {
        return result >= 0 ? result : -errno[0];
    }

    private static AssertionError unexpected(Throwable t) {
        return new AssertionError("a call to the C library threw", t);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        var errno = new int[1];
        try {
            return result((int) SOCKET.invokeExact(heap(errno), domain, type, protocol), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int bind(int fd, MemorySegment address, int length) {
        var errno = new int[1];
        try {
            return result((int) BIND.invokeExact(heap(errno), fd, address, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        var errno = new int[1];
        try {
            return result((int) LISTEN.invokeExact(heap(errno), fd, backlog), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int connect(int fd, MemorySegment address, int length) {
        var errno = new int[1];
        try {
            return result((int) CONNECT.invokeExact(heap(errno), fd, address, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
        var errno = new int[1];
        try {
            return result((int) ACCEPT4.invokeExact(heap(errno), fd, address, length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getsockname(int fd, MemorySegment address, MemorySegment length) {
        var errno = new int[1];
        try {
            return result((int) GETSOCKNAME.invokeExact(heap(errno), fd, address, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getpeername(int fd, MemorySegment address, MemorySegment length) {
        var errno = new int[1];
        try {
            return result((int) GETPEERNAME.invokeExact(heap(errno), fd, address, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
        var errno = new int[1];
        try {
            return result((int) GETSOCKOPT.invokeExact(heap(errno), fd, level, name, value, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
        var errno = new int[1];
        try {
            return result((int) SETSOCKOPT.invokeExact(heap(errno), fd, level, name, value, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int shutdown(int fd, int how) {
        var errno = new int[1];
        try {
            return result((int) SHUTDOWN.invokeExact(heap(errno), fd, how), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int close(int fd) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            int result = (int) CLOSE.invokeExact(state, fd);
            return result >= 0 ? result : -state.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recv(int fd, long address, int length, int flags, int[] errno) {
        try {
            return result((int) (long) RECV.invokeExact(heap(errno), fd, address, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recv(int fd, byte[] array, int offset, int length, int flags, int[] errno) {
        var bytes = MemorySegment.ofArray(array).asSlice(offset);
        try {
            return result((int) (long) RECV_HEAP.invokeExact(heap(errno), fd, bytes, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int send(int fd, long address, int length, int flags, int[] errno) {
        try {
            return result((int) (long) SEND.invokeExact(heap(errno), fd, address, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int send(int fd, byte[] array, int offset, int length, int flags, int[] errno) {
        var bytes = MemorySegment.ofArray(array).asSlice(offset);
        try {
            return result((int) (long) SEND_HEAP.invokeExact(heap(errno), fd, bytes, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long readv(int fd, MemorySegment vectors, int count, int[] errno) {
        try {
            long result = (long) READV.invokeExact(heap(errno), fd, vectors, count);
            return result >= 0 ? result : -errno[0];
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long writev(int fd, MemorySegment vectors, int count, int[] errno) {
        try {
            long result = (long) WRITEV.invokeExact(heap(errno), fd, vectors, count);
            return result >= 0 ? result : -errno[0];
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long sendfile(int out, int in, MemorySegment offset, long count, MemorySegment state) {
        try {
            long result = (long) SENDFILE.invokeExact(state, out, in, offset, count);
            return result >= 0 ? result : -state.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int open(MemorySegment path, int flags) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            int result = (int) OPEN.invokeExact(state, path, flags);
            return result >= 0 ? result : -state.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getrlimit(int resource, MemorySegment limit) {
        var errno = new int[1];
        try {
            return result((int) GETRLIMIT.invokeExact(heap(errno), resource, limit), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int epollCreate1(int flags) {
        var errno = new int[1];
        try {
            return result((int) EPOLL_CREATE1.invokeExact(heap(errno), flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
        var errno = new int[1];
        try {
            return result((int) EPOLL_CTL.invokeExact(heap(errno), epoll, operation, fd, event), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int epollWait(int epoll, MemorySegment events, int most, int timeoutMillis, MemorySegment state) {
        try {
            int result = (int) EPOLL_WAIT.invokeExact(state, epoll, events, most, timeoutMillis);
            return result >= 0 ? result : -state.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int eventfd(int initial, int flags) {
        var errno = new int[1];
        try {
            return result((int) EVENTFD.invokeExact(heap(errno), initial, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long write(int fd, MemorySegment bytes, long count) {
        var errno = new int[1];
        try {
            long result = (long) WRITE.invokeExact(heap(errno), fd, bytes, count);
            return result >= 0 ? result : -errno[0];
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }
}
