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
/// Every call leaves its error number in native memory, although the critical ones could leave it in the heap:
/// the linker slices that segment in each call, and the compiler removes the slice only while it sees one kind of
/// them.
///
/// Calls that return at once are linked as critical: they skip the thread's change of state, may be given heap
/// memory, and hold a garbage collection up for their few microseconds. Calls that may wait are not:
/// `epoll_wait`, `close` (which lingers) and `open`; nor are `recvmmsg` and `sendmmsg`, which move megabytes.
@SuppressWarnings("restricted")
final class Libc implements Sys {
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

    /// Below the constants that it is made of.
    static final Libc INSTANCE = new Libc();

    // What moves bytes. Not static, on purpose: then the compiler makes each call a unit of its own, however deep
    // below the user's code it is, and removes what the JDK's part of it would allocate. Inlined, it is left with
    // the slice that the JDK takes of the error number as soon as 15 calls lie upon each other.

    private final MethodHandle recv = quick("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private final MethodHandle recvHeap = quick("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle send = quick("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private final MethodHandle sendHeap = quick("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle recvfrom =
            quick("recvfrom", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private final MethodHandle recvfromHeap =
            quick("recvfrom", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private final MethodHandle sendto =
            quick("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private final MethodHandle sendtoHeap =
            quick("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private final MethodHandle recvmmsg =
            link("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO);
    private final MethodHandle sendmmsg =
            link("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), ERRNO);
    private final MethodHandle readv = quick("readv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle writev = quick("writev", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    private Libc() {}

    private static MethodHandle quick(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments), ERRNO, Linker.Option.critical(true));
    }

    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    private static int result(int result, MemorySegment errno) {
        return result >= 0 ? result : -errno.get(JAVA_INT, 0);
    }

    private static long result(long result, MemorySegment errno) {
        return result >= 0 ? result : -errno.get(JAVA_INT, 0);
    }

    private interface Call {
        int make(MemorySegment errno) throws Throwable;
    }

    /// For calls that are made now and then: each gets a segment for its error number.
    private static int call(Call call) {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(CALL_STATE);
            return result(call.make(errno), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static AssertionError unexpected(Throwable t) {
        return new AssertionError("a call to the C library threw", t);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return call(errno -> (int) SOCKET.invokeExact(errno, domain, type, protocol));
    }

    @Override
    public int bind(int fd, MemorySegment address, int length) {
        return call(errno -> (int) BIND.invokeExact(errno, fd, address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return call(errno -> (int) LISTEN.invokeExact(errno, fd, backlog));
    }

    @Override
    public int connect(int fd, MemorySegment address, int length) {
        return call(errno -> (int) CONNECT.invokeExact(errno, fd, address, length));
    }

    @Override
    public int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
        return call(errno -> (int) ACCEPT4.invokeExact(errno, fd, address, length, flags));
    }

    @Override
    public int getsockname(int fd, MemorySegment address, MemorySegment length) {
        return call(errno -> (int) GETSOCKNAME.invokeExact(errno, fd, address, length));
    }

    @Override
    public int getpeername(int fd, MemorySegment address, MemorySegment length) {
        return call(errno -> (int) GETPEERNAME.invokeExact(errno, fd, address, length));
    }

    @Override
    public int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length) {
        return call(errno -> (int) GETSOCKOPT.invokeExact(errno, fd, level, name, value, length));
    }

    @Override
    public int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
        return call(errno -> (int) SETSOCKOPT.invokeExact(errno, fd, level, name, value, length));
    }

    @Override
    public int shutdown(int fd, int how) {
        return call(errno -> (int) SHUTDOWN.invokeExact(errno, fd, how));
    }

    @Override
    public int close(int fd) {
        return call(errno -> (int) CLOSE.invokeExact(errno, fd));
    }

    @Override
    public int recv(int fd, long address, int length, int flags, MemorySegment errno) {
        try {
            return result((int) (long) recv.invokeExact(errno, fd, address, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recv(int fd, MemorySegment heap, int length, int flags, MemorySegment errno) {
        try {
            return result((int) (long) recvHeap.invokeExact(errno, fd, heap, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int send(int fd, long address, int length, int flags, MemorySegment errno) {
        try {
            return result((int) (long) send.invokeExact(errno, fd, address, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int send(int fd, MemorySegment heap, int length, int flags, MemorySegment errno) {
        try {
            return result((int) (long) sendHeap.invokeExact(errno, fd, heap, (long) length, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recvfrom(int fd, long address, int length, int flags, long from, long fromLength, MemorySegment errno) {
        try {
            long n = (long) recvfrom.invokeExact(errno, fd, address, (long) length, flags, from, fromLength);
            return result((int) n, errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recvfrom(
            int fd, MemorySegment heap, int length, int flags, long from, long fromLength, MemorySegment errno) {
        try {
            long n = (long) recvfromHeap.invokeExact(errno, fd, heap, (long) length, flags, from, fromLength);
            return result((int) n, errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int sendto(int fd, long address, int length, int flags, long to, int toLength, MemorySegment errno) {
        try {
            long n = (long) sendto.invokeExact(errno, fd, address, (long) length, flags, to, toLength);
            return result((int) n, errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int sendto(int fd, MemorySegment heap, int length, int flags, long to, int toLength, MemorySegment errno) {
        try {
            long n = (long) sendtoHeap.invokeExact(errno, fd, heap, (long) length, flags, to, toLength);
            return result((int) n, errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recvmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment errno) {
        try {
            return result((int) recvmmsg.invokeExact(errno, fd, messages, count, flags, 0L), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int sendmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment errno) {
        try {
            return result((int) sendmmsg.invokeExact(errno, fd, messages, count, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long readv(int fd, MemorySegment vectors, int count, MemorySegment errno) {
        try {
            return result((long) readv.invokeExact(errno, fd, vectors, count), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long writev(int fd, MemorySegment vectors, int count, MemorySegment errno) {
        try {
            return result((long) writev.invokeExact(errno, fd, vectors, count), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long sendfile(int out, int in, MemorySegment offset, long count, MemorySegment state) {
        try {
            return result((long) SENDFILE.invokeExact(state, out, in, offset, count), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int open(MemorySegment path, int flags) {
        return call(errno -> (int) OPEN.invokeExact(errno, path, flags));
    }

    @Override
    public int getrlimit(int resource, MemorySegment limit) {
        return call(errno -> (int) GETRLIMIT.invokeExact(errno, resource, limit));
    }

    @Override
    public int epollCreate1(int flags) {
        return call(errno -> (int) EPOLL_CREATE1.invokeExact(errno, flags));
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
        return call(errno -> (int) EPOLL_CTL.invokeExact(errno, epoll, operation, fd, event));
    }

    @Override
    public int epollWait(int epoll, MemorySegment events, int most, int timeoutMillis, MemorySegment state) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(state, epoll, events, most, timeoutMillis), state);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int eventfd(int initial, int flags) {
        return call(errno -> (int) EVENTFD.invokeExact(errno, initial, flags));
    }

    @Override
    public long write(int fd, MemorySegment bytes, long count, MemorySegment errno) {
        try {
            return result((long) WRITE.invokeExact(errno, fd, bytes, count), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }
}
